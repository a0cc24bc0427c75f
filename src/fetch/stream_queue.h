/* SPDX-License-Identifier: MIT
 * Streams in a row, linked through themselves: a stream stands in at most one queue, and leaves it
 * from anywhere in constant time. Threads: the I/O thread. */
#ifndef KF_STREAM_QUEUE_H
#define KF_STREAM_QUEUE_H

struct kf_stream;

struct kf_stream_queue {
    struct kf_stream *first;
    struct kf_stream *last;
};

/* The stream leaves the queue where it stood before. */
void kf_stream_queue_push(struct kf_stream_queue *queue, struct kf_stream *stream);
void kf_stream_queue_push_front(struct kf_stream_queue *queue, struct kf_stream *stream);
/** Out of whatever queue it stands in, if any. */
void kf_stream_queue_leave(struct kf_stream *stream);
/** All of `from` go behind those of `to`. */
void kf_stream_queue_append(struct kf_stream_queue *to, struct kf_stream_queue *from);

#endif
