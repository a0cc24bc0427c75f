/* SPDX-License-Identifier: MIT */
#include "stream_queue.h"

#include "stream.h"

void kf_stream_queue_leave(struct kf_stream *stream)
{
    struct kf_stream_course *course = &stream->course;
    struct kf_stream_queue *queue = course->queue;
    if (!queue)
        return;
    if (course->previous)
        course->previous->course.next = course->next;
    else
        queue->first = course->next;
    if (course->next)
        course->next->course.previous = course->previous;
    else
        queue->last = course->previous;
    course->queue = NULL;
    course->next = NULL;
    course->previous = NULL;
}

void kf_stream_queue_push(struct kf_stream_queue *queue, struct kf_stream *stream)
{
    kf_stream_queue_leave(stream);
    stream->course.queue = queue;
    stream->course.previous = queue->last;
    if (queue->last)
        queue->last->course.next = stream;
    else
        queue->first = stream;
    queue->last = stream;
}

void kf_stream_queue_push_front(struct kf_stream_queue *queue, struct kf_stream *stream)
{
    kf_stream_queue_leave(stream);
    stream->course.queue = queue;
    stream->course.next = queue->first;
    if (queue->first)
        queue->first->course.previous = stream;
    else
        queue->last = stream;
    queue->first = stream;
}

void kf_stream_queue_append(struct kf_stream_queue *to, struct kf_stream_queue *from)
{
    while (from->first)
        kf_stream_queue_push(to, from->first);
}
