/* SPDX-License-Identifier: MIT
 * Whether, and when, what failed is started again. It counts restarts within a window of time; it
 * carries nothing out. */
#ifndef KF_RESTARTS_H
#define KF_RESTARTS_H

#include "kaffe.h"

#include <stdbool.h>
#include <stdint.h>

#define KF_RESTARTS_MAX 100 /* the most that max_restarts can be */

struct kf_restart_policy {
    int64_t max_restarts; /* 0: none at all */
    int64_t window_ms;
    int64_t backoff_ms;
    int64_t backoff_max_ms;
};

/* What one child has behind it. All zero: nothing. */
struct kf_restarts {
    int64_t at_ms[KF_RESTARTS_MAX]; /* a ring: restart n stands at n % KF_RESTARTS_MAX */
    int64_t count;
    uint32_t failures; /* in a row: since it last ran for as long as the window */
};

/** Is there any use in starting again what ended so? Not if it would meet the same answer, or if
 *  another member has its group_instance_id: the two would fence each other for ever. */
bool kf_restarts_are_of_use(const kaffe_error *end);

/**
 * A failure at now_ms of what was started at started_ms.
 * @param random    0..UINT32_MAX, evenly: the pause's jitter
 * @param pause_ms  written when it returns true
 * @return true: it is started again after the pause, which counts as a restart at now_ms;
 *         false: that would be one too many
 */
bool kf_restarts_decide(struct kf_restarts *restarts, const struct kf_restart_policy *policy,
                        int64_t started_ms, int64_t now_ms, uint32_t random, int64_t *pause_ms);

#endif
