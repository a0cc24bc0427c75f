/* SPDX-License-Identifier: MIT
 * One message that was given up, and what becomes of it: a line in the log, or a dead letter, tried
 * again until it is written. Who brings the messages, and in which order, is the caller's. */
#ifndef KF_DISPOSAL_H
#define KF_DISPOSAL_H

#include "dead_letters.h"
#include "failure_policy.h"
#include "message.h"
#include "schedule.h"

#include <stdbool.h>
#include <stdint.h>

struct kf_partition;

/* Belongs to the worker whose turn it is. */
struct kf_disposal {
    int32_t attempts;
    bool dead_letter; /* else it is skipped */
    char reason[KF_FAILURE_REASON_SIZE];
    struct kf_dead_letter *letter; /* under way; NULL: none */
    uint32_t tries; /* that went wrong, of the message in hand */
    kaffe_status said; /* what the log has said of it, once for each reason */
    int32_t said_code;
    int64_t due_ms; /* a letter that failed is not tried again before */
};

/** @param action  KF_FAILURE_SKIP or KF_FAILURE_DEAD_LETTER */
void kf_disposal_init(struct kf_disposal *disposal, enum kf_failure_action action, int32_t attempts,
                      const char *reason);
/** Whatever was left of it. */
void kf_disposal_forget(struct kf_disposal *disposal);

/** No letter is under way: disposes of this message.
 *  @return KF_TURN_MORE: it is done with; KF_TURN_WAIT: a letter is, and makes the task ready when
 *          its fate is known; KF_TURN_PARK: to be tried again at *due_ms */
enum kf_turn_end kf_disposal_begin(struct kf_disposal *disposal, struct kf_partition *partition,
                                   const kaffe_message *m, int64_t *due_ms);
/** A letter is under way, of the message at `offset`. @return as kf_disposal_begin */
enum kf_turn_end kf_disposal_settle(struct kf_disposal *disposal, struct kf_partition *partition,
                                    int64_t offset, int64_t *due_ms);

#endif
