/* SPDX-License-Identifier: MIT
 * A worker of a worker process: it says what it has in hand, where another process sees it, and
 * treats as that one says what has crashed before: after a pause, alone, or not at all any more. */
#ifndef KF_IN_HAND_H
#define KF_IN_HAND_H

#include "hand.h"
#include "turn.h"

/** Before a worker's first turn; nothing is done without worker processes. */
kaffe_status kf_in_hand_open(struct kf_turn_worker *worker, kaffe_error *err);
void kf_in_hand_close(struct kf_turn_worker *worker);

/** The turn of a worker that has a hand; its cursor has taken over what waits. */
enum kf_turn_end kf_in_hand_turn(struct kf_turn_worker *worker, struct kf_partition *partition,
                                 int64_t *due_ms);

/** All below `offset` is committed: nothing there is to blame any more. Control thread. */
void kf_in_hand_committed(const struct kf_partition *partition, int64_t offset);

/** The process ends because of what that partition's handler does, or does not. Any thread. */
void kf_in_hand_accuse(kaffe_consumer *consumer, const struct kf_partition *partition);

#endif
