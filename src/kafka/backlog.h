/* SPDX-License-Identifier: MIT
 * The records of kaffe_produce that have not ended: how much they hold, whose time is up, and that
 * each callback comes exactly once. Knows no Kafka. Threads: any; the lock is its own and never
 * held in a callback. */
#ifndef KF_BACKLOG_H
#define KF_BACKLOG_H

#include "kaffe.h"
#include "log.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_delivery {
    struct kf_delivery *prev;
    struct kf_delivery *next;
    uint64_t sequence;
    int64_t deadline_ms;
    size_t bytes;
    kaffe_delivery_fn delivered;
    void *ctx;
    const char *topic; /* the producer's */
    _Atomic int32_t partition;
    bool ended; /* somebody has told, or is telling right now */
    bool reported; /* the report came while somebody was telling: he frees it */
    bool late; /* told without a report, which is still to come */
};

struct kf_delivery_list {
    struct kf_delivery *first;
    struct kf_delivery *last;
};

struct kf_backlog {
    const struct kf_log *log;
    int64_t timeout_ms;
    size_t max_bytes;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct kf_delivery_list waiting; /* in the order of their deadlines */
    struct kf_delivery_list late; /* ended by us, before the report came */
    uint64_t last_sequence;
    size_t held_bytes;
    size_t failed_count; /* since last asked */
    size_t unsaid_count; /* failures not logged one by one */
    int64_t said_ms;
    bool aborted;
};

/** @return 0 or an errno value */
int kf_backlog_init(struct kf_backlog *backlog, const struct kf_log *log, int64_t timeout_ms,
                    size_t max_bytes);
/** After the last report: frees what never got one. */
void kf_backlog_fini(struct kf_backlog *backlog);

/** A place for a record, filled from `wish`: bytes, delivered, ctx, topic. @return KAFFE_OK,
 * KAFFE_QUEUE_FULL, KAFFE_NO_MEMORY */
kaffe_status kf_backlog_add(struct kf_backlog *backlog, const struct kf_delivery *wish,
                            struct kf_delivery **delivery);
/** It was not sent: no callback. @return false: too late, its time ran out and it was told so */
bool kf_backlog_withdraw(struct kf_backlog *backlog, struct kf_delivery *delivery);
/** The report: calls back, unless that was done. The delivery is gone. */
void kf_backlog_end(struct kf_backlog *backlog, struct kf_delivery *delivery,
                    const kaffe_result *result);
/** Ends, as KAFFE_MAYBE_WRITTEN, whatever has had its time; all, if aborted.
 *  @return when the next one will have had it; INT64_MAX: none waits */
int64_t kf_backlog_expire(struct kf_backlog *backlog, int64_t now_ms);
/** From now on the next kf_backlog_expire ends everything. */
void kf_backlog_abort(struct kf_backlog *backlog);

/** A mark: everything accepted so far. */
uint64_t kf_backlog_mark(struct kf_backlog *backlog);
/** Waits until all up to the mark have ended and been told. @return false: deadline_ms came */
bool kf_backlog_await(struct kf_backlog *backlog, uint64_t mark, int64_t deadline_ms);
/** How many up to the mark wait still, and how many have failed since this was last asked. */
void kf_backlog_count(struct kf_backlog *backlog, uint64_t mark, size_t *waiting, size_t *failed);

#endif
