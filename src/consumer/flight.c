/* SPDX-License-Identifier: MIT */
#include "flight.h"

#include "consumer_state.h"
#include "thread.h"

#include <stdlib.h>
#include <string.h>

/* --- lists -------------------------------------------------------------------------------- */

void kf_loan_list_append(struct kf_loan_list *list, struct kf_loan *loan)
{
    loan->previous = list->last;
    loan->next = NULL;
    if (list->last)
        list->last->next = loan;
    else
        list->first = loan;
    list->last = loan;
}

void kf_loan_list_take_out(struct kf_loan_list *list, struct kf_loan *loan)
{
    if (loan->previous)
        loan->previous->next = loan->next;
    else
        list->first = loan->next;
    if (loan->next)
        loan->next->previous = loan->previous;
    else
        list->last = loan->previous;
}

struct kf_loan *kf_loan_list_pop(struct kf_loan_list *list)
{
    struct kf_loan *loan = list->first;
    if (loan)
        kf_loan_list_take_out(list, loan);
    return loan;
}

/* --- under the lock ----------------------------------------------------------------------- */

static bool has_room_locked(const struct kf_flight *flight)
{
    size_t bytes = (size_t)flight->consumer->settings.options.max_bytes;
    bool heavy = !flight->parcel && flight->loans.scratch_bytes >= bytes;
    return !heavy && kf_ack_window_room(&flight->window) > 0;
}

size_t kf_flight_room_locked(struct kf_flight *flight)
{
    flight->stalled = !has_room_locked(flight);
    return flight->stalled ? 0 : kf_ack_window_room(&flight->window);
}

void kf_flight_publish_locked(struct kf_flight *flight)
{
    struct kf_partition *partition = flight->partition;
    if (!partition || flight->fenced)
        return;
    atomic_store_explicit(&partition->done, kf_ack_window_done(&flight->window),
                          memory_order_release);
    if (!flight->stalled || !has_room_locked(flight))
        return;
    flight->stalled = false;
    kf_pool_ready(&flight->consumer->pool, &partition->task);
}

void kf_flight_take_back_locked(struct kf_flight *flight, struct kf_loan *loan)
{
    kf_loan_list_take_out(&flight->out, loan);
    kf_loan_leave_batch(loan);
    flight->overdue -= loan->overdue;
    loan->overdue = false;
}

static void land_locked(struct kf_flight *flight)
{
    kf_flight_clear(flight);
    atomic_store(&flight->taken, false);
}

void kf_flight_settled_locked(struct kf_flight *flight)
{
    if (flight->window.out_count > 0)
        return;
    if (atomic_load_explicit(&flight->revoked, memory_order_relaxed))
        pthread_cond_broadcast(&flight->settled);
    if (!flight->fenced)
        return;
    kf_consumer_tell(flight->consumer); /* a successor may wait */
    if (!flight->partition)
        land_locked(flight);
}

/* --- from the first to the last ----------------------------------------------------------- */

bool kf_flight_begin(struct kf_flight *flight, struct kf_partition *partition)
{
    char *topic = strdup(partition->topic);
    if (!topic)
        return false;
    pthread_mutex_lock(&flight->lock);
    flight->generation++;
    flight->fenced = false;
    flight->partition = partition;
    flight->topic = topic;
    flight->number = partition->partition;
    kf_loans_init(&flight->loans, partition->cursor.stream, &flight->consumer->scratches);
    kf_ack_window_init(&flight->window, (size_t)flight->consumer->settings.options.max_in_flight);
    atomic_store(&flight->revoked, false);
    atomic_store(&flight->taken, true);
    pthread_mutex_unlock(&flight->lock);
    return true;
}

void kf_flight_clear(struct kf_flight *flight)
{
    if (flight->parcel)
        kf_loans_close(&flight->loans, flight->parcel);
    kf_loans_fini(&flight->loans);
    kf_ack_window_fini(&flight->window);
    free(flight->topic);
    flight->topic = NULL;
    flight->out = (struct kf_loan_list){ 0 };
    flight->given_up = (struct kf_loan_list){ 0 };
    flight->disposing = (struct kf_loan_list){ 0 };
    flight->parcel = NULL;
    flight->overdue = 0;
    flight->stalled = false;
}

