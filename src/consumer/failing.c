/* SPDX-License-Identifier: MIT */
#include "failing.h"

#include "consumer_state.h"
#include "error.h"
#include "log.h"

#include <stdio.h>

static void stop(kaffe_consumer *consumer, const struct kf_failing *failing)
{
    kaffe_error err;
    char last[24] = "";
    if (failing->until - 1 > failing->offset)
        snprintf(last, sizeof last, "..%lld", (long long)failing->until - 1);
    kf_error_set(&err, KAFFE_FAILED, "%.100s[%d]@%lld%s: failed %d time%s: %s", failing->topic,
                 failing->partition, (long long)failing->offset, last, failing->attempts,
                 failing->attempts == 1 ? "" : "s", failing->reason);
    kf_consumer_fail(consumer, &err);
}

void kf_failing_tell(kaffe_consumer *consumer, const struct kf_failing *failing)
{
    char reason[256];
    char next[40];
    if (failing->action == KF_FAILURE_RETRY)
        snprintf(next, sizeof next, "retry_in_ms=%lld", (long long)failing->pause_ms);
    else
        snprintf(next, sizeof next, "on_failure=%s", kf_failure_action_text(failing->action));
    kf_log(&consumer->settings.log, KAFFE_LOG_WARN, "message.failed",
           "topic=%s partition=%d offset=%lld attempt=%d %s error=\"%s\"", failing->topic,
           failing->partition, (long long)failing->offset, failing->attempts, next,
           kf_log_quote(reason, sizeof reason, failing->reason));
    if (failing->action == KF_FAILURE_STOP)
        stop(consumer, failing);
}
