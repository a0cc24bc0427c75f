/* SPDX-License-Identifier: MIT
 * What both kinds of turn share: failures, batches that can not be read, work that came too late.
 */
#include "backoff.h"
#include "clock.h"
#include "consumer_state.h"
#include "failing.h"
#include "given_up.h"
#include "log.h"
#include "random.h"
#include "turn.h"

void kf_turn_prepare(struct kf_turn_worker *worker, struct kf_partition *partition,
                     struct kf_message *m)
{
    m->view.topic = partition->topic;
    m->view.partition = partition->partition;
    m->view.attempt = 1; /* unless it has failed before */
    m->failure = &worker->failure;
    m->revoked = &partition->revoked;
}

void kf_turn_advance(struct kf_partition *partition)
{
    int64_t position = partition->cursor.position;
    if (partition->flight) {
        kf_flight_pass(partition->flight, position);
        return;
    }
    bool all = position <= partition->commit_limit;
    atomic_store(&partition->withheld, all ? -1 : position);
    atomic_store_explicit(&partition->done, all ? position : partition->commit_limit,
                          memory_order_release);
}

bool kf_turn_is_late(struct kf_partition *partition)
{
    if (!atomic_load_explicit(&partition->fenced, memory_order_acquire))
        return false;
    kf_count(&partition->consumer->counters.late_finishes, 1);
    return true;
}

enum kf_turn_end kf_turn_failed(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t offset, int64_t until, int64_t *due_ms)
{
    kf_count(&worker->consumer->counters.failures, 1);
    if (kf_turn_is_late(partition))
        return KF_TURN_DRAINED;
    kf_blame_add(&partition->blame, offset, until);
    return kf_turn_follow(worker, partition, kf_clock_ms(), due_ms);
}

enum kf_turn_end kf_turn_follow(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t at_ms, int64_t *due_ms)
{
    int64_t pause_ms;
    const struct kf_failure_policy policy =
        kf_failure_policy_of(&worker->consumer->settings.options);
    const struct kf_blame *blame = &partition->blame;
    enum kf_failure_action action = kf_failure_decide(&policy, blame, worker->failure.permanent,
                                                      kf_random_below(UINT32_MAX), &pause_ms);
    kf_failing_tell(worker->consumer,
                    &(struct kf_failing){ .topic = partition->topic,
                                          .partition = partition->partition,
                                          .reason = kf_failure_text(&worker->failure),
                                          .offset = blame->offset,
                                          .until = blame->until,
                                          .attempts = blame->failures,
                                          .action = action,
                                          .pause_ms = pause_ms });
    if (action != KF_FAILURE_RETRY)
        return kf_give_up(worker, partition, action, due_ms);
    *due_ms = at_ms + pause_ms;
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
    kf_turn_advance(partition);
    if (status == KF_CURSOR_WAIT) {
        *due_ms = INT64_MAX;
        return KF_TURN_WAIT;
    }
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