void kf_flight_revoke(struct kf_flight *flight)
{
    atomic_store(&flight->revoked, true);
}

bool kf_flight_await(struct kf_flight *flight, int64_t deadline_ms)
{
    bool in_time = true;
    pthread_mutex_lock(&flight->lock);
    while (flight->window.out_count > 0 && in_time)
        in_time = kf_cond_wait_until(&flight->settled, &flight->lock, deadline_ms);
    bool over = flight->window.out_count == 0;
    pthread_mutex_unlock(&flight->lock);
    return over;
}

size_t kf_flight_fence(struct kf_flight *flight)
{
    pthread_mutex_lock(&flight->lock);
    flight->fenced = true;
    size_t out = flight->window.out_count;
    pthread_mutex_unlock(&flight->lock);
    return out;
}

bool kf_flight_is_over(struct kf_flight *flight)
{
    pthread_mutex_lock(&flight->lock);
    bool over = flight->window.out_count == flight->overdue;
    pthread_mutex_unlock(&flight->lock);
    return over;
}

static void give_back_all(struct kf_flight *flight, struct kf_loan_list *list)
{
    struct kf_loan *loan;
    while ((loan = kf_loan_list_pop(list)))
        kf_loans_give_back(&flight->loans, loan);
}

/* Those that come again; they are on no list. */
static void give_back_failed(struct kf_flight *flight)
{
    struct kf_ack_window *window = &flight->window;
    for (uint64_t place = window->first; place < window->end; place++) {
        const struct kf_ack_entry *entry = kf_ack_window_at(window, place);
        if (entry->state == KF_ACK_FAILED)
            kf_loans_give_back(&flight->loans, entry->item);
    }
}

void kf_flight_leave(struct kf_flight *flight)
{
    pthread_mutex_lock(&flight->lock);
    flight->fenced = true;
    flight->partition = NULL;
    if (flight->waits_for_letters)
        kf_count(&flight->consumer->counters.dead_letters_waiting, -1);
    flight->waits_for_letters = false;
    if (flight->window.out_count == 0) {
        land_locked(flight);
    } else {
        give_back_failed(flight);
        give_back_all(flight, &flight->given_up);
        give_back_all(flight, &flight->disposing);
        if (flight->parcel)
            kf_loans_close(&flight->loans, flight->parcel);
        flight->parcel = NULL;
    }
    pthread_mutex_unlock(&flight->lock);
}

void kf_flight_pass(struct kf_flight *flight, int64_t position)
{
    pthread_mutex_lock(&flight->lock);
    kf_ack_window_pass(&flight->window, position);
    kf_flight_publish_locked(flight);
    pthread_mutex_unlock(&flight->lock);
}

void kf_flight_look(struct kf_flight *flight, int64_t now_ms, struct kf_flight_look *look)
{
    int64_t timeout_ms = flight->consumer->settings.options.ack_timeout_ms;
    *look = (struct kf_flight_look){ 0 };
    pthread_mutex_lock(&flight->lock);
    struct kf_loan *loan = flight->out.first;
    for (; loan && now_ms - loan->out_since_ms >= timeout_ms; loan = loan->next) {
        flight->overdue += !loan->overdue;
        loan->overdue = true;
    }
    const struct kf_loan *oldest = flight->out.first;
    look->overdue = flight->overdue;
    if (oldest && oldest->overdue) {
        look->offset = oldest->message.view.offset;
        look->age_ms = now_ms - oldest->out_since_ms;
    }
    pthread_mutex_unlock(&flight->lock);
}

void kf_flight_count(struct kf_flight *flight, size_t *out, size_t *overdue)
{
    pthread_mutex_lock(&flight->lock);
    *out += flight->window.out_count;
    *overdue += flight->overdue;
    pthread_mutex_unlock(&flight->lock);
}
