/* SPDX-License-Identifier: MIT */
#include "disposal.h"

#include "backoff.h"
#include "clock.h"
#include "consumer_state.h"
#include "log.h"
#include "random.h"

#include <stdio.h>

/* A topic that nobody has written to yet is asked for by then, mostly. */
static const int64_t ask_again_ms = 20;

void kf_disposal_init(struct kf_disposal *disposal, enum kf_failure_action action, int32_t attempts,
                      const char *reason)
{
    *disposal = (struct kf_disposal){ .attempts = attempts,
                                      .dead_letter = action == KF_FAILURE_DEAD_LETTER };
    snprintf(disposal->reason, sizeof disposal->reason, "%s", reason);
}

void kf_disposal_forget(struct kf_disposal *disposal)
{
    kf_dead_letter_drop(disposal->letter);
    disposal->letter = NULL;
}

/* The message is done with. */
static void pass(struct kf_disposal *disposal, const struct kf_partition *partition, int64_t offset)
{
    char reason[256];
    char topic[256];
    kaffe_consumer *consumer = partition->consumer;
    const struct kf_log *log = &consumer->settings.log;
    kf_log_quote(reason, sizeof reason, disposal->reason);
    if (disposal->dead_letter)
        kf_log(log, KAFFE_LOG_WARN, "dead_letter.written",
               "topic=%s partition=%d offset=%lld attempts=%d dead_letter_topic=%s error=\"%s\"",
               partition->topic, partition->partition, (long long)offset, disposal->attempts,
               kf_dead_letter_topic(&consumer->settings, partition->topic, topic, sizeof topic),
               reason);
    else
        kf_log(log, KAFFE_LOG_WARN, "message.skipped",
               "topic=%s partition=%d offset=%lld attempts=%d error=\"%s\"", partition->topic,
               partition->partition, (long long)offset, disposal->attempts, reason);
    kf_count(disposal->dead_letter ? &consumer->counters.dead_letters : &consumer->counters.skipped,
             1);
    disposal->tries = 0;
    disposal->said = KAFFE_OK;
}

/* Said once, and again when the reason is another one. */
static void say_failed(struct kf_disposal *disposal, const struct kf_partition *partition,
                       int64_t offset, const kaffe_error *err)
{
    char topic[256];
    char text[300];
    const struct kf_consumer_settings *settings = &partition->consumer->settings;
    if (disposal->said == err->status && disposal->said_code == err->kafka_code)
        return;
    disposal->said = err->status;
    disposal->said_code = err->kafka_code;
    kf_log(&settings->log, KAFFE_LOG_WARN, "dead_letter.failed",
           "topic=%s partition=%d offset=%lld dead_letter_topic=%s error=\"%s\" "
           "action=\"the partition waits, trying on\"",
           partition->topic, partition->partition, (long long)offset,
           kf_dead_letter_topic(settings, partition->topic, topic, sizeof topic),
           kf_log_quote(text, sizeof text, err->message));
}

static enum kf_turn_end try_later(struct kf_disposal *disposal,
                                  const struct kf_partition *partition, int64_t offset,
                                  const kaffe_error *err, int64_t *due_ms)
{
    const kaffe_consumer_options *options = &partition->consumer->settings.options;
    int64_t pause_ms = ask_again_ms;
    if (err->status != KAFFE_TIMED_OUT) {
        say_failed(disposal, partition, offset, err);
        pause_ms = kf_backoff_ms(options->retry_backoff_ms, options->retry_backoff_max_ms,
                                 ++disposal->tries, kf_random_below(UINT32_MAX));
    }
    disposal->due_ms = kf_clock_ms() + pause_ms;
    *due_ms = disposal->due_ms;
    return KF_TURN_PARK;
}

static void wake(void *ctx)
{
    struct kf_partition *partition = ctx;
    kf_pool_ready(&partition->consumer->pool, &partition->task);
}

static enum kf_turn_end send(struct kf_disposal *disposal, struct kf_partition *partition,
                             const kaffe_message *m, int64_t *due_ms)
{
    kaffe_error err;
    kaffe_consumer *consumer = partition->consumer;
    const struct kf_dead_letter_waker waker = { .wake = wake, .ctx = partition };
    const struct kf_dead_letter_about about = { .group = consumer->settings.options.consumer_group,
                                                .reason = disposal->reason,
                                                .attempts = disposal->attempts,
                                                .date_ms = kf_clock_date_ms() };
    disposal->letter = kf_dead_letter_send(&consumer->dead_letters, m, &about, &waker, &err);
    if (!disposal->letter)
        return try_later(disposal, partition, m->offset, &err, due_ms);
    *due_ms = INT64_MAX;
    return KF_TURN_WAIT;
}

enum kf_turn_end kf_disposal_begin(struct kf_disposal *disposal, struct kf_partition *partition,
                                   const kaffe_message *m, int64_t *due_ms)
{
    if (disposal->dead_letter)
        return send(disposal, partition, m, due_ms);
    pass(disposal, partition, m->offset);
    return KF_TURN_MORE;
}

enum kf_turn_end kf_disposal_settle(struct kf_disposal *disposal, struct kf_partition *partition,
                                    int64_t offset, int64_t *due_ms)
{
    kaffe_error err;
    if (!kf_dead_letter_ended(disposal->letter, &err)) {
        *due_ms = INT64_MAX;
        return KF_TURN_WAIT;
    }
    kf_disposal_forget(disposal);
    if (err.status != KAFFE_OK)
        return try_later(disposal, partition, offset, &err, due_ms);
    pass(disposal, partition, offset);
    return KF_TURN_MORE;
}
