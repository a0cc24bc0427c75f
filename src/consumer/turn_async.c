/* SPDX-License-Identifier: MIT
 * Handlers that are acknowledged by a call. A hand-over is one message, or a batch of them: those
 * that come again and are due first, else new ones as far as there is room. */
#include "clock.h"
#include "consumer_state.h"
#include "flights.h"
#include "turn.h"
#include "verdict.h"

#include <stdlib.h>

static const int64_t no_memory_pause_ms = 1000;

/* Beside what kf_record_next returns. */
enum {
    NO_MEMORY = 2,
    NO_ROOM = 3
};

struct hand_over {
    size_t limit;
    size_t count; /* in worker->items */
    int64_t now_ms; /* when it was lent; 0: nobody asks */
    int64_t due_ms; /* if nothing was found: when to look again */
    enum kf_cursor_status status;
    bool malformed;
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- lending ------------------------------------------------------------------------------ */

static void lend_locked(struct kf_turn_worker *worker, struct kf_loan *loan,
                        struct hand_over *hand_over)
{
    struct kf_message *m = &loan->message;
    m->failure = &worker->failure;
    loan->out_since_ms = hand_over->now_ms;
    worker->items[hand_over->count++] = m;
}

static int by_offset(const void *a, const void *b)
{
    const struct kf_message *left = *(struct kf_message *const *)a;
    const struct kf_message *right = *(struct kf_message *const *)b;
    return (left->view.offset > right->view.offset) - (left->view.offset < right->view.offset);
}

static void lend_due_locked(struct kf_turn_worker *worker, struct kf_flight *flight,
                            struct hand_over *hand_over, int64_t now_ms)
{
    struct kf_ack_entry *entry;
    uint64_t number = kf_ack_window_hand_over(&flight->window);
    while (hand_over->count < hand_over->limit &&
           (entry = kf_ack_window_take_due(&flight->window, now_ms))) {
        struct kf_loan *loan = entry->item;
        loan->message.hand_over = number;
        loan->message.view.attempt = entry->failures + 1;
        lend_locked(worker, loan, hand_over);
        kf_loan_list_append(&flight->out, loan);
    }
}

/* Those that come again. */
static void lend_due(struct kf_turn_worker *worker, struct kf_flight *flight,
                     struct hand_over *hand_over)
{
    hand_over->due_ms = INT64_MAX;
    if (!atomic_load_explicit(&flight->returning, memory_order_relaxed))
        return;
    pthread_mutex_lock(&flight->lock);
    hand_over->due_ms = kf_ack_window_next_due_ms(&flight->window);
    atomic_store_explicit(&flight->returning, hand_over->due_ms != INT64_MAX, memory_order_relaxed);
    int64_t now_ms = hand_over->due_ms != INT64_MAX ? kf_clock_ms() : 0;
    if (hand_over->due_ms <= now_ms)
        lend_due_locked(worker, flight, hand_over, now_ms);
    pthread_mutex_unlock(&flight->lock);
    if (hand_over->count > 1)
        qsort(worker->items, hand_over->count, sizeof *worker->items, by_offset);
}

static void fill(struct kf_message *m, const struct kf_flight *flight,
                 const struct kf_cursor *cursor, const struct kf_record *record)
{
    m->view.topic = flight->topic;
    m->view.partition = flight->number;
    m->view.attempt = 1;
    m->revoked = &flight->revoked;
    m->consumer = flight->consumer;
    m->assignment = kf_flight_assignment(flight);
    m->hand_over = flight->window.hand_overs;
    kf_message_of_batch(m, &cursor->header);
    kf_message_of_record(m, record);
}

/* How many records to look at next. */
static size_t share_of(const struct hand_over *hand_over, size_t room)
{
    size_t wanted = hand_over->limit - hand_over->count;
    if (wanted > room)
        wanted = room;
    return wanted < KF_LOANS_IN_SLAB ? wanted : KF_LOANS_IN_SLAB;
}

/* Some of the open batch's records. @return as kf_record_next; others: see above */
static int lend_records_locked(struct kf_turn_worker *worker, struct kf_partition *partition,
                               struct hand_over *hand_over)
{
    struct kf_flight *flight = partition->flight;
    struct kf_cursor *cursor = &partition->cursor;
    struct kf_record record;
    size_t wanted = share_of(hand_over, kf_flight_room_locked(flight));
    int more = 1;
    if (wanted == 0)
        return NO_ROOM;
    if (!kf_loans_reserve(&flight->loans, wanted) ||
        !kf_ack_window_reserve(&flight->window, wanted))
        return NO_MEMORY;
    if (hand_over->count == 0)
        kf_ack_window_hand_over(&flight->window);
    while (wanted > 0 && (more = kf_record_next(&cursor->walk, &record)) == 1) {
        if (record.offset < cursor->position)
            continue;
        struct kf_loan *loan = kf_loans_take(&flight->loans, flight->parcel);
        fill(&loan->message, flight, cursor, &record);
        lend_locked(worker, loan, hand_over);
        kf_loan_list_append(&flight->out, loan);
        kf_ack_window_add(&flight->window, record.offset, loan);
        cursor->position = record.offset + 1;
        wanted--;
    }
    return more;
}

static bool open_parcel_locked(struct kf_partition *partition)
{
    struct kf_flight *flight = partition->flight;
    struct kf_cursor *cursor = &partition->cursor;
    if (!flight->parcel)
        flight->parcel = kf_loans_open(&flight->loans, cursor->slices, &cursor->scratch);
    return flight->parcel != NULL;
}

static void close_parcel(struct kf_partition *partition)
{
    struct kf_flight *flight = partition->flight;
    pthread_mutex_lock(&flight->lock);
    if (flight->parcel)
        kf_loans_close(&flight->loans, flight->parcel);
    flight->parcel = NULL;
    pthread_mutex_unlock(&flight->lock);
}

static int lend_records(struct kf_turn_worker *worker, struct kf_partition *partition,
                        struct hand_over *hand_over)
{
    struct kf_flight *flight = partition->flight;
    int more = NO_MEMORY;
    pthread_mutex_lock(&flight->lock);
    if (open_parcel_locked(partition))
        more = lend_records_locked(worker, partition, hand_over);
    pthread_mutex_unlock(&flight->lock);
    return more;
}

static void close_batch(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    struct kf_cursor *cursor = &partition->cursor;
    kf_cursor_close(cursor, &worker->opener, false);
    close_parcel(partition);
    kf_cursor_release(cursor, &worker->opener);
    kf_flight_pass(partition->flight, cursor->position);
}

/* Room for one more batch of records, and for messages of it? */
static size_t room_of(struct kf_flight *flight)
{
    pthread_mutex_lock(&flight->lock);
    size_t room = kf_flight_room_locked(flight);
    pthread_mutex_unlock(&flight->lock);
    return room;
}

/* @return false: no more of them for now */
static bool lend_some(struct kf_turn_worker *worker, struct kf_partition *partition,
                      struct hand_over *hand_over)
{
    if (!partition->flight->parcel && room_of(partition->flight) == 0)
        return false;
    hand_over->status = kf_cursor_open(&partition->cursor, &worker->opener);
    if (hand_over->status != KF_CURSOR_OPEN)
        return false;
    int more = lend_records(worker, partition, hand_over);
    if (more == NO_MEMORY)
        hand_over->due_ms = kf_clock_ms() + no_memory_pause_ms;
    hand_over->malformed = more < 0;
    if (more == 0)
        close_batch(worker, partition);
    return more == 0 || more == 1;
}

static bool should_wait(const struct kf_turn_worker *worker, struct kf_partition *partition,
                        struct hand_over *hand_over)
{
    int64_t until_ms;
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (!options->handle_messages || options->max_batch_wait_ms == 0)
        return false;
    size_t room = room_of(partition->flight);
    size_t limit = room < hand_over->limit ? room : hand_over->limit;
    if (!kf_turn_should_wait(worker, partition, limit, &until_ms))
        return false;
    hand_over->due_ms = least(hand_over->due_ms, until_ms);
    return true;
}

/* New ones. */
static void lend_fresh(struct kf_turn_worker *worker, struct kf_partition *partition,
                       struct hand_over *hand_over)
{
    if (should_wait(worker, partition, hand_over))
        return;
    partition->batch_due_ms = 0;
    while (hand_over->count < hand_over->limit && lend_some(worker, partition, hand_over))
        continue;
    if (hand_over->status == KF_CURSOR_WAIT && hand_over->count > 0) /* these come first */
        kf_scratches_leave(&partition->cursor.wait);
}

/* --- handing over ------------------------------------------------------------------------- */

static kaffe_ack_token token_of(const struct kf_turn_worker *worker,
                                const struct hand_over *hand_over)
{
    const struct kf_message *first = worker->items[0];
    return (kaffe_ack_token){ .assignment = first->assignment,
                              .hand_over = first->hand_over,
                              .first = first->view.offset,
                              .last = worker->items[hand_over->count - 1]->view.offset };
}

/* @return NULL: out of memory */
static struct kf_loan_batch *make_batch(const struct kf_turn_worker *worker,
                                        const struct hand_over *hand_over)
{
    size_t count = hand_over->count;
    struct kf_loan_batch *batch = malloc(sizeof *batch + count * sizeof *batch->items);
    if (!batch)
        return NULL;
    batch->view = (struct kaffe_batch){ .items = batch->items,
                                        .count = count,
                                        .token = token_of(worker, hand_over) };
    batch->unsettled = count;
    for (size_t i = 0; i < count; i++) {
        batch->items[i] = worker->items[i];
        ((struct kf_loan *)worker->items[i])->batch = batch;
    }
    return batch;
}

/* Nothing of what was lent may be looked at after this: it may have its verdict. */
static kaffe_status call_handler(struct kf_turn_worker *worker, const struct hand_over *hand_over)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (options->handle_message)
        return options->handle_message(&worker->items[0]->view, worker->ctx);
    struct kf_loan_batch *batch = make_batch(worker, hand_over);
    if (batch)
        return options->handle_messages(&batch->view, worker->ctx);
    worker->failure.offset = KF_BLAMES_NOBODY;
    return KAFFE_NO_MEMORY;
}

