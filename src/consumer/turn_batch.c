/* SPDX-License-Identifier: MIT
 * handle_messages: what waits, up to max_batch_count, across fetched batches; if asked to, after
 * waiting up to max_batch_wait_ms for more. */
#include "clock.h"
#include "consumer_state.h"
#include "turn.h"

#include <stdlib.h>

static size_t limit_of(const struct kf_turn_worker *worker, const struct kf_partition *partition)
{
    int64_t limit = partition->batch_limit > 0 ? (int64_t)partition->batch_limit
                                               : worker->consumer->max_batch_count;
    int64_t permitted = worker->permit - worker->handled;
    return (size_t)(permitted < limit ? permitted : limit);
}

/* @return as kf_record_next: 1: the batch is full, 0: all records of the open one are in it */
static int add_records(struct kf_turn_worker *worker, struct kf_partition *partition,
                       struct kaffe_batch *batch)
{
    struct kf_cursor *cursor = &partition->cursor;
    struct kf_record record;
    size_t limit = limit_of(worker, partition);
    int more = 1;
    while (batch->count < limit && (more = kf_record_next(&cursor->walk, &record)) == 1) {
        if (record.offset < cursor->position)
            continue;
        struct kf_message *m = worker->items[batch->count++];
        kf_turn_prepare(worker, partition, m);
        kf_message_of_batch(m, &cursor->header);
        kf_message_of_record(m, &record);
        m->view.attempt = kf_blame_attempt(&partition->blame, record.offset);
        cursor->position = record.offset + 1;
    }
    return more;
}

static enum kf_cursor_status collect(struct kf_turn_worker *worker, struct kf_partition *partition,
                                     struct kaffe_batch *batch)
{
    struct kf_cursor *cursor = &partition->cursor;
    enum kf_cursor_status status = KF_CURSOR_OPEN;
    while (worker->opener.kept_count < KF_OPENER_KEPT &&
           (status = kf_cursor_open(cursor, &worker->opener)) == KF_CURSOR_OPEN) {
        int more = add_records(worker, partition, batch);
        if (more == 1)
            return KF_CURSOR_OPEN;
        if (more < 0) {
            cursor->broken = KF_BATCH_MALFORMED;
            return KF_CURSOR_BROKEN;
        }
        kf_cursor_close(cursor, &worker->opener, true);
    }
    return status;
}

bool kf_turn_should_wait(const struct kf_turn_worker *worker, struct kf_partition *partition,
                         size_t limit, int64_t *due_ms)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (options->max_batch_wait_ms == 0)
        return false;
    int64_t records = kf_cursor_records(&partition->cursor);
    bool last = partition->cursor.expected_from >= partition->cursor.stop;
    if (records == 0 || last || records >= (int64_t)limit)
        return false;
    int64_t now_ms = kf_clock_ms();
    if (partition->batch_due_ms == 0)
        partition->batch_due_ms = now_ms + options->max_batch_wait_ms;
    *due_ms = partition->batch_due_ms;
    return now_ms < partition->batch_due_ms;
}

static bool make_room(struct kf_turn_worker *worker)
{
    size_t count = (size_t)worker->consumer->max_batch_count;
    if (worker->items)
        return true;
    struct kf_message **items = calloc(count, sizeof *items);
    worker->messages = calloc(count, sizeof *worker->messages);
    if (!items || !worker->messages) {
        free(items);
        free(worker->messages);
        worker->messages = NULL;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        items[i] = &worker->messages[i];
    worker->items = items;
    return true;
}

/* The index of the message that the handler named; count: none of them. */
static size_t culprit_of(const struct kf_failure *failure, const struct kaffe_batch *batch)
{
    size_t i = 0;
    while (i < batch->count && batch->items[i]->view.offset != failure->offset)
        i++;
    return i;
}

/* What precedes a culprit is done, and the rest of the batch comes again, beginning with it.
 * Without one, all of the batch is to blame. */
static enum kf_turn_end failed(struct kf_turn_worker *worker, struct kf_partition *partition,
                               const struct kaffe_batch *batch, struct kf_cursor_mark mark,
                               int64_t *due_ms)
{
    size_t culprit = culprit_of(&worker->failure, batch);
    bool named = culprit < batch->count;
    size_t first = named ? culprit : 0;
    size_t last = named ? culprit : batch->count - 1;
    int64_t until = batch->items[last]->view.offset + 1;
    mark.position = batch->items[first]->view.offset;
    kf_cursor_rewind(&partition->cursor, &worker->opener, mark);
    partition->batch_limit = batch->count - first;
    worker->handled += (int64_t)first;
    worker->failure.permanent = worker->failure.permanent && named;
    kf_turn_advance(partition);
    return kf_turn_failed(worker, partition, mark.position, until, due_ms);
}

/* The handler has returned KAFFE_OK. What is withheld stays so until a batch releases it: `done`
 * never goes back. */
static void release(const struct kf_turn_worker *worker, struct kf_partition *partition)
{
    int64_t done = kf_partition_done(partition);
    int64_t end = worker->commit_end;
    partition->commit_limit = end > done ? end : done;
    kf_turn_advance(partition);
}

/* Hands out one batch, if there is one. @return false: the turn ends as *end says */
static bool hand_out(struct kf_turn_worker *worker, struct kf_partition *partition,
                     enum kf_turn_end *end, int64_t *due_ms)
{
    struct kf_cursor *cursor = &partition->cursor;
    struct kaffe_batch batch = { .items = worker->items, .commit_end = &worker->commit_end };
    struct kf_cursor_mark mark = kf_cursor_mark(cursor);
    partition->batch_due_ms = 0;
    enum kf_cursor_status status = collect(worker, partition, &batch);
    if (status == KF_CURSOR_WAIT && batch.count > 0) /* no need: these are handed out first */
        kf_scratches_leave(&cursor->wait);
    if (batch.count == 0) {
        *end = kf_turn_out_of_records(worker, partition, status, due_ms);
        return false;
    }
    worker->failure = (struct kf_failure){ .offset = -1 };
    worker->commit_end = INT64_MAX;
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    const kaffe_message *first = &batch.items[0]->view;
    kf_turn_hand_out(partition, first->offset);
    kf_hand_holds_batch(worker->hand, first->offset, cursor->position, first->attempt);
    worker->failure.status = options->handle_messages(&batch, worker->ctx);
    kf_hand_is_empty(worker->hand);
    if (worker->failure.status != KAFFE_OK) {
        *end = failed(worker, partition, &batch, mark, due_ms);
        return false;
    }
    worker->handled += (int64_t)batch.count;
    partition->blame.failures = 0;
    partition->batch_limit = 0;
    partition->broken_count = 0;
    kf_cursor_release(cursor, &worker->opener);
    release(worker, partition);
    return true;
}

enum kf_turn_end kf_turn_batch(struct kf_turn_worker *worker, struct kf_partition *partition,
                               int64_t *due_ms)
{
    enum kf_turn_end end = KF_TURN_MORE;
    if (!make_room(worker)) {
        *due_ms = kf_clock_ms() + 1000;
        return KF_TURN_PARK;
    }
    while (worker->handled < worker->budget) {
        if (partition->batch_limit == 0 &&
            kf_turn_should_wait(worker, partition, limit_of(worker, partition), due_ms))
            return KF_TURN_WAIT;
        if (!hand_out(worker, partition, &end, due_ms))
            return end;
        if (kf_turn_is_late(partition))
            return KF_TURN_DRAINED;
        if (atomic_load_explicit(&partition->revoked, memory_order_relaxed))
            return KF_TURN_MORE;
    }
    return KF_TURN_MORE;
}
