/* SPDX-License-Identifier: MIT */
#include "span.h"

void kf_span_init(struct kf_span *span)
{
    *span = (struct kf_span){ 0 };
    for (int i = 0; i < KF_SPAN_SETTLED; i++)
        span->answers[i] = KF_SPAN_UNASKED;
}

/* Each of these: @return what must be known first; KF_SPAN_SETTLED: *offset is there. */

static enum kf_span_question ask(const struct kf_span *span, enum kf_span_question question,
                                 int64_t *offset)
{
    *offset = span->answers[question];
    return *offset == KF_SPAN_UNASKED ? question : KF_SPAN_SETTLED;
}

/* Where nothing has that time, the end stands for it. */
static enum kf_span_question ask_time(const struct kf_span *span, enum kf_span_question question,
                                      int64_t *offset)
{
    enum kf_span_question first = ask(span, question, offset);
    return first == KF_SPAN_SETTLED && *offset < 0 ? ask(span, KF_SPAN_END, offset) : first;
}

static enum kf_span_question ask_last(const struct kf_span *span, int64_t count, int64_t *offset)
{
    int64_t begin;
    enum kf_span_question first = ask(span, KF_SPAN_END, offset);
    if (first == KF_SPAN_SETTLED)
        first = ask(span, KF_SPAN_BEGIN, &begin);
    if (first != KF_SPAN_SETTLED)
        return first;
    *offset = *offset - begin > count ? *offset - count : begin;
    return KF_SPAN_SETTLED;
}

static enum kf_span_question resolve(const struct kf_span *span, const struct kf_position *position,
                                     enum kf_span_question time, int64_t *offset)
{
    switch (position->kind) {
    case KF_POSITION_EARLIEST:
        return ask(span, KF_SPAN_BEGIN, offset);
    case KF_POSITION_LATEST:
        return ask(span, KF_SPAN_END, offset);
    case KF_POSITION_NEVER:
        *offset = KF_SPAN_ENDLESS;
        return KF_SPAN_SETTLED;
    case KF_POSITION_OFFSET:
        *offset = position->number;
        return KF_SPAN_SETTLED;
    case KF_POSITION_LAST:
        return ask_last(span, position->number, offset);
    case KF_POSITION_TIME:
        return ask_time(span, time, offset);
    }
    return KF_SPAN_SETTLED;
}

enum kf_span_question kf_span_next(struct kf_span *span, const struct kf_position *start,
                                   const struct kf_position *stop)
{
    enum kf_span_question first = resolve(span, start, KF_SPAN_START_TIME, &span->from);
    return first == KF_SPAN_SETTLED ? resolve(span, stop, KF_SPAN_STOP_TIME, &span->to) : first;
}
