/* SPDX-License-Identifier: MIT
 * What was given up of a flight: each message by itself, in whatever order their letters are
 * written. */
#include "clock.h"
#include "consumer_state.h"
#include "flight.h"

static const size_t letters_max = 64; /* under way at once, of a partition */

static void dispose_of(struct kf_flight *flight, struct kf_loan *loan)
{
    struct kf_ack_window *window = &flight->window;
    pthread_mutex_lock(&flight->lock);
    kf_loan_list_take_out(&flight->disposing, loan);
    uint64_t place = kf_ack_window_find(window, loan->message.view.offset);
    kf_ack_window_finish(window, kf_ack_window_at(window, place));
    kf_loans_give_back(&flight->loans, loan);
    kf_flight_publish_locked(flight);
    pthread_mutex_unlock(&flight->lock);
}

static enum kf_turn_end step(struct kf_partition *partition, const struct kf_loan *loan,
                             int64_t *due_ms)
{
    struct kf_disposal *disposal = loan->disposal;
    const kaffe_message *m = &loan->message.view;
    if (disposal->letter)
        return kf_disposal_settle(disposal, partition, m->offset, due_ms);
    *due_ms = disposal->due_ms;
    if (disposal->due_ms > 0 && disposal->due_ms > kf_clock_ms())
        return KF_TURN_PARK;
    return kf_disposal_begin(disposal, partition, m, due_ms);
}

static void count_waiting(struct kf_flight *flight)
{
    const struct kf_loan *first = flight->disposing.first;
    bool waits = first && first->disposal->dead_letter;
    if (waits != flight->waits_for_letters)
        kf_count(&flight->consumer->counters.dead_letters_waiting, waits ? 1 : -1);
    flight->waits_for_letters = waits;
}

static void take_over(struct kf_flight *flight)
{
    struct kf_loan *loan;
    pthread_mutex_lock(&flight->lock);
    while ((loan = kf_loan_list_pop(&flight->given_up)))
        kf_loan_list_append(&flight->disposing, loan);
    pthread_mutex_unlock(&flight->lock);
}

int64_t kf_flight_dispose(struct kf_partition *partition)
{
    int64_t next_ms = INT64_MAX;
    struct kf_flight *flight = partition->flight;
    take_over(flight);
    size_t under_way = 0;
    struct kf_loan *after;
    for (struct kf_loan *loan = flight->disposing.first; loan && under_way < letters_max;
         loan = after) {
        int64_t due_ms = INT64_MAX;
        after = loan->next;
        if (step(partition, loan, &due_ms) == KF_TURN_MORE) {
            dispose_of(flight, loan);
            continue;
        }
        under_way++;
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    count_waiting(flight);
    return next_ms;
}
