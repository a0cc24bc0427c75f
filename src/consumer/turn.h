/* SPDX-License-Identifier: MIT
 * A worker's turn with a partition: walk what was fetched, call the handler, publish what is done.
 * No allocation, lock, wake-up or clock read per message. */
#ifndef KF_TURN_H
#define KF_TURN_H

#include "batch.h"
#include "cursor.h"
#include "hand.h"
#include "message.h"
#include "partition.h"
#include "pool.h"

/* What a worker thread of a consumer has of its own. */
struct kf_turn_worker {
    struct kf_worker base;
    kaffe_consumer *consumer;
    void *ctx; /* the handler's: worker_open's, or the consumer's */
    struct kf_opener opener;
    struct kf_failure failure;
    struct kf_hand *hand; /* in a worker process; NULL: this is none */
    void *fault_stack; /* in a worker process */
    struct kf_message message;
    struct kf_message *messages; /* [max_batch_count], made when first needed, as are ... */
    struct kf_message **items; /* [max_batch_count] what a batch is made of */
    int64_t budget; /* messages in this turn */
    int64_t permit; /* the most that may be handled in it, whatever the budget */
    int64_t handled; /* in this turn */
    int64_t commit_end; /* what a batch handler wishes; INT64_MAX: all, -1: nothing yet */
};

/** kf_pool_work's open, turn and close. */
kaffe_status kf_worker_open(struct kf_worker *worker, void *consumer);
void kf_worker_close(struct kf_worker *worker, void *consumer);
enum kf_turn_end kf_turn(struct kf_worker *worker, struct kf_task *task, int64_t *due_ms);

/** Hands out what the cursor has. @return how the turn ends */
enum kf_turn_end kf_turn_handle(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t *due_ms);
/** By the two kinds of handler that acknowledge by returning, and by both that do not. */
enum kf_turn_end kf_turn_single(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t *due_ms);
enum kf_turn_end kf_turn_batch(struct kf_turn_worker *worker, struct kf_partition *partition,
                               int64_t *due_ms);
enum kf_turn_end kf_turn_async(struct kf_turn_worker *worker, struct kf_partition *partition,
                               int64_t *due_ms);

/* For all of them. */

/** Is less than a batch of `limit` there, and time left to wait for more, until *due_ms? */
bool kf_turn_should_wait(const struct kf_turn_worker *worker, struct kf_partition *partition,
                         size_t limit, int64_t *due_ms);

/** What every message of the partition has in common. */
void kf_turn_prepare(struct kf_turn_worker *worker, struct kf_partition *partition,
                     struct kf_message *m);
/** Everything below the cursor's position is finished, and may be committed as far as the handler
 *  does not withhold it. */
void kf_turn_advance(struct kf_partition *partition);
/** A handler is about to get this message, or a batch that begins with it. */
static inline void kf_turn_hand_out(struct kf_partition *partition, int64_t offset)
{
    atomic_store_explicit(&partition->in_hand, offset, memory_order_release);
}
/** A handler has returned: was its partition given up meanwhile? Then it is counted. */
bool kf_turn_is_late(struct kf_partition *partition);
/** After a failure that the messages `offset` to `until` - 1 are to blame for; the cursor stands
 *  before them. */
enum kf_turn_end kf_turn_failed(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t offset, int64_t until, int64_t *due_ms);
/** What follows the partition's blame, for what worker->failure says. @param at_ms  when it failed
 */
enum kf_turn_end kf_turn_follow(struct kf_turn_worker *worker, struct kf_partition *partition,
                                int64_t at_ms, int64_t *due_ms);
/** The open batch's records are not what they should be. */
enum kf_turn_end kf_turn_malformed(struct kf_turn_worker *worker, struct kf_partition *partition,
                                   int64_t *due_ms);
/** Nothing more to open: drained, or broken. */
enum kf_turn_end kf_turn_out_of_records(struct kf_turn_worker *worker,
                                        struct kf_partition *partition,
                                        enum kf_cursor_status status, int64_t *due_ms);

#endif
