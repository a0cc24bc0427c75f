/* SPDX-License-Identifier: MIT
 * Messages that the handler has failed at for the last time: the end of the consumer, or, one after
 * another and in order, a line in the log or a dead letter for each. The handler sees them no more.
 * Nothing of a letter under way holds up its partition's end: that message is then not done. */
#ifndef KF_GIVEN_UP_H
#define KF_GIVEN_UP_H

#include "failure_policy.h"
#include "turn.h"

/** Gives up what partition->blame names; the cursor stands before it. @return how the turn ends */
enum kf_turn_end kf_give_up(struct kf_turn_worker *worker, struct kf_partition *partition,
                            enum kf_failure_action action, int64_t *due_ms);

/** A turn of a partition whose given_up is not NULL. */
enum kf_turn_end kf_given_up_turn(struct kf_turn_worker *worker, struct kf_partition *partition,
                                  int64_t *due_ms);

/** Whatever was left of it. The partition's task has stopped, or it is its turn. */
void kf_given_up_forget(struct kf_partition *partition);

#endif
