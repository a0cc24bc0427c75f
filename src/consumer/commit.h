/* SPDX-License-Identifier: MIT
 * What is finished, told to the group: explicit lists, one request in flight, at most an interval
 * apart, and once more before partitions are given up. Steps of the control thread. */
#ifndef KF_COMMIT_H
#define KF_COMMIT_H

#include "group.h"
#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Commits if it is time to. @return when to come again; INT64_MAX: an answer will bring news */
int64_t kf_commit_step(kaffe_consumer *consumer, int64_t now_ms);

/** kf_group_events' committed. */
void kf_commit_answered(kaffe_consumer *consumer, const struct kf_group_offset *offsets,
                        size_t count, const kaffe_error *failed);

/** Commits all that is finished and waits for the answer. All tasks have stopped or are fenced.
 *  @return false: something finished is not known to be committed */
bool kf_commit_finish(kaffe_consumer *consumer, int64_t deadline_ms);

#endif
