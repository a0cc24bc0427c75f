/* SPDX-License-Identifier: MIT
 * Is a call of a handler overdue? Told from outside, by looks at what is under way now and then: a
 * call that is found again has run at least since it was seen first. So no call needs a clock. What
 * follows from it is the caller's. */
#ifndef KF_HANDLER_WATCH_H
#define KF_HANDLER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define KF_NO_CALL INT64_C(-1)

/* A turn hands out each offset once, so the pair names a call; its retry has another turn. */
struct kf_handler_call {
    uint64_t turn; /* from 1 on */
    int64_t offset; /* of its message, or of a batch's first; KF_NO_CALL: no call is under way */
};

/* All zero: nothing was seen yet. */
struct kf_handler_watch {
    struct kf_handler_call call;
    int64_t since_ms; /* when it was seen first */
    bool is_overdue;
};

enum kf_handler_news {
    KF_HANDLER_NO_NEWS,
    KF_HANDLER_OVERDUE, /* told once for a call */
    KF_HANDLER_RETURNED /* one that was told of */
};

/** What a look finds; the call that it has seen till then is forgotten if it is another one now. */
enum kf_handler_news kf_handler_watch_look(struct kf_handler_watch *watch,
                                           const struct kf_handler_call *now, int64_t now_ms,
                                           int64_t timeout_ms);
/** How long the call that it has seen has run, at least. */
static inline int64_t kf_handler_watch_age_ms(const struct kf_handler_watch *watch, int64_t now_ms)
{
    return now_ms - watch->since_ms;
}

/** How often to look, so that a call is told of soon after its time. */
int64_t kf_handler_watch_interval_ms(int64_t timeout_ms);

/** Calls that stay overdue are told of again when the longest has run twice as long as it had when
 *  it was told of last. @param said_ms  its age then, kept here; 0: never
 *  @param age_ms  of the longest now; 0: none is overdue. @return true: tell again */
bool kf_handler_watch_remind(int64_t *said_ms, int64_t age_ms);

#endif
