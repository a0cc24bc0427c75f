/* SPDX-License-Identifier: MIT */
#include "given_up.h"

#include "backoff.h"
#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "log.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>

/* A topic that nobody has written to yet is asked for by then, mostly. */
static const int64_t ask_again_ms = 20;

struct kf_given_up {
    int64_t from;
    int64_t until; /* the first offset behind them */
    int32_t attempts;
    bool dead_letter; /* else they are skipped */
    char reason[KF_FAILURE_REASON_SIZE];
    struct kf_dead_letter *letter; /* under way; NULL: none */
    int64_t letter_offset;
    uint32_t tries; /* that went wrong, of the letter in hand */
    kaffe_status said; /* what the log has said of it, once for each reason */
    int32_t said_code;
};

/* --- the beginning and the end ------------------------------------------------------------ */

static enum kf_turn_end stop(struct kf_turn_worker *worker, const struct kf_partition *partition,
                             int64_t *due_ms)
{
    kaffe_error err;
    char last[24] = "";
    const struct kf_blame *blame = &partition->blame;
    if (blame->until - 1 > blame->offset)
        snprintf(last, sizeof last, "..%lld", (long long)blame->until - 1);
    kf_error_set(&err, KAFFE_FAILED, "%.100s[%d]@%lld%s: failed %d time%s: %s", partition->topic,
                 partition->partition, (long long)blame->offset, last, blame->failures,
                 blame->failures == 1 ? "" : "s", kf_failure_text(&worker->failure));
    kf_consumer_fail(worker->consumer, &err);
    *due_ms = INT64_MAX;
    return KF_TURN_PARK;
}

enum kf_turn_end kf_give_up(struct kf_turn_worker *worker, struct kf_partition *partition,
                            enum kf_failure_action action, int64_t *due_ms)
{
    if (action == KF_FAILURE_STOP)
        return stop(worker, partition, due_ms);
    struct kf_given_up *given_up = calloc(1, sizeof *given_up);
    if (!given_up) { /* it is handled, and fails, once more */
        *due_ms = kf_clock_ms() + worker->consumer->settings.options.retry_backoff_max_ms;
        return KF_TURN_PARK;
    }
    given_up->from = partition->blame.offset;
    given_up->until = partition->blame.until;
    given_up->attempts = partition->blame.failures;
    given_up->dead_letter = action == KF_FAILURE_DEAD_LETTER;
    snprintf(given_up->reason, sizeof given_up->reason, "%s", kf_failure_text(&worker->failure));
    kf_count(&worker->consumer->counters.dead_letters_waiting, given_up->dead_letter);
    partition->given_up = given_up;
    partition->blame = (struct kf_blame){ 0 };
    partition->batch_limit = 0;
    return KF_TURN_MORE;
}

void kf_given_up_forget(struct kf_partition *partition)
{
    struct kf_given_up *given_up = partition->given_up;
    if (!given_up)
        return;
    kf_count(&partition->consumer->counters.dead_letters_waiting, -(int64_t)given_up->dead_letter);
    kf_dead_letter_drop(given_up->letter);
    free(given_up);
    partition->given_up = NULL;
}

/* --- one message -------------------------------------------------------------------------- */

/* The message is done with. */
static void pass(struct kf_partition *partition, int64_t offset)
{
    char reason[256];
    char topic[256];
    const struct kf_given_up *given_up = partition->given_up;
    kaffe_consumer *consumer = partition->consumer;
    const struct kf_log *log = &consumer->settings.log;
    kf_log_quote(reason, sizeof reason, given_up->reason);
    if (given_up->dead_letter)
        kf_log(log, KAFFE_LOG_WARN, "dead_letter.written",
               "topic=%s partition=%d offset=%lld attempts=%d dead_letter_topic=%s error=\"%s\"",
               partition->topic, partition->partition, (long long)offset, given_up->attempts,
               kf_dead_letter_topic(&consumer->settings, partition->topic, topic, sizeof topic),
               reason);
    else
        kf_log(log, KAFFE_LOG_WARN, "message.skipped",
               "topic=%s partition=%d offset=%lld attempts=%d error=\"%s\"", partition->topic,
               partition->partition, (long long)offset, given_up->attempts, reason);
    kf_count(given_up->dead_letter ? &consumer->counters.dead_letters : &consumer->counters.skipped,
             1);
    partition->cursor.position = offset + 1;
    kf_turn_advance(partition);
}

/* Said once, and again when the reason is another one. */
static void say_failed(const struct kf_partition *partition, const kaffe_error *err)
{
    char topic[256];
    char text[300];
    struct kf_given_up *given_up = partition->given_up;
    const struct kf_consumer_settings *settings = &partition->consumer->settings;
    if (given_up->said == err->status && given_up->said_code == err->kafka_code)
        return;
    given_up->said = err->status;
    given_up->said_code = err->kafka_code;
    kf_log(&settings->log, KAFFE_LOG_WARN, "dead_letter.failed",
           "topic=%s partition=%d offset=%lld dead_letter_topic=%s error=\"%s\" "
           "action=\"the partition waits, trying on\"",
           partition->topic, partition->partition, (long long)given_up->letter_offset,
           kf_dead_letter_topic(settings, partition->topic, topic, sizeof topic),
           kf_log_quote(text, sizeof text, err->message));
}

