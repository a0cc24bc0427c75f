/* SPDX-License-Identifier: MIT
 * One partition in one assignment. Its work side belongs to the worker whose turn it is, its start
 * and commit side to the control thread; between the two stand a few atomics. When it is given up
 * it is fenced: whatever a handler still finishes is never committed. */
#ifndef KF_PARTITION_H
#define KF_PARTITION_H

#include "cursor.h"
#include "failure_policy.h"
#include "handler_watch.h"
#include "schedule.h"
#include "span.h"
#include "start_policy.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct kaffe_consumer;
struct kf_flight;
struct kf_given_up;
struct kf_log;

/* How far the control thread is with it. */
enum kf_phase {
    KF_PHASE_PREDECESSOR, /* an older assignment's handler still runs */
    KF_PHASE_LOOKUP, /* what has the group committed? */
    KF_PHASE_LOCATE, /* where does the log begin? asked of the data plane */
    KF_PHASE_LOCATE_END, /* where does it end? */
    KF_PHASE_PIN, /* "latest" is being committed */
    KF_PHASE_RUNNING,
    KF_PHASE_OUT_OF_RANGE, /* its position is gone; what was fetched before is handled first */
    KF_PHASE_RESET, /* asked where to go on */
    KF_PHASE_SPAN, /* a reader's: what start_at and stop_at mean is asked of the data plane */
    KF_PHASE_REACHED, /* nothing lies between where it would go on and its stop */
    KF_PHASE_FINISHED /* at its stop, and at rest */
};

#define KF_NOT_LOCATED INT64_MIN

struct kf_partition {
    struct kf_task task; /* first; guarded by the pool's lock */
    struct kaffe_consumer *consumer;
    char *topic;
    int32_t partition;

    struct kf_flight *flight; /* constant: what is acknowledged by calls; NULL: nothing is */

    /* The worker whose turn it is. */
    struct kf_cursor cursor;
    int64_t budget; /* messages in its next turn; follows the handler's speed */
    struct kf_blame blame; /* failures in a row, of what is at the position */
    struct kf_given_up *given_up; /* what on_failure is being done to; NULL: nothing */
    size_t batch_limit; /* a failed batch comes again as it was; 0: no limit */
    int64_t commit_limit; /* a batch handler said so: no further yet; INT64_MAX: all */
    int64_t batch_due_ms; /* a batch waits for more until then; 0: it does not yet */
    uint32_t broken_count; /* unreadable batches in a row */
    bool unreadable; /* parked with one */

    /* Between them. */
    atomic_bool revoked; /* hurry */
    atomic_bool fenced; /* too late */
    _Atomic int64_t refetch; /* worker: fetch again from there; -1: no */
    _Atomic int64_t done; /* everything below it is finished, and may be committed */
    _Atomic int64_t withheld; /* below it all is finished, though not yet released; -1: nothing */
    _Atomic int64_t in_hand; /* the offset that a handler has, a batch's first; or KF_NO_CALL */
    _Atomic uint64_t turn; /* turns so far that called a handler */
    _Atomic int64_t located; /* the data plane's answer, or KF_NOT_LOCATED */
    _Atomic int64_t out_of_range; /* the offset that is not there; -1: none */
    _Atomic int64_t gap; /* from this offset to the stop there is nothing; INT64_MIN: unknown */

    /* The control thread. */
    struct kf_partition *predecessor;
    enum kf_phase phase;
    enum kf_start_reason reason;
    int64_t committed; /* by the group, as far as we know, or where we started; -1: unknown */
    int64_t sent; /* in the commit under way; -1: not in it */
    struct kf_handler_watch watch;
    struct kf_span span; /* a reader's */
    enum kf_span_question question; /* of it, under way */
    bool acks_overdue; /* it was told */
    char mark[KF_START_MARK_SIZE]; /* metadata of its commits; "": none */
};

/** At rest: nothing is fetched. @return NULL: out of memory */
struct kf_partition *kf_partition_new(struct kaffe_consumer *consumer, const char *topic,
                                      int32_t partition);
/** Its task must have stopped. */
void kf_partition_free(struct kf_partition *partition);

/** There is room to decompress its next batch into. Any thread, the scratches' lock held. */
void kf_partition_granted(struct kf_scratch_wait *wait);

/** Fetches from `offset`, its first position. Control thread. */
void kf_partition_start(struct kf_partition *partition, int64_t offset);
/** Is all below `offset`, where its stream stands, done with? So it is, too, if nothing has come
 *  since the stream was told to begin there. Control thread. */
bool kf_partition_has_come_to(struct kf_partition *partition, int64_t offset);
/** Fetches from `offset` instead of what is no longer there; the worker moves its position when
 *  that arrives. Control thread, everything fetched before being done. */
void kf_partition_go_on(struct kf_partition *partition, int64_t offset);

static inline int64_t kf_partition_done(const struct kf_partition *partition)
{
    return atomic_load_explicit(&partition->done, memory_order_acquire);
}

/** As done, what is withheld included. */
static inline int64_t kf_partition_handled(const struct kf_partition *partition)
{
    int64_t withheld = atomic_load(&partition->withheld);
    return withheld >= 0 ? withheld : kf_partition_done(partition);
}

#endif
