/* SPDX-License-Identifier: MIT
 * A partition's messages that are handed out and not yet finished: who is out, who comes again and
 * when, and up to where all is finished. Pure: the caller brings the lock and the clock. Its
 * length, from the first unfinished message to the last one handed out, has a limit. */
#ifndef KF_ACK_WINDOW_H
#define KF_ACK_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_ack_state {
    KF_ACK_OUT, /* its verdict is awaited */
    KF_ACK_FAILED, /* comes again */
    KF_ACK_GIVEN_UP, /* does not come again; something else will finish it */
    KF_ACK_FINISHED
};

struct kf_ack_entry {
    int64_t offset;
    uint64_t hand_over; /* the last one that it was part of */
    int64_t due_ms; /* of a failed one; INT64_MAX: never */
    void *item; /* the caller's */
    int32_t failures;
    enum kf_ack_state state;
};

/* Places count up for ever; an entry stands at its place modulo the capacity. */
struct kf_ack_window {
    struct kf_ack_entry *ring; /* [capacity] */
    uint64_t *due; /* [capacity] places of failed entries, a heap: the earliest first */
    size_t capacity; /* a power of two */
    size_t limit;
    size_t due_count;
    size_t out_count;
    uint64_t first; /* the first unfinished */
    uint64_t end;
    uint64_t hand_overs; /* so far */
    int64_t position; /* all below it was handed out, or holds no message */
};

/** @param limit  most entries from the first unfinished to the last; > 0 */
void kf_ack_window_init(struct kf_ack_window *window, size_t limit);
void kf_ack_window_fini(struct kf_ack_window *window);

/** Entries that may still be added. */
size_t kf_ack_window_room(const struct kf_ack_window *window);
/** Memory for `count` more, which are within the room. @return false: there is none */
bool kf_ack_window_reserve(struct kf_ack_window *window, size_t count);

/** Begins a hand-over; what is added and taken from now on is part of it. @return its number, > 0
 */
uint64_t kf_ack_window_hand_over(struct kf_ack_window *window);
/** A message goes out, behind all others; memory for it is reserved. */
void kf_ack_window_add(struct kf_ack_window *window, int64_t offset, void *item);
/** There is no message between the last one and `position`, which only goes back while nothing is
 *  unfinished. */
void kf_ack_window_pass(struct kf_ack_window *window, int64_t position);
/** A failed one that is due goes out again, the earliest first. @return NULL: none is */
struct kf_ack_entry *kf_ack_window_take_due(struct kf_ack_window *window, int64_t now_ms);
/** When the next one is; INT64_MAX: never. */
int64_t kf_ack_window_next_due_ms(const struct kf_ack_window *window);

/** Everything below this is finished. */
int64_t kf_ack_window_done(const struct kf_ack_window *window);

/* What a verdict on a message of a hand-over meets. */
enum kf_ack_answer {
    KF_ACK_AWAITED,
    KF_ACK_REPEATED, /* there was one before */
    KF_ACK_OUTDATED, /* it has been handed over anew since */
    KF_ACK_UNKNOWN /* there never was such a hand-over of it */
};
enum kf_ack_answer kf_ack_window_look(const struct kf_ack_window *window, int64_t offset,
                                      uint64_t hand_over);

/** The place of the first entry at `offset` or behind it. */
uint64_t kf_ack_window_find(const struct kf_ack_window *window, int64_t offset);
/** @return NULL: behind the last */
struct kf_ack_entry *kf_ack_window_at(const struct kf_ack_window *window, uint64_t place);

/* Verdicts; an entry's place stays the same. */
void kf_ack_window_finish(struct kf_ack_window *window, struct kf_ack_entry *entry);
/** Of one that is out. @param due_ms  INT64_MAX: it never comes again */
void kf_ack_window_fail(struct kf_ack_window *window, struct kf_ack_entry *entry, int64_t due_ms);
/** Of one that is out. */
void kf_ack_window_give_up(struct kf_ack_window *window, struct kf_ack_entry *entry);

#endif
