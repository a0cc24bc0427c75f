/* SPDX-License-Identifier: MIT
 * All that is wrong with a configuration: each problem goes to the caller's report at once, and as
 * many as fit into one error message. */
#ifndef KF_PROBLEMS_H
#define KF_PROBLEMS_H

#include "kaffe.h"

#include <stddef.h>

struct kf_problems {
    kaffe_report_fn report; /* may be NULL */
    void *ctx;
    size_t count;
    size_t shown_count; /* in `joined` */
    char joined[sizeof((kaffe_error *)0)->message];
};

/** A line names option, value and remedy: no newline, no trailing dot. Longer than 1 KiB is cut. */
void kf_problems_add(struct kf_problems *problems, const char *line, ...) KAFFE_PRINTF(2, 3);

/** @return KAFFE_OK: there were none; KAFFE_INVALID: err has as many as fit, and how many more */
kaffe_status kf_problems_status(const struct kf_problems *problems, kaffe_error *err);

#endif