static void hand_out(struct kf_turn_worker *worker, struct kf_partition *partition,
                     const struct hand_over *hand_over)
{
    const kaffe_ack_token token = token_of(worker, hand_over);
    struct kf_failure *failure = &worker->failure;
    failure->offset = -1;
    kf_turn_hand_out(partition, token.first);
    kaffe_status status = call_handler(worker, hand_over);
    worker->handled += (int64_t)hand_over->count;
    if (status == KAFFE_OK)
        return;
    bool named = failure->offset >= token.first && failure->offset <= token.last;
    if (!named && failure->offset != KF_BLAMES_NOBODY) /* words about something else, or none */
        *failure = (struct kf_failure){ .offset = -1 };
    failure->status = status;
    kf_verdict_give(worker->consumer, &token, failure);
}

/* --- the turn ----------------------------------------------------------------------------- */

static size_t limit_of(const struct kf_turn_worker *worker)
{
    const kaffe_consumer *consumer = worker->consumer;
    return consumer->settings.options.handle_messages ? (size_t)consumer->max_batch_count : 1;
}

static bool make_room(struct kf_turn_worker *worker)
{
    if (!worker->items)
        worker->items = calloc(limit_of(worker), sizeof *worker->items);
    return worker->items != NULL;
}

/* Nothing was found to hand over. */
static enum kf_turn_end rest(struct kf_turn_worker *worker, struct kf_partition *partition,
                             const struct hand_over *hand_over, int64_t *due_ms)
{
    if (hand_over->malformed) {
        close_parcel(partition);
        return kf_turn_malformed(worker, partition, due_ms);
    }
    if (hand_over->status == KF_CURSOR_BROKEN)
        return kf_turn_out_of_records(worker, partition, hand_over->status, due_ms);
    kf_cursor_release(&partition->cursor, &worker->opener);
    kf_flight_pass(partition->flight, partition->cursor.position);
    *due_ms = hand_over->due_ms;
    return *due_ms == INT64_MAX ? KF_TURN_DRAINED : KF_TURN_WAIT;
}

enum kf_turn_end kf_turn_async(struct kf_turn_worker *worker, struct kf_partition *partition,
                               int64_t *due_ms)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (!make_room(worker)) {
        *due_ms = kf_clock_ms() + no_memory_pause_ms;
        return KF_TURN_PARK;
    }
    kf_flight_pass(partition->flight, partition->cursor.position);
    int64_t dispose_ms = kf_flight_dispose(partition);
    while (worker->handled < worker->budget && !atomic_load(&partition->revoked)) {
        struct hand_over hand_over = { .limit = options->handle_messages
                                                    ? (size_t)options->max_batch_count
                                                    : 1,
                                       .now_ms = options->ack_timeout_ms > 0 ? kf_clock_ms() : 0 };
        lend_due(worker, partition->flight, &hand_over);
        if (hand_over.count == 0)
            lend_fresh(worker, partition, &hand_over);
        if (hand_over.count == 0) {
            hand_over.due_ms = least(hand_over.due_ms, dispose_ms);
            return rest(worker, partition, &hand_over, due_ms);
        }
        hand_out(worker, partition, &hand_over);
        if (kf_turn_is_late(partition))
            return KF_TURN_DRAINED;
    }
    return KF_TURN_MORE;
}
