/* SPDX-License-Identifier: MIT
 * A turn from its beginning to its end, and what a worker has of its own. */
#include "turn.h"

#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "given_up.h"
#include "in_hand.h"

#include <stdlib.h>

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

/* @return false: others have taken all that is left of max_count; its turn comes when they give
 * some of it back */
static bool get_permit(struct kf_turn_worker *worker, const struct kf_partition *partition)
{
    int64_t batch = worker->consumer->settings.options.max_batch_count;
    int64_t wanted = partition->budget > batch ? partition->budget : batch;
    worker->permit = kf_quota_take(&worker->consumer->quota, wanted);
    worker->budget = partition->budget < worker->permit ? partition->budget : worker->permit;
    return worker->permit > 0;
}

static void give_permit_back(struct kf_turn_worker *worker, const struct kf_partition *partition)
{
    bool news = kf_quota_give(&worker->consumer->quota, worker->permit, worker->handled);
    if (news || kf_partition_handled(partition) >= partition->cursor.stop)
        kf_consumer_tell(worker->consumer);
}

/* A partition between two turns needs nothing decompressed: where that is scarce, the open batch is
 * opened anew next time. */
static void lend_no_scratch(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    struct kf_cursor *cursor = &partition->cursor;
    if (cursor->scratch.data && kf_scratches_are_scarce(worker->opener.scratches))
        kf_cursor_rewind(cursor, &worker->opener, kf_cursor_mark(cursor));
}

/* The backoff after an unreadable batch is over. */
static enum kf_turn_end fetch_again(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    partition->unreadable = false;
    kf_cursor_discard(&partition->cursor, &worker->opener);
    kf_turn_advance(partition);
    atomic_store(&partition->refetch, partition->cursor.position);
    kf_consumer_tell(worker->consumer);
    return KF_TURN_DRAINED;
}

enum kf_turn_end kf_turn_handle(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t *due_ms)
{
    return worker->consumer->settings.options.handle_messages
               ? kf_turn_batch(worker, partition, due_ms)
               : kf_turn_single(worker, partition, due_ms);
}

/* The number is new before any message is in hand, so that who sees a message in hand sees it. */
static enum kf_turn_end call_handlers(struct kf_turn_worker *worker, struct kf_partition *partition,
                                      int64_t *due_ms)
{
    uint64_t turn = atomic_load_explicit(&partition->turn, memory_order_relaxed) + 1;
    atomic_store_explicit(&partition->turn, turn, memory_order_relaxed);
    kf_cursor_take(&partition->cursor);
    enum kf_turn_end end = KF_TURN_MORE;
    if (partition->flight)
        end = kf_turn_async(worker, partition, due_ms);
    else if (worker->hand)
        end = kf_in_hand_turn(worker, partition, due_ms);
    else
        end = kf_turn_handle(worker, partition, due_ms);
    kf_turn_hand_out(partition, KF_NO_CALL);
    return end;
}

enum kf_turn_end kf_turn(struct kf_worker *base, struct kf_task *task, int64_t *due_ms)
{
    struct kf_turn_worker *worker = (struct kf_turn_worker *)base;
    struct kf_partition *partition = (struct kf_partition *)task;
    if (partition->unreadable)
        return fetch_again(worker, partition);
    if (partition->given_up)
        return kf_given_up_turn(worker, partition, due_ms);
    int64_t began_us = kf_clock_us();
    worker->handled = 0;
    if (!get_permit(worker, partition))
        return KF_TURN_DRAINED;
    enum kf_turn_end end = call_handlers(worker, partition, due_ms);
    lend_no_scratch(worker, partition);
    adapt_budget(worker, partition, kf_clock_us() - began_us);
    if (!partition->flight) /* else it is only handed out */
        kf_count(&worker->consumer->counters.messages_handled, worker->handled);
    give_permit_back(worker, partition);
    return end;
}

static bool open_for_handlers(struct kf_turn_worker *worker, kaffe_error *failure)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    kaffe_error err = { .status = KAFFE_OK };
    if (!options->worker_open)
        return true;
    struct kf_watchdog *watchdog = &worker->consumer->watchdog;
    atomic_fetch_add(&watchdog->opens_begun, 1);
    kaffe_status status = options->worker_open(options->ctx, &worker->ctx, &err);
    atomic_fetch_add(&watchdog->opens_ended, 1);
    if (status != KAFFE_OK)
        kf_error_set(failure, KAFFE_FAILED, "worker_open: %s",
                     err.message[0] ? err.message : kaffe_status_text(status));
    return status == KAFFE_OK;
}

kaffe_status kf_worker_open(struct kf_worker *base, void *ctx)
{
    struct kf_turn_worker *worker = (struct kf_turn_worker *)base;
    kaffe_consumer *consumer = ctx;
    const kaffe_consumer_options *options = &consumer->settings.options;
    kaffe_error failure;
    kf_consumer_enter(consumer);
    worker->consumer = consumer;
    worker->opener.scratches = &consumer->scratches;
    worker->ctx = options->ctx;
    if (kf_in_hand_open(worker, &failure) == KAFFE_OK && open_for_handlers(worker, &failure))
        return KAFFE_OK;
    kf_in_hand_close(worker);
    kf_consumer_fail(consumer, &failure);
    return KAFFE_FAILED;
}

void kf_worker_close(struct kf_worker *base, void *ctx)
{
    struct kf_turn_worker *worker = (struct kf_turn_worker *)base;
    const kaffe_consumer_options *options = &((kaffe_consumer *)ctx)->settings.options;
    if (options->worker_close)
        options->worker_close(options->ctx, worker->ctx);
    kf_in_hand_close(worker);
    free(worker->messages);
    free(worker->items);
}
