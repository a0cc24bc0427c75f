/* SPDX-License-Identifier: MIT
 * The messages of one partition in one assignment that are acknowledged by a call: handed out,
 * awaited, coming again, given up. One lock, taken by the worker for each hand-over and by whoever
 * acknowledges. It outlives its partition while messages of it are out: they stay lent. */
#ifndef KF_FLIGHT_H
#define KF_FLIGHT_H

#include "ack_window.h"
#include "loans.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_partition;

struct kf_loan_list {
    struct kf_loan *first;
    struct kf_loan *last;
};

struct kf_flight {
    kaffe_consumer *consumer; /* constant, as are these two */
    uint32_t index;
    uint32_t first_generation;
    atomic_bool taken; /* by a partition, or by what is left of one */
    atomic_bool revoked; /* what kaffe_is_revoked asks */
    atomic_bool returning; /* something may come again: a look without the lock */

    pthread_mutex_t lock; /* guards what follows; before the stream's, the letters', the pool's */
    pthread_cond_t settled; /* nothing is out any more */
    uint32_t generation; /* of its partitions, one after another */
    bool fenced; /* no verdict counts any more */
    struct kf_partition *partition; /* NULL: it has gone */
    char *topic;
    int32_t number; /* the partition's */
    struct kf_loans loans;
    struct kf_ack_window window;
    struct kf_loan_list out; /* the oldest hand-over first */
    struct kf_loan_list given_up; /* since the worker looked last */
    size_t overdue; /* of those out */
    bool stalled; /* there was no room: whoever makes some wakes the partition */

    /* The worker whose turn it is. */
    struct kf_parcel *parcel; /* of the open batch of records, or NULL; written under the lock */
    struct kf_loan_list disposing;
    bool waits_for_letters; /* counted */
};

/* --- from the first to the last: the control thread --------------------------------------- */

/** A new generation, for this partition. @return false: out of memory */
bool kf_flight_begin(struct kf_flight *flight, struct kf_partition *partition);
/** Hurry: who asks hears it. */
void kf_flight_revoke(struct kf_flight *flight);
/** Waits until nothing is out. @return false: something still is at the deadline */
bool kf_flight_await(struct kf_flight *flight, int64_t deadline_ms);
/** No verdict counts after this. @return messages that are out */
size_t kf_flight_fence(struct kf_flight *flight);
/** Nothing is out, but what is overdue and no longer waited for. */
bool kf_flight_is_over(struct kf_flight *flight);
/** The partition is about to go; its task has stopped. */
void kf_flight_leave(struct kf_flight *flight);

/* Verdicts that are overdue. */
struct kf_flight_look {
    size_t overdue;
    int64_t offset; /* of the oldest */
    int64_t age_ms;
};
/** With ack_timeout_ms. */
void kf_flight_look(struct kf_flight *flight, int64_t now_ms, struct kf_flight_look *look);
/** Adds what is out, and what of it was overdue at the last look. Any thread. */
void kf_flight_count(struct kf_flight *flight, size_t *out, size_t *overdue);

/* --- under its lock ----------------------------------------------------------------------- */

/** Tells the partition how far all is finished; wakes it if there is room again. */
void kf_flight_publish_locked(struct kf_flight *flight);
/** A message has its verdict: it is lent no more. What becomes of it is the caller's. */
void kf_flight_take_back_locked(struct kf_flight *flight, struct kf_loan *loan);
/** After verdicts: those who wait for them hear of it; the flight may end here. */
void kf_flight_settled_locked(struct kf_flight *flight);
/** Room for messages in the window; 0, too, if a batch of records is to be opened and what is open
 *  holds enough already. Without any the partition is stalled. */
size_t kf_flight_room_locked(struct kf_flight *flight);

/** Memory goes back; nothing is out, or nobody looks at it any more. */
void kf_flight_clear(struct kf_flight *flight);

void kf_loan_list_append(struct kf_loan_list *list, struct kf_loan *loan);
void kf_loan_list_take_out(struct kf_loan_list *list, struct kf_loan *loan);
void kf_loan_list_take_out(struct kf_loan_list *list, struct kf_loan *loan);
struct kf_loan *kf_loan_list_pop(struct kf_loan_list *list);

/** Disposes of what was given up. Worker. @return when to come again, letters under way aside */
int64_t kf_flight_dispose(struct kf_partition *partition);

/** Of the partition's cursor: nothing is between the last message and its position. Worker. */
void kf_flight_pass(struct kf_flight *flight, int64_t position);

#endif
