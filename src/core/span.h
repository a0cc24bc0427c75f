/* SPDX-License-Identifier: MIT
 * From where to where a partition is read: what has to be asked of its log, one question after
 * another, until start_at and stop_at have become offsets. Pure; the asking is the caller's. */
#ifndef KF_SPAN_H
#define KF_SPAN_H

#include "position.h"

#include <stdint.h>

enum kf_span_question {
    KF_SPAN_BEGIN, /* where the log begins */
    KF_SPAN_END, /* where it ends */
    KF_SPAN_START_TIME, /* the first message at the time of start_at, or later; -1: none */
    KF_SPAN_STOP_TIME, /* the same for stop_at */
    KF_SPAN_SETTLED /* there is none left: from and to are known */
};

#define KF_SPAN_UNASKED INT64_MIN
#define KF_SPAN_ENDLESS INT64_MAX

struct kf_span {
    int64_t answers[KF_SPAN_SETTLED];
    int64_t from;
    int64_t to; /* not read any more; KF_SPAN_ENDLESS: no end */
};

void kf_span_init(struct kf_span *span);
/** What to ask next; its answer goes into span->answers. */
enum kf_span_question kf_span_next(struct kf_span *span, const struct kf_position *start,
                                   const struct kf_position *stop);

#endif
