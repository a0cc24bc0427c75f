/* SPDX-License-Identifier: MIT
 * The streams that one request asks about, and which of them the response has answered. A stream
 * may be taken from a round (closed, started anew, its leader changed): its entry then stays, and
 * its answer is stale. */
#ifndef KF_ROUND_H
#define KF_ROUND_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_stream;
struct kf_stream_queue;

struct kf_entry {
    struct kf_stream *stream; /* a reference */
    int64_t offset;
    size_t asked_bytes;
    bool answered;
    bool empty; /* answered without records */
    bool behind; /* ... although the log goes on, to: */
    int64_t end;
};

struct kf_round {
    struct kf_entry *entries; /* those of one topic side by side */
    size_t count;
    size_t capacity;
    size_t cursor; /* where the next answer is expected */
};

void kf_round_fini(struct kf_round *round);

/** Takes the whole queue into an empty round, in its order as far as grouping by topic allows; asks
 *  for course.ask.
 *  @return false: the queue is empty, or no memory, and nothing has changed */
bool kf_round_gather(struct kf_round *round, struct kf_stream_queue *queue);

/** The entry that an answer is for, now marked; NULL: not asked for, or answered before. */
struct kf_entry *kf_round_answer(struct kf_round *round, kaffe_bytes topic, int32_t partition);

/** The stream still waits for this answer. */
bool kf_round_awaits(const struct kf_round *round, const struct kf_entry *entry);

/** Forgets all entries. Streams that still wait must have been placed before. */
void kf_round_clear(struct kf_round *round);

#endif
