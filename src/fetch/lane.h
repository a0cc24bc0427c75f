/* SPDX-License-Identifier: MIT
 * One of a broker's two connections, and the request that is under way on it. It decides what to
 * ask next; when to connect is the broker's business. Threads: the I/O thread. */
#ifndef KF_LANE_H
#define KF_LANE_H

#include "channel.h"
#include "fetch_round.h"

#include <stdbool.h>
#include <stdint.h>

struct kf_broker;

enum kf_errand {
    KF_ERRAND_NONE,
    KF_ERRAND_METADATA,
    KF_ERRAND_LIST_OFFSETS,
    KF_ERRAND_FETCH
};

struct kf_lane {
    struct kf_broker *broker;
    struct kf_channel channel;
    struct kf_fetch_round fetch; /* its inner round serves ListOffsets too */
    enum kf_errand errand; /* of the request under way */
    int64_t sent_at_ms;
    bool useful; /* it has answered something since it opened */
};

void kf_lane_init(struct kf_lane *lane, struct kf_broker *broker);
void kf_lane_fini(struct kf_lane *lane);

/** Closes it if nobody used it for longer than max_idle_ms: it may be dead unnoticed. */
void kf_lane_renew(struct kf_lane *lane);
/** If it is idle and something is due: asks. */
void kf_lane_poll(struct kf_lane *lane); /* a fetch that waits */
void kf_lane_side(struct kf_lane *lane); /* metadata, ListOffsets, a fetch that does not wait */

#endif
