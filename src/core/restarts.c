/* SPDX-License-Identifier: MIT */
#include "restarts.h"

#include "backoff.h"

enum {
    FENCED_INSTANCE_ID = 82 /* Kafka's code */
};

bool kf_restarts_are_of_use(const kaffe_error *end)
{
    return end->status != KAFFE_INVALID && end->status != KAFFE_UNSUPPORTED &&
           end->kafka_code != FENCED_INSTANCE_ID;
}

/* Have so many restarts been within the window that one more is too many? */
static bool are_used_up(const struct kf_restarts *restarts, const struct kf_restart_policy *policy,
                        int64_t now_ms)
{
    if (policy->max_restarts == 0)
        return true;
    if (restarts->count < policy->max_restarts)
        return false;
    int64_t oldest = restarts->count - policy->max_restarts; /* of those that count */
    return now_ms - restarts->at_ms[oldest % KF_RESTARTS_MAX] < policy->window_ms;
}

bool kf_restarts_decide(struct kf_restarts *restarts, const struct kf_restart_policy *policy,
                        int64_t started_ms, int64_t now_ms, uint32_t random, int64_t *pause_ms)
{
    if (are_used_up(restarts, policy, now_ms))
        return false;
    if (now_ms - started_ms >= policy->window_ms)
        restarts->failures = 0;
    if (restarts->failures < UINT32_MAX)
        restarts->failures++;
    restarts->at_ms[restarts->count % KF_RESTARTS_MAX] = now_ms;
    restarts->count++;
    *pause_ms =
        kf_backoff_ms(policy->backoff_ms, policy->backoff_max_ms, restarts->failures, random);
    return true;
}
