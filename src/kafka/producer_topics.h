/* SPDX-License-Identifier: MIT
 * The topics of a producer: how many partitions they have, and which one a record goes to. For
 * this folder only. */
#ifndef KF_PRODUCER_TOPICS_H
#define KF_PRODUCER_TOPICS_H

#include "kaffe.h"

#include <pthread.h>
#include <stdatomic.h>

struct kaffe_producer;

#define KF_ASK_FIRST_MS 1000 /* how long a first question for a partition count waits */

/* A topic that was produced to; lives as long as the producer. */
struct kf_target {
    struct kf_target *next;
    char *name;
    size_t index; /* of its handle in an outlet */
    _Atomic int32_t partition_count; /* 0: not known */
    pthread_mutex_t strategy_lock; /* calls of the strategy follow one another */
    int32_t current_partition; /* by strategy_lock */
    /* By the producer's lock, from here on. */
    size_t waiters; /* callers who need the count */
    int64_t ask_ms; /* when to ask (again); INT64_MAX: when somebody needs it */
    int64_t trying_since_ms; /* the cluster has not known it since; 0: no such trouble */
    int timeout_ms; /* of one question */
    uint64_t rounds; /* questions answered, well or badly */
    int32_t failure; /* the last one's code; 0: none */
    int32_t last_code; /* what the last question came to, even if it is asked again */
    bool told_skew;
    struct kf_target *like; /* if the cluster does not know it, it is made like this; NULL: not */
    int64_t make_ms; /* not before that */
    int32_t make_code; /* what came of it last; the clerk's own */
};

/** @return NULL: out of memory */
struct kf_target *kf_target_find(struct kaffe_producer *producer, const char *name);
int32_t kf_target_partition_count(const struct kf_target *topic); /* 0: not known */
/** KAFFE_INVALID: there are fewer than `needed`. */
kaffe_status kf_target_no_partition(const struct kf_target *topic, int32_t needed,
                                    kaffe_error *err);
/** KAFFE_ANY_PARTITION becomes what the strategy chooses. @return KAFFE_OK, KAFFE_INVALID */
kaffe_status kf_target_choose(struct kaffe_producer *producer, struct kf_target *topic,
                              const kaffe_record *record, int32_t *partition, kaffe_error *err);
kaffe_partition_fn kf_producer_strategy(const struct kaffe_producer *producer);
void kf_targets_free(struct kaffe_producer *producer);

/* partition_count.c */

/** Waits for a partition count of at least `needed`, while none is known no longer than
 *  start_timeout_ms.
 *  @return KAFFE_OK; KAFFE_INVALID: there are fewer; KAFFE_NOT_WRITTEN, KAFFE_DENIED, KAFFE_CLOSED
 */
kaffe_status kf_target_await(struct kaffe_producer *producer, struct kf_target *topic,
                             int32_t needed, int64_t deadline_ms, kaffe_error *err);
/** Why there is no count, for who does not wait. @return KAFFE_TIMED_OUT: it was not answered yet;
 *  KAFFE_NOT_WRITTEN, KAFFE_DENIED: it was, badly, and is asked again */
kaffe_status kf_target_no_count(struct kaffe_producer *producer, struct kf_target *topic,
                                kaffe_error *err);
/** Has the count asked for soon; nobody waits. */
void kf_target_ask(struct kaffe_producer *producer, struct kf_target *topic);
/** The clerk's thread. @param arg  the producer */
void *kf_targets_run(void *arg);

#endif
