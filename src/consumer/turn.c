/* SPDX-License-Identifier: MIT
 * What both kinds of turn share: budget, failure, broken batches. */
#include "turn.h"

#include "backoff.h"
#include "clock.h"
#include "consumer_state.h"
#include "log.h"
#include "random.h"

/* What a turn aims at: short enough that no other partition starves, long enough that its own cost
 * does not count. */
static const int64_t turn_us = 10000;
static const int64_t budget_max = 1 << 20;

/* Each partition has its own: beside quick ones, slow messages would fill turns without end. */
static void adapt_budget(const struct kf_turn_worker *worker, struct kf_partition *partition,
                         int64_t took_us)
{
    if (worker->handled == 0)
        return;
    int64_t budget = took_us > 0 ? worker->handled * turn_us / took_us : budget_max;
    partition->budget = budget < 1 ? 1 : budget > budget_max ? budget_max : budget;
}

/* The backoff after an unreadable batch is over. */
static enum kf_turn_end fetch_again(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    partition->unreadable = false;
    kf_cursor_discard(&partition->cursor, &worker->opener);
    kf_turn_publish(partition);
    atomic_store(&partition->refetch, true);
    kf_consumer_tell(worker->consumer);
    return KF_TURN_DRAINED;
}

enum kf_turn_end kf_turn(struct kf_worker *base, struct kf_task *task, int64_t *due_ms)
{
    struct kf_turn_worker *worker = (struct kf_turn_worker *)base;
    struct kf_partition *partition = (struct kf_partition *)task;
    if (partition->unreadable)
        return fetch_again(worker, partition);
    int64_t began_us = kf_clock_us();
    worker->handled = 0;
    worker->budget = partition->budget;
    kf_cursor_take(&partition->cursor);
    enum kf_turn_end end = worker->consumer->settings.options.handle_messages
                               ? kf_turn_batch(worker, partition, due_ms)
                               : kf_turn_single(worker, partition, due_ms);
    adapt_budget(worker, partition, kf_clock_us() - began_us);
    kf_count(&worker->consumer->counters.messages_handled, worker->handled);
    return end;
}

void kf_turn_prepare(struct kf_turn_worker *worker, struct kf_partition *partition,
                     struct kf_message *m)
{
    m->view.topic = partition->topic;
    m->view.partition = partition->partition;
    m->view.attempt = partition->failures + 1;
    m->failure = &worker->failure;
    m->revoked = &partition->revoked;
}

bool kf_turn_is_late(struct kf_partition *partition)
{
    if (!atomic_load_explicit(&partition->fenced, memory_order_acquire))
        return false;
    kf_count(&partition->consumer->counters.late_finishes, 1);
    return true;
}

static const char *failure_text(const struct kf_failure *failure)
{
    return failure->reason[0] ? failure->reason : kaffe_status_text(failure->status);
}

enum kf_turn_end kf_turn_failed(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t offset, int64_t *due_ms)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    char reason[256];
    kf_count(&worker->consumer->counters.failures, 1);
    if (kf_turn_is_late(partition))
        return KF_TURN_DRAINED;
    if (partition->failures < INT32_MAX - 1)
        partition->failures++;
    int64_t pause_ms = kf_backoff_ms(options->retry_backoff_ms, options->retry_backoff_max_ms,
                                     (uint32_t)partition->failures, kf_random_below(UINT32_MAX));
    kf_log(&worker->consumer->settings.log, KAFFE_LOG_WARN, "message.failed",
           "topic=%s partition=%d offset=%lld attempt=%d retry_in_ms=%lld error=\"%s\"",
           partition->topic, partition->partition,
           (long long)(worker->failure.offset >= 0 ? worker->failure.offset : offset),
           partition->failures, (long long)pause_ms,
           kf_log_quote(reason, sizeof reason, failure_text(&worker->failure)));
    *due_ms = kf_clock_ms() + pause_ms;
    return KF_TURN_PARK;
}

/* The bytes are not what the producer sent. They are fetched again, more and more slowly; nothing
 * is ever skipped, so the partition stands still, visibly, until they can be read. Meanwhile it
 * keeps the bytes, which keeps the data plane from fetching more. */
static enum kf_turn_end unreadable(struct kf_turn_worker *worker, struct kf_partition *partition,
                                   int64_t *due_ms)
{
    struct kf_cursor *cursor = &partition->cursor;
    kf_count(&worker->consumer->counters.corrupt_batches, 1);
    partition->broken_count++;
    int64_t pause_ms =
        kf_backoff_ms(100, 30000, partition->broken_count, kf_random_below(UINT32_MAX));
    kf_log(&worker->consumer->settings.log, KAFFE_LOG_ERROR, "batch.unreadable",
           "topic=%s partition=%d offset=%lld tries=%u again_in_ms=%lld error=\"%s\"",
           partition->topic, partition->partition, (long long)cursor->position,
           partition->broken_count, (long long)pause_ms, kf_batch_status_text(cursor->broken));
    partition->unreadable = true;
    *due_ms = kf_clock_ms() + pause_ms;
    return KF_TURN_PARK;
}

enum kf_turn_end kf_turn_out_of_records(struct kf_turn_worker *worker,
                                        struct kf_partition *partition,
                                        enum kf_cursor_status status, int64_t *due_ms)
{
    kf_cursor_release(&partition->cursor, &worker->opener);
    kf_turn_publish(partition);
    if (status == KF_CURSOR_BROKEN)
        return unreadable(worker, partition, due_ms);
    return KF_TURN_DRAINED;
}

enum kf_turn_end kf_turn_malformed(struct kf_turn_worker *worker, struct kf_partition *partition,
                                   int64_t *due_ms)
{
    partition->cursor.broken = KF_BATCH_MALFORMED;
    return kf_turn_out_of_records(worker, partition, KF_CURSOR_BROKEN, due_ms);
}
