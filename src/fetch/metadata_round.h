/* SPDX-License-Identifier: MIT
 * One metadata request and its answer, applied to the cluster: brokers come and go, streams move to
 * their leaders. */
#ifndef KF_METADATA_ROUND_H
#define KF_METADATA_ROUND_H

#include "kaffe.h"

#include <stddef.h>
#include <stdint.h>

struct kf_channel;
struct kf_cluster;

/** For all topics that have streams. @return false: out of memory */
bool kf_metadata_round_write(struct kf_cluster *cluster, struct kf_channel *channel);
kaffe_status kf_metadata_round_apply(struct kf_cluster *cluster, kaffe_bytes body, int16_t version,
                                     int32_t *throttle_ms, kaffe_error *err);

#endif