static enum kf_turn_end try_later(const struct kf_partition *partition, const kaffe_error *err,
                                  int64_t *due_ms)
{
    const kaffe_consumer_options *options = &partition->consumer->settings.options;
    int64_t pause_ms = ask_again_ms;
    if (err->status != KAFFE_TIMED_OUT) {
        say_failed(partition, err);
        pause_ms = kf_backoff_ms(options->retry_backoff_ms, options->retry_backoff_max_ms,
                                 ++partition->given_up->tries, kf_random_below(UINT32_MAX));
    }
    *due_ms = kf_clock_ms() + pause_ms;
    return KF_TURN_PARK;
}

static void wake(void *ctx)
{
    struct kf_partition *partition = ctx;
    kf_pool_ready(&partition->consumer->pool, &partition->task);
}

static enum kf_turn_end send(const struct kf_turn_worker *worker, struct kf_partition *partition,
                             int64_t *due_ms)
{
    kaffe_error err;
    struct kf_given_up *given_up = partition->given_up;
    const kaffe_message *m = &worker->message.view;
    const struct kf_dead_letter_waker waker = { .wake = wake, .ctx = partition };
    const struct kf_dead_letter_about about = {
        .group = worker->consumer->settings.options.consumer_group,
        .reason = given_up->reason,
        .attempts = given_up->attempts,
        .date_ms = kf_clock_date_ms()
    };
    given_up->letter_offset = m->offset;
    given_up->letter =
        kf_dead_letter_send(&worker->consumer->dead_letters, m, &about, &waker, &err);
    if (!given_up->letter)
        return try_later(partition, &err, due_ms);
    *due_ms = INT64_MAX;
    return KF_TURN_WAIT;
}

/* The letter's fate. @return KF_TURN_MORE: it is written; else how the turn ends */
static enum kf_turn_end settle(struct kf_partition *partition, int64_t *due_ms)
{
    kaffe_error err;
    struct kf_given_up *given_up = partition->given_up;
    if (!kf_dead_letter_ended(given_up->letter, &err)) {
        *due_ms = INT64_MAX;
        return KF_TURN_WAIT;
    }
    kf_dead_letter_drop(given_up->letter);
    given_up->letter = NULL;
    if (err.status != KAFFE_OK)
        return try_later(partition, &err, due_ms);
    pass(partition, given_up->letter_offset);
    given_up->tries = 0;
    given_up->said = KAFFE_OK;
    return KF_TURN_MORE;
}

/* --- one after another -------------------------------------------------------------------- */

/* The open batch's next record that is for us becomes the worker's message.
 * @return as kf_record_next */
static int next_message(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    int more;
    struct kf_record record;
    struct kf_cursor *cursor = &partition->cursor;
    while ((more = kf_record_next(&cursor->walk, &record)) == 1)
        if (record.offset >= cursor->position)
            break;
    if (more != 1)
        return more;
    kf_turn_prepare(worker, partition, &worker->message);
    kf_message_of_batch(&worker->message, &cursor->header);
    kf_message_of_record(&worker->message, &record);
    return 1;
}

/* @return KF_TURN_MORE: on with the next one; else how the turn ends */
static enum kf_turn_end give_up_next(struct kf_turn_worker *worker, struct kf_partition *partition,
                                     int64_t *due_ms)
{
    struct kf_cursor *cursor = &partition->cursor;
    struct kf_cursor_mark mark = kf_cursor_mark(cursor);
    int more = next_message(worker, partition);
    int64_t offset = worker->message.view.offset;
    if (more < 0)
        return kf_turn_malformed(worker, partition, due_ms);
    if (more == 0) {
        kf_cursor_close(cursor, &worker->opener, false);
        kf_cursor_release(cursor, &worker->opener);
        kf_turn_advance(partition);
        return KF_TURN_MORE;
    }
    if (offset < partition->given_up->until && !partition->given_up->dead_letter) {
        pass(partition, offset);
        return KF_TURN_MORE;
    }
    enum kf_turn_end end = KF_TURN_MORE;
    if (offset < partition->given_up->until)
        end = send(worker, partition, due_ms);
    mark.position = offset;
    kf_cursor_rewind(cursor, &worker->opener, mark);
    return end;
}

enum kf_turn_end kf_given_up_turn(struct kf_turn_worker *worker, struct kf_partition *partition,
                                  int64_t *due_ms)
{
    struct kf_cursor *cursor = &partition->cursor;
    const struct kf_given_up *given_up = partition->given_up;
    enum kf_turn_end end = KF_TURN_MORE;
    kf_cursor_take(cursor);
    if (cursor->position < given_up->from) { /* another log by now: nobody has seen its messages */
        kf_given_up_forget(partition);
        return KF_TURN_MORE;
    }
    if (given_up->letter)
        end = settle(partition, due_ms);
    while (end == KF_TURN_MORE && cursor->position < given_up->until) {
        if (atomic_load(&partition->revoked)) /* what is left is the next owner's */
            return KF_TURN_MORE;
        enum kf_cursor_status status = kf_cursor_open(cursor, &worker->opener);
        if (status != KF_CURSOR_OPEN)
            return kf_turn_out_of_records(worker, partition, status, due_ms);
        end = give_up_next(worker, partition, due_ms);
    }
    if (end == KF_TURN_MORE)
        kf_given_up_forget(partition);
    return end;
}
