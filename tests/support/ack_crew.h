/* SPDX-License-Identifier: MIT
 * Threads that acknowledge what a handler has taken over: in random order, after a look at the
 * message, now and then twice, and with failures if a test wants them. */
#ifndef ACK_CREW_H
#define ACK_CREW_H

#include "kaffe.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACK_CREW_PARTITIONS 8
#define ACK_CREW_MESSAGES 20000 /* of a partition */

struct ack_crew_item {
    const kaffe_message *m;
    kaffe_ack_token token;
    int64_t offset;
    int32_t partition;
};

struct ack_crew {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct ack_crew_item items[ACK_CREW_MESSAGES];
    size_t count; /* waiting for a verdict */
    size_t most; /* ever */
    size_t handed_out;
    size_t finished;
    int32_t times[ACK_CREW_PARTITIONS][ACK_CREW_MESSAGES]; /* acknowledged */
    int64_t last[ACK_CREW_PARTITIONS]; /* offset handed out first; -1: none */
    bool out_of_order; /* at the first hand-over */
    bool wrong_bytes;
    bool ending;
    uint64_t seed;
    pthread_t threads[8];
    size_t thread_count;
    /* What a test sets, with the lock held or before the start. */
    kaffe_consumer *consumer;
    unsigned failing; /* in a hundred */
    unsigned repeating; /* in a hundred */
    bool idle; /* no verdicts for now */
};

/** On the heap: free with ack_crew_free. */
struct ack_crew *ack_crew_new(void);
void ack_crew_start(struct ack_crew *crew, size_t threads);
void ack_crew_rest(struct ack_crew *crew, bool idle);
/** Ends the threads; what waits stays without a verdict. */
void ack_crew_end(struct ack_crew *crew);
void ack_crew_free(struct ack_crew *crew);

/* Handlers; their values are their offsets as text. */
kaffe_status ack_crew_handle_message(const kaffe_message *m, void *crew);
kaffe_status ack_crew_handle_messages(const kaffe_batch *batch, void *crew);

/** Waits up to 60 s until so many were acknowledged, or were handed out. */
void ack_crew_await_finished(struct ack_crew *crew, size_t count);
void ack_crew_await_handed_out(struct ack_crew *crew, size_t count);
/** Each of a partition's first messages was acknowledged once, whatever failed before. */
void ack_crew_assert_all_once(struct ack_crew *crew, int32_t partition, int64_t count);

#endif
