/* SPDX-License-Identifier: MIT
 * How many events a handle may log: never more than so many in any second, and what was left out
 * is summed up afterwards in an event of its own. What repeats leaves room for what is new, and for
 * errors. Pure: the caller brings the lock and the clock. */
#ifndef KF_LOG_LIMIT_H
#define KF_LOG_LIMIT_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_LOG_LINES 10 /* to stderr */
#define KF_LOG_CALLS 100 /* of a user's function, which may want them all, but for a flood */
#define KF_LOG_NAMED 6 /* events that a summary names */

struct kf_log_left_out {
    char event[40];
    int64_t count;
};

struct kf_log_said {
    int64_t at_ms; /* 0: never */
    char event[40];
};

/* All zero: nothing has been logged. */
struct kf_log_limit {
    size_t lines; /* in a second, at most KF_LOG_CALLS; 0: KF_LOG_LINES */
    struct kf_log_said said[KF_LOG_CALLS]; /* a ring of the latest `lines` */
    size_t next;
    struct kf_log_left_out left_out[KF_LOG_NAMED];
    int64_t left_out_count; /* those without a place above included */
    int64_t first_ms; /* of those */
    int64_t last_ms;
};

/** @param now_ms  > 0. @return false: it is left out, and counted */
bool kf_log_limit_admit(struct kf_log_limit *limit, kaffe_log_level level, const char *event,
                        int64_t now_ms);
/** An event that was admitted could not be written. */
void kf_log_limit_lost(struct kf_log_limit *limit, const char *event, int64_t now_ms);
/** Nor could the summary of what `before` was then: it is still to be told. */
void kf_log_limit_restore(struct kf_log_limit *limit, const struct kf_log_limit *before,
                          int64_t now_ms);
/**
 * The fields of a summary, once the storm has been over for a second, or has lasted for ten.
 * @param at_once  whatever the time. @return false: none is due
 */
bool kf_log_limit_sum_up(struct kf_log_limit *limit, bool at_once, int64_t now_ms, char *fields,
                         size_t size);

#endif
