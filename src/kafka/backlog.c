/* SPDX-License-Identifier: MIT */
#include "backlog.h"

#include "clock.h"
#include "response.h"
#include "thread.h"

#include <stdlib.h>

#define SAY_INTERVAL_MS 1000
#define RECORD_OVERHEAD_BYTES 400 /* ours and librdkafka's bookkeeping for one record */

static void append(struct kf_delivery_list *list, struct kf_delivery *delivery)
{
    delivery->next = NULL;
    delivery->prev = list->last;
    if (list->last)
        list->last->next = delivery;
    else
        list->first = delivery;
    list->last = delivery;
}

static void unlink_from(struct kf_delivery_list *list, struct kf_delivery *delivery)
{
    if (delivery->prev)
        delivery->prev->next = delivery->next;
    else
        list->first = delivery->next;
    if (delivery->next)
        delivery->next->prev = delivery->prev;
    else
        list->last = delivery->prev;
}

int kf_backlog_init(struct kf_backlog *backlog, const struct kf_log *log, int64_t timeout_ms,
                    size_t max_bytes)
{
    *backlog = (struct kf_backlog){ .log = log, .timeout_ms = timeout_ms, .max_bytes = max_bytes };
    int failed = pthread_mutex_init(&backlog->lock, NULL);
    if (failed)
        return failed;
    failed = kf_cond_init(&backlog->changed);
    if (failed)
        pthread_mutex_destroy(&backlog->lock);
    return failed;
}

static void free_list(struct kf_delivery_list *list)
{
    while (list->first) {
        struct kf_delivery *delivery = list->first;
        list->first = delivery->next;
        free(delivery);
    }
}

void kf_backlog_fini(struct kf_backlog *backlog)
{
    free_list(&backlog->waiting);
    free_list(&backlog->late);
    pthread_cond_destroy(&backlog->changed);
    pthread_mutex_destroy(&backlog->lock);
}

kaffe_status kf_backlog_add(struct kf_backlog *backlog, const struct kf_delivery *wish,
                            struct kf_delivery **delivery)
{
    struct kf_delivery *made = calloc(1, sizeof *made);
    if (!made)
        return KAFFE_NO_MEMORY;
    made->bytes = wish->bytes + RECORD_OVERHEAD_BYTES;
    made->delivered = wish->delivered;
    made->ctx = wish->ctx;
    made->topic = wish->topic;
    made->partition = -1;
    pthread_mutex_lock(&backlog->lock);
    /* A single record is let in however large it is: max_message_bytes has judged it. */
    bool full = backlog->held_bytes > 0 && backlog->held_bytes + made->bytes > backlog->max_bytes;
    if (!full) {
        backlog->held_bytes += made->bytes;
        made->sequence = ++backlog->last_sequence;
        made->deadline_ms = kf_clock_ms() + backlog->timeout_ms;
        append(&backlog->waiting, made);
    }
    pthread_mutex_unlock(&backlog->lock);
    if (full) {
        free(made);
        return KAFFE_QUEUE_FULL;
    }
    *delivery = made;
    return KAFFE_OK;
}

/* Nobody tells it and nothing more will come for it. */
static void forget_locked(struct kf_backlog *backlog, struct kf_delivery *delivery)
{
    unlink_from(delivery->late ? &backlog->late : &backlog->waiting, delivery);
    backlog->held_bytes -= delivery->bytes;
    pthread_cond_broadcast(&backlog->changed);
    free(delivery);
}

/* For who will hear no more of it. @return false: it was told, or somebody is telling it */
static bool claim_locked(struct kf_backlog *backlog, struct kf_delivery *delivery)
{
    if (!delivery->ended) {
        delivery->ended = true;
        return true;
    }
    delivery->reported = true;
    if (delivery->late)
        forget_locked(backlog, delivery);
    return false;
}

bool kf_backlog_withdraw(struct kf_backlog *backlog, struct kf_delivery *delivery)
{
    pthread_mutex_lock(&backlog->lock);
    bool ours = claim_locked(backlog, delivery);
    if (ours)
        forget_locked(backlog, delivery);
    pthread_mutex_unlock(&backlog->lock);
    return ours;
}

/* Somebody who passes no callback hears of failures here: at most a line a second.
 * @return how many failures to say now; 0: be silent */
static size_t failures_to_say(struct kf_backlog *backlog)
{
    size_t count = 0;
    int64_t now_ms = kf_clock_ms();
    pthread_mutex_lock(&backlog->lock);
    backlog->unsaid_count++;
    if (backlog->said_ms == 0 || now_ms - backlog->said_ms >= SAY_INTERVAL_MS) {
        count = backlog->unsaid_count;
        backlog->unsaid_count = 0;
        backlog->said_ms = now_ms;
    }
    pthread_mutex_unlock(&backlog->lock);
    return count;
}

