/* SPDX-License-Identifier: MIT */
#include "topic.h"

#include "stream.h"

#include <stdlib.h>
#include <string.h>

struct kf_topic *kf_topic_new(const char *name)
{
    size_t size = strlen(name) + 1;
    struct kf_topic *topic = calloc(1, sizeof *topic + size);
    if (topic)
        memcpy(topic->name, name, size);
    return topic;
}

void kf_topic_free(struct kf_topic *topic)
{
    if (!topic)
        return;
    free(topic->leaders);
    free(topic);
}

int32_t kf_topic_leader(const struct kf_topic *topic, int32_t partition)
{
    bool known = partition >= 0 && (size_t)partition < topic->leader_count;
    return known ? topic->leaders[partition] : -1;
}

void kf_topic_add(struct kf_topic *topic, struct kf_stream *stream)
{
    struct kf_stream_course *course = &stream->course;
    course->topic = topic;
    course->topic_previous = NULL;
    course->topic_next = topic->streams;
    if (topic->streams)
        topic->streams->course.topic_previous = stream;
    topic->streams = stream;
}

void kf_topic_remove(struct kf_topic *topic, struct kf_stream *stream)
{
    struct kf_stream_course *course = &stream->course;
    if (course->topic_previous)
        course->topic_previous->course.topic_next = course->topic_next;
    else
        topic->streams = course->topic_next;
    if (course->topic_next)
        course->topic_next->course.topic_previous = course->topic_previous;
    course->topic = NULL;
}
