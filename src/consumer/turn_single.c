/* SPDX-License-Identifier: MIT
 * handle_message: one message after another. */
#include "consumer_state.h"
#include "turn.h"

/* Between a record and its handler stands nothing but these lines. */
static kaffe_status handle_records(struct kf_turn_worker *worker, struct kf_partition *partition,
                                   int *more)
{
    struct kf_cursor *cursor = &partition->cursor;
    struct kf_message *m = &worker->message;
    const kaffe_handle_message_fn handle = worker->consumer->settings.options.handle_message;
    struct kf_record record;
    while ((*more = kf_record_next(&cursor->walk, &record)) == 1) {
        if (record.offset < cursor->position)
            continue;
        kf_message_of_record(m, &record);
        if (partition->blame.failures > 0)
            m->view.attempt = kf_blame_attempt(&partition->blame, record.offset);
        kf_turn_hand_out(partition, record.offset);
        kf_hand_holds(worker->hand, record.offset, m->view.attempt);
        kaffe_status status = handle(&m->view, worker->ctx);
        if (status != KAFFE_OK) {
            cursor->position = record.offset;
            if (worker->failure.offset != record.offset) /* words about another one */
                worker->failure = (struct kf_failure){ .offset = record.offset };
            worker->failure.status = status;
            return status;
        }
        cursor->position = record.offset + 1;
        atomic_store_explicit(&partition->done, cursor->position, memory_order_release);
        if (partition->blame.failures > 0) {
            partition->blame.failures = 0;
            m->view.attempt = 1;
        }
        if (++worker->handled >= worker->budget ||
            atomic_load_explicit(&partition->revoked, memory_order_relaxed))
            break;
    }
    return KAFFE_OK;
}

enum kf_turn_end kf_turn_single(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t *due_ms)
{
    struct kf_cursor *cursor = &partition->cursor;
    enum kf_cursor_status status;
    kf_turn_prepare(worker, partition, &worker->message);
    while ((status = kf_cursor_open(cursor, &worker->opener)) == KF_CURSOR_OPEN) {
        int more;
        struct kf_cursor_mark mark = kf_cursor_mark(cursor);
        kf_message_of_batch(&worker->message, &cursor->header);
        worker->failure = (struct kf_failure){ .offset = -1 };
        if (handle_records(worker, partition, &more) != KAFFE_OK) {
            mark.position = cursor->position;
            kf_cursor_rewind(cursor, &worker->opener, mark);
            return kf_turn_failed(worker, partition, mark.position, mark.position + 1, due_ms);
        }
        if (more == 1) /* the budget is used up, or the partition goes */
            return kf_turn_is_late(partition) ? KF_TURN_DRAINED : KF_TURN_MORE;
        kf_hand_is_empty(worker->hand); /* what comes now is ours, and may go wrong */
        if (more < 0)
            return kf_turn_malformed(worker, partition, due_ms);
        kf_cursor_close(cursor, &worker->opener, false);
        kf_cursor_release(cursor, &worker->opener);
        kf_turn_advance(partition);
        partition->broken_count = 0;
        if (kf_turn_is_late(partition))
            return KF_TURN_DRAINED;
    }
    return kf_turn_out_of_records(worker, partition, status, due_ms);
}