static void tell(struct kf_backlog *backlog, const struct kf_delivery *delivery,
                 const kaffe_result *result)
{
    if (delivery->delivered) {
        delivery->delivered(result, delivery->ctx);
        return;
    }
    size_t count = result->status == KAFFE_OK ? 0 : failures_to_say(backlog);
    if (count > 0)
        kf_log(backlog->log, KAFFE_LOG_WARN, "record.unwritten",
               "topic=%s partition=%d status=\"%s\" error=\"%s\" count=%zu", delivery->topic,
               result->partition, kaffe_status_text(result->status),
               kf_response_text(result->kafka_code), count);
}

void kf_backlog_end(struct kf_backlog *backlog, struct kf_delivery *delivery,
                    const kaffe_result *result)
{
    pthread_mutex_lock(&backlog->lock);
    bool ours = claim_locked(backlog, delivery);
    if (ours && result->status != KAFFE_OK)
        backlog->failed_count++;
    pthread_mutex_unlock(&backlog->lock);
    if (!ours)
        return;
    tell(backlog, delivery, result);
    pthread_mutex_lock(&backlog->lock);
    forget_locked(backlog, delivery);
    pthread_mutex_unlock(&backlog->lock);
}

static struct kf_delivery *next_locked(const struct kf_backlog *backlog)
{
    struct kf_delivery *delivery = backlog->waiting.first;
    while (delivery && delivery->ended)
        delivery = delivery->next;
    return delivery;
}

static struct kf_delivery *next_due_locked(const struct kf_backlog *backlog, int64_t now_ms)
{
    struct kf_delivery *delivery = next_locked(backlog);
    bool due = delivery && (backlog->aborted || delivery->deadline_ms <= now_ms);
    return due ? delivery : NULL;
}

static void set_aside_locked(struct kf_backlog *backlog, struct kf_delivery *delivery)
{
    if (delivery->reported) {
        forget_locked(backlog, delivery);
        return;
    }
    unlink_from(&backlog->waiting, delivery);
    append(&backlog->late, delivery);
    delivery->late = true;
    pthread_cond_broadcast(&backlog->changed);
}

int64_t kf_backlog_expire(struct kf_backlog *backlog, int64_t now_ms)
{
    struct kf_delivery *delivery;
    pthread_mutex_lock(&backlog->lock);
    while ((delivery = next_due_locked(backlog, now_ms))) {
        delivery->ended = true;
        backlog->failed_count++;
        pthread_mutex_unlock(&backlog->lock);
        const kaffe_result result = { .status = KAFFE_MAYBE_WRITTEN,
                                      .kafka_code = KF_CODE_NO_ANSWER,
                                      .partition = delivery->partition,
                                      .offset = -1 };
        tell(backlog, delivery, &result);
        pthread_mutex_lock(&backlog->lock);
        set_aside_locked(backlog, delivery);
    }
    delivery = next_locked(backlog);
    int64_t next_ms = delivery ? delivery->deadline_ms : INT64_MAX;
    pthread_mutex_unlock(&backlog->lock);
    return next_ms;
}

void kf_backlog_abort(struct kf_backlog *backlog)
{
    pthread_mutex_lock(&backlog->lock);
    backlog->aborted = true;
    pthread_mutex_unlock(&backlog->lock);
}

uint64_t kf_backlog_mark(struct kf_backlog *backlog)
{
    pthread_mutex_lock(&backlog->lock);
    uint64_t mark = backlog->last_sequence;
    pthread_mutex_unlock(&backlog->lock);
    return mark;
}

static bool has_ended_locked(const struct kf_backlog *backlog, uint64_t mark)
{
    return !backlog->waiting.first || backlog->waiting.first->sequence > mark;
}

bool kf_backlog_await(struct kf_backlog *backlog, uint64_t mark, int64_t deadline_ms)
{
    pthread_mutex_lock(&backlog->lock);
    bool in_time = true;
    while (!has_ended_locked(backlog, mark) && in_time)
        in_time = kf_cond_wait_until(&backlog->changed, &backlog->lock, deadline_ms);
    bool ended = has_ended_locked(backlog, mark);
    pthread_mutex_unlock(&backlog->lock);
    return ended;
}

void kf_backlog_count(struct kf_backlog *backlog, uint64_t mark, size_t *waiting, size_t *failed)
{
    *waiting = 0;
    pthread_mutex_lock(&backlog->lock);
    for (const struct kf_delivery *delivery = backlog->waiting.first;
         delivery && delivery->sequence <= mark; delivery = delivery->next)
        ++*waiting;
    *failed = backlog->failed_count;
    backlog->failed_count = 0;
    pthread_mutex_unlock(&backlog->lock);
}
