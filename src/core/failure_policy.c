/* SPDX-License-Identifier: MIT */
#include "failure_policy.h"

#include "backoff.h"

#include <string.h>

static const char *const words[] = { [KF_FAILURE_RETRY] = "retry",
                                     [KF_FAILURE_STOP] = "stop",
                                     [KF_FAILURE_DEAD_LETTER] = "dead_letter",
                                     [KF_FAILURE_SKIP] = "skip" };

const char *kf_failure_action_text(enum kf_failure_action action)
{
    return words[action];
}

void kf_blame_add(struct kf_blame *blame, int64_t offset, int64_t until)
{
    if (blame->failures == 0 || blame->offset != offset)
        *blame = (struct kf_blame){ .offset = offset, .until = until };
    if (until < blame->until)
        blame->until = until;
    if (blame->failures < INT32_MAX - 1) /* attempts are one more */
        blame->failures++;
}

static enum kf_failure_action action_of(const char *on_failure)
{
    if (on_failure && strcmp(on_failure, words[KF_FAILURE_DEAD_LETTER]) == 0)
        return KF_FAILURE_DEAD_LETTER;
    if (on_failure && strcmp(on_failure, words[KF_FAILURE_SKIP]) == 0)
        return KF_FAILURE_SKIP;
    return KF_FAILURE_STOP;
}

struct kf_failure_policy kf_failure_policy_of(const kaffe_consumer_options *options)
{
    return (struct kf_failure_policy){ .last = action_of(options->on_failure),
                                       .max_attempts = options->max_attempts,
                                       .backoff_ms = options->retry_backoff_ms,
                                       .backoff_max_ms = options->retry_backoff_max_ms };
}

enum kf_failure_action kf_failure_decide(const struct kf_failure_policy *policy,
                                         const struct kf_blame *blame, bool permanent,
                                         uint32_t random, int64_t *pause_ms)
{
    bool used_up = policy->max_attempts > 0 && blame->failures >= policy->max_attempts;
    *pause_ms = 0;
    if (permanent || used_up)
        return policy->last;
    *pause_ms = kf_backoff_ms(policy->backoff_ms, policy->backoff_max_ms, (uint32_t)blame->failures,
                              random);
    return KF_FAILURE_RETRY;
}
