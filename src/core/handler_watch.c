/* SPDX-License-Identifier: MIT */
#include "handler_watch.h"

static const int64_t looks = 10; /* within the timeout */
static const int64_t interval_min_ms = 10;
static const int64_t interval_max_ms = 500;

static bool is_same(const struct kf_handler_call *a, const struct kf_handler_call *b)
{
    return a->turn == b->turn && a->offset == b->offset;
}

enum kf_handler_news kf_handler_watch_look(struct kf_handler_watch *watch,
                                           const struct kf_handler_call *now, int64_t now_ms,
                                           int64_t timeout_ms)
{
    bool was_overdue = watch->is_overdue;
    if (now->offset == KF_NO_CALL || !is_same(&watch->call, now)) {
        *watch = (struct kf_handler_watch){ .call = *now, .since_ms = now_ms };
        return was_overdue ? KF_HANDLER_RETURNED : KF_HANDLER_NO_NEWS;
    }
    watch->is_overdue = kf_handler_watch_age_ms(watch, now_ms) >= timeout_ms;
    return watch->is_overdue && !was_overdue ? KF_HANDLER_OVERDUE : KF_HANDLER_NO_NEWS;
}

int64_t kf_handler_watch_interval_ms(int64_t timeout_ms)
{
    int64_t interval_ms = timeout_ms / looks;
    if (interval_ms > interval_max_ms)
        return interval_max_ms;
    return interval_ms < interval_min_ms ? interval_min_ms : interval_ms;
}

bool kf_handler_watch_remind(int64_t *said_ms, int64_t age_ms)
{
    if (age_ms == 0 || *said_ms == 0 || age_ms < *said_ms) {
        *said_ms = age_ms; /* none, the first, or a younger one that was told of by itself */
        return false;
    }
    if (age_ms / 2 < *said_ms)
        return false;
    *said_ms = age_ms;
    return true;
}
