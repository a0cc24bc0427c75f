/* SPDX-License-Identifier: MIT */
#include "ack_window.h"

#include <stdlib.h>

static const size_t first_capacity = 16;

void kf_ack_window_init(struct kf_ack_window *window, size_t limit)
{
    *window = (struct kf_ack_window){ .limit = limit };
}

void kf_ack_window_fini(struct kf_ack_window *window)
{
    free(window->ring);
    free(window->due);
    *window = (struct kf_ack_window){ 0 };
}

static struct kf_ack_entry *entry_at(const struct kf_ack_window *window, uint64_t place)
{
    return &window->ring[place & (window->capacity - 1)];
}

struct kf_ack_entry *kf_ack_window_at(const struct kf_ack_window *window, uint64_t place)
{
    return place < window->end ? entry_at(window, place) : NULL;
}

static size_t length(const struct kf_ack_window *window)
{
    return (size_t)(window->end - window->first);
}

size_t kf_ack_window_room(const struct kf_ack_window *window)
{
    return window->limit - length(window);
}

/* --- memory ------------------------------------------------------------------------------- */

static bool grow(struct kf_ack_window *window, size_t capacity)
{
    struct kf_ack_entry *ring = malloc(capacity * sizeof *ring);
    uint64_t *due = realloc(window->due, capacity * sizeof *due);
    if (due)
        window->due = due;
    if (!ring || !due) {
        free(ring);
        return false;
    }
    for (uint64_t place = window->first; place < window->end; place++)
        ring[place & (capacity - 1)] = *entry_at(window, place);
    free(window->ring);
    window->ring = ring;
    window->capacity = capacity;
    return true;
}

bool kf_ack_window_reserve(struct kf_ack_window *window, size_t count)
{
    size_t needed = length(window) + count;
    size_t capacity = window->capacity ? window->capacity : first_capacity;
    while (capacity < needed)
        capacity *= 2;
    return capacity == window->capacity || grow(window, capacity);
}

/* --- the heap of those that come again ---------------------------------------------------- */

static bool is_earlier(const struct kf_ack_window *window, size_t a, size_t b)
{
    int64_t left_ms = entry_at(window, window->due[a])->due_ms;
    int64_t right_ms = entry_at(window, window->due[b])->due_ms;
    return left_ms != right_ms ? left_ms < right_ms : window->due[a] < window->due[b];
}

static void swap(struct kf_ack_window *window, size_t a, size_t b)
{
    uint64_t place = window->due[a];
    window->due[a] = window->due[b];
    window->due[b] = place;
}

static void push_due(struct kf_ack_window *window, uint64_t place)
{
    size_t at = window->due_count++;
    window->due[at] = place;
    for (; at > 0 && is_earlier(window, at, (at - 1) / 2); at = (at - 1) / 2)
        swap(window, at, (at - 1) / 2);
}

static uint64_t pop_due(struct kf_ack_window *window)
{
    uint64_t place = window->due[0];
    window->due[0] = window->due[--window->due_count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < window->due_count; child++)
            if (is_earlier(window, child, least))
                least = child;
        if (least == at)
            return place;
        swap(window, at, least);
        at = least;
    }
}

int64_t kf_ack_window_next_due_ms(const struct kf_ack_window *window)
{
    return window->due_count > 0 ? entry_at(window, window->due[0])->due_ms : INT64_MAX;
}

/* --- going out ---------------------------------------------------------------------------- */

uint64_t kf_ack_window_hand_over(struct kf_ack_window *window)
{
    return ++window->hand_overs;
}

void kf_ack_window_add(struct kf_ack_window *window, int64_t offset, void *item)
{
    *entry_at(window, window->end) = (struct kf_ack_entry){
        .offset = offset, .hand_over = window->hand_overs, .item = item, .state = KF_ACK_OUT
    };
    window->end++;
    window->out_count++;
    window->position = offset + 1;
}

void kf_ack_window_pass(struct kf_ack_window *window, int64_t position)
{
    if (position > window->position || length(window) == 0)
        window->position = position;
}

struct kf_ack_entry *kf_ack_window_take_due(struct kf_ack_window *window, int64_t now_ms)
{
    if (kf_ack_window_next_due_ms(window) > now_ms || window->due_count == 0)
        return NULL;
    struct kf_ack_entry *entry = entry_at(window, pop_due(window));
    entry->state = KF_ACK_OUT;
    entry->hand_over = window->hand_overs;
    window->out_count++;
    return entry;
}

/* --- coming back -------------------------------------------------------------------------- */

int64_t kf_ack_window_done(const struct kf_ack_window *window)
{
    return length(window) > 0 ? entry_at(window, window->first)->offset : window->position;
}

uint64_t kf_ack_window_find(const struct kf_ack_window *window, int64_t offset)
{
    uint64_t low = window->first;
    uint64_t high = window->end;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (entry_at(window, middle)->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum kf_ack_answer kf_ack_window_look(const struct kf_ack_window *window, int64_t offset,
                                      uint64_t hand_over)
{
    if (hand_over == 0 || hand_over > window->hand_overs)
        return KF_ACK_UNKNOWN;
    if (offset < kf_ack_window_done(window))
        return KF_ACK_REPEATED;
    const struct kf_ack_entry *entry = kf_ack_window_at(window, kf_ack_window_find(window, offset));
    if (!entry || entry->offset != offset || hand_over > entry->hand_over)
        return KF_ACK_UNKNOWN;
    if (hand_over < entry->hand_over)
        return KF_ACK_OUTDATED;
    return entry->state == KF_ACK_OUT ? KF_ACK_AWAITED : KF_ACK_REPEATED;
}

static void settle(struct kf_ack_window *window, struct kf_ack_entry *entry,
                   enum kf_ack_state state)
{
    window->out_count -= entry->state == KF_ACK_OUT;
    entry->state = state;
}

void kf_ack_window_finish(struct kf_ack_window *window, struct kf_ack_entry *entry)
{
    settle(window, entry, KF_ACK_FINISHED);
    while (window->first < window->end && entry_at(window, window->first)->state == KF_ACK_FINISHED)
        window->first++;
}

void kf_ack_window_fail(struct kf_ack_window *window, struct kf_ack_entry *entry, int64_t due_ms)
{
    settle(window, entry, KF_ACK_FAILED);
    entry->due_ms = due_ms;
    if (due_ms != INT64_MAX)
        push_due(window, kf_ack_window_find(window, entry->offset));
}

void kf_ack_window_give_up(struct kf_ack_window *window, struct kf_ack_entry *entry)
{
    settle(window, entry, KF_ACK_GIVEN_UP);
}
