/* SPDX-License-Identifier: MIT
 * What follows a handler's failure: another try after a pause, or, when the attempts are used up,
 * what on_failure says. It counts failures by the message they are laid on; it carries nothing out.
 */
#ifndef KF_FAILURE_POLICY_H
#define KF_FAILURE_POLICY_H

#include "kaffe.h"

#include <stdbool.h>
#include <stdint.h>

enum kf_failure_action {
    KF_FAILURE_RETRY, /* once more, after the pause */
    KF_FAILURE_STOP,
    KF_FAILURE_DEAD_LETTER,
    KF_FAILURE_SKIP
};

/* Failures in a row that are laid on one message of a partition, or on a batch that begins with it.
 * All zero: none. */
struct kf_blame {
    int64_t offset;
    int64_t until; /* the first offset behind what is to blame */
    int32_t failures;
};

/** One more, of the messages `offset` to `until` - 1. Another offset is blamed from 1 on. A message
 *  that was once named alone is to blame alone, whatever its later batches are. */
void kf_blame_add(struct kf_blame *blame, int64_t offset, int64_t until);

/** The number of the next attempt at that message. */
static inline int32_t kf_blame_attempt(const struct kf_blame *blame, int64_t offset)
{
    bool failed = blame->failures > 0 && offset >= blame->offset && offset < blame->until;
    return failed ? blame->failures + 1 : 1;
}

struct kf_failure_policy {
    enum kf_failure_action last; /* when the attempts are used up; never KF_FAILURE_RETRY */
    int64_t max_attempts; /* 0: no limit */
    int64_t backoff_ms;
    int64_t backoff_max_ms;
};

/** @param options  complete; on_failure may be NULL: stop */
struct kf_failure_policy kf_failure_policy_of(const kaffe_consumer_options *options);

/**
 * @param permanent  the handler says that another try is of no use
 * @param random     0..UINT32_MAX, evenly: the pause's jitter
 * @param pause_ms   written for KF_FAILURE_RETRY, else 0
 */
enum kf_failure_action kf_failure_decide(const struct kf_failure_policy *policy,
                                         const struct kf_blame *blame, bool permanent,
                                         uint32_t random, int64_t *pause_ms);

/** What on_failure calls it: "dead_letter"; "retry". */
const char *kf_failure_action_text(enum kf_failure_action action);

#endif
