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
        struct kf_message *m = &batch->messages[batch->count++];
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

/* Not enough yet, and time left to wait for more? */
static bool should_wait(const struct kf_turn_worker *worker, struct kf_partition *partition,
                        int64_t *due_ms)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (options->max_batch_wait_ms == 0 || partition->batch_limit > 0)
        return false;
    int64_t records = kf_cursor_records(&partition->cursor);
    bool last = partition->cursor.expected_from >= partition->cursor.stop;
    if (records == 0 || last || records >= (int64_t)limit_of(worker, partition))
        return false;
    int64_t now_ms = kf_clock_ms();
    if (partition->batch_due_ms == 0)
        partition->batch_due_ms = now_ms + options->max_batch_wait_ms;
    *due_ms = partition->batch_due_ms;
    return now_ms < partition->batch_due_ms;
}

static bool make_room(struct kf_turn_worker *worker)
{
    if (!worker->messages)
        worker->messages =
            calloc((size_t)worker->consumer->max_batch_count, sizeof *worker->messages);
    return worker->messages != NULL;
}

/* The index of the message that the handler named; count: none of them. */
static size_t culprit_of(const struct kf_failure *failure, const struct kaffe_batch *batch)
{
    size_t i = 0;
    while (i < batch->count && batch->messages[i].view.offset != failure->offset)
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
    int64_t until = batch->messages[last].view.offset + 1;
    mark.position = batch->messages[first].view.offset;
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
    struct kaffe_batch batch = { .messages = worker->messages, .commit_end = &worker->commit_end };
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
    const kaffe_message *first = &batch.messages[0].view;
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
        if (should_wait(worker, partition, due_ms))
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

const char *kaffe_batch_topic(const kaffe_batch *batch)
{
    return batch->messages[0].view.topic;
}

int32_t kaffe_batch_partition(const kaffe_batch *batch)
{
    return batch->messages[0].view.partition;
}

size_t kaffe_batch_count(const kaffe_batch *batch)
{
    return batch->count;
}

const kaffe_message *kaffe_batch_at(const kaffe_batch *batch, size_t index)
{
    return index < batch->count ? &batch->messages[index].view : NULL;
}

kaffe_status kaffe_batch_commit_up_to(const kaffe_batch *batch, int64_t offset)
{
    if (offset < 0 || offset > batch->messages[batch->count - 1].view.offset)
        return KAFFE_INVALID;
    *batch->commit_end = offset + 1;
    return KAFFE_OK;
}

void kaffe_batch_commit_later(const kaffe_batch *batch)
{
    *batch->commit_end = -1;
}
