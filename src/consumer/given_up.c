/* SPDX-License-Identifier: MIT */
#include "given_up.h"

#include "clock.h"
#include "consumer_state.h"
#include "disposal.h"

#include <stdlib.h>

struct kf_given_up {
    int64_t from;
    int64_t until; /* the first offset behind them */
    int64_t letter_offset;
    struct kf_disposal disposal; /* of one after another */
};

/* --- the beginning and the end ------------------------------------------------------------ */

enum kf_turn_end kf_give_up(struct kf_turn_worker *worker, struct kf_partition *partition,
                            enum kf_failure_action action, int64_t *due_ms)
{
    *due_ms = INT64_MAX;
    if (action == KF_FAILURE_STOP)
        return KF_TURN_PARK;
    struct kf_given_up *given_up = calloc(1, sizeof *given_up);
    if (!given_up) { /* it is handled, and fails, once more */
        *due_ms = kf_clock_ms() + worker->consumer->settings.options.retry_backoff_max_ms;
        return KF_TURN_PARK;
    }
    given_up->from = partition->blame.offset;
    given_up->until = partition->blame.until;
    kf_disposal_init(&given_up->disposal, action, partition->blame.failures,
                     kf_failure_text(&worker->failure));
    kf_count(&worker->consumer->counters.dead_letters_waiting, given_up->disposal.dead_letter);
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
    kf_count(&partition->consumer->counters.dead_letters_waiting,
             -(int64_t)given_up->disposal.dead_letter);
    kf_disposal_forget(&given_up->disposal);
    free(given_up);
    partition->given_up = NULL;
}

/* --- one message -------------------------------------------------------------------------- */

/* The message is done with. */
static void pass(struct kf_partition *partition, int64_t offset)
{
    partition->cursor.position = offset + 1;
    kf_turn_advance(partition);
}

/* The letter's fate. */
static enum kf_turn_end settle(struct kf_partition *partition, int64_t *due_ms)
{
    struct kf_given_up *given_up = partition->given_up;
    int64_t offset = given_up->letter_offset;
    enum kf_turn_end end = kf_disposal_settle(&given_up->disposal, partition, offset, due_ms);
    if (end == KF_TURN_MORE)
        pass(partition, offset);
    return end;
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
    struct kf_given_up *given_up = partition->given_up;
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
    enum kf_turn_end end = KF_TURN_MORE;
    if (offset < given_up->until) {
        given_up->letter_offset = offset;
        end = kf_disposal_begin(&given_up->disposal, partition, &worker->message.view, due_ms);
        if (end == KF_TURN_MORE) {
            pass(partition, offset);
            return KF_TURN_MORE;
        }
    }
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
    if (given_up->disposal.letter)
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
