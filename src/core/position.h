/* SPDX-License-Identifier: MIT
 * start_at and stop_at as words: "earliest", "42", "-10", "@1700000000000". Pure text; which offset
 * a position means in a partition is span.h's. */
#ifndef KF_POSITION_H
#define KF_POSITION_H

#include <stdbool.h>
#include <stdint.h>

enum kf_position_kind {
    KF_POSITION_EARLIEST,
    KF_POSITION_LATEST, /* as a stop: what is the end when it is looked up */
    KF_POSITION_NEVER,
    KF_POSITION_OFFSET,
    KF_POSITION_LAST, /* so many before the end */
    KF_POSITION_TIME /* ms since 1970 */
};

struct kf_position {
    enum kf_position_kind kind;
    int64_t number;
};

/** earliest, latest, an offset, -N, @ms. @return false: none of them */
bool kf_position_read_start(struct kf_position *position, const char *text);
/** never, end, an offset, @ms. @return false: none of them */
bool kf_position_read_stop(struct kf_position *position, const char *text);

#endif
