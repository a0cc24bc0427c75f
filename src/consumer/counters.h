/* SPDX-License-Identifier: MIT
 * What kaffe_consumer_count tells, as it is counted: relaxed atomics, added to by turns and by the
 * control thread, never by messages. */
#ifndef KF_COUNTERS_H
#define KF_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

struct kf_counters {
    _Atomic int64_t messages_handled;
    _Atomic int64_t failures;
    _Atomic int64_t late_finishes;
    _Atomic int64_t assignments;
    _Atomic int64_t revocations;
    _Atomic int64_t revocations_unclean;
    _Atomic int64_t commits;
    _Atomic int64_t commit_failures;
    _Atomic int64_t corrupt_batches;
    _Atomic int64_t offset_resets;
    _Atomic int64_t partitions;
    _Atomic int64_t skipped;
    _Atomic int64_t dead_letters;
    _Atomic int64_t dead_letters_waiting;
    _Atomic int64_t handler_timeouts;
    _Atomic int64_t handlers_overdue;
    _Atomic int64_t acks_repeated;
    _Atomic int64_t acks_outdated;
    _Atomic int64_t acks_after_revoke;
    _Atomic int64_t acks_after_stop;
};

static inline void kf_count(_Atomic int64_t *counter, int64_t change)
{
    atomic_fetch_add_explicit(counter, change, memory_order_relaxed);
}

#endif
