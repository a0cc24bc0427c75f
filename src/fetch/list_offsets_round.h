/* SPDX-License-Identifier: MIT
 * One ListOffsets request and its answer, for the streams of one broker that want to be located. */
#ifndef KF_LIST_OFFSETS_ROUND_H
#define KF_LIST_OFFSETS_ROUND_H

#include "kaffe.h"

#include <stddef.h>
#include <stdint.h>

struct kf_channel;
struct kf_cluster;
struct kf_round;

/** @param round  gathered. @return false: out of memory */
bool kf_list_offsets_round_write(const struct kf_round *round, struct kf_channel *channel);
/** The answers go to their streams. What was not answered stays in the round. */
kaffe_status kf_list_offsets_round_apply(struct kf_cluster *cluster, struct kf_round *round,
                                         kaffe_bytes body, int16_t version, int32_t *throttle_ms,
                                         kaffe_error *err);
/** Streams without an answer ask again, after a pause. The round is over. */
void kf_list_offsets_round_end(struct kf_cluster *cluster, struct kf_round *round);

#endif
