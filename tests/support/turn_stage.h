/* SPDX-License-Identifier: MIT
 * A worker and a partition on a stage of their own: no thread, no broker, no group. The test feeds
 * slices and takes turns; what the handler was given is written down. */
#ifndef TURN_STAGE_H
#define TURN_STAGE_H

#include "consumer_state.h"
#include "slice_feed.h"
#include "turn.h"

struct turn_seen {
    int64_t offset;
    int32_t attempt;
    size_t batch_count; /* 0: handle_message */
};

struct turn_stage {
    struct slice_feed feed;
    kaffe_consumer *consumer;
    struct kf_partition partition;
    struct kf_turn_worker worker;
    struct kf_request out; /* batches on their way into the feed */
    int64_t due_ms; /* as the last turn left it */

    struct turn_seen seen[200];
    size_t seen_count;
    int64_t fail_offset; /* -1: none */
    bool nameless; /* a batch fails without a culprit */
    bool permanent; /* the failure is */
    int64_t revoke_offset; /* the partition goes during this message; -1: never */
    bool fence; /* and by the time it is handled, it is too late */
    char log[8192];
};

/** A stage whose handler is handle_message; a test may change options before its first turn. */
struct turn_stage *turn_stage_new(void);
void turn_stage_free(struct turn_stage *stage);
kaffe_consumer_options *turn_stage_options(struct turn_stage *stage);
/** handle_messages instead. */
void turn_stage_batches(struct turn_stage *stage, int64_t max_batch_count);

/** Feeds what was appended to ->out as the answer to a fetch from `from`. */
void turn_stage_feed(struct turn_stage *stage, int64_t from);
enum kf_turn_end turn_stage_turn(struct turn_stage *stage);
/** Turns until one ends as something else than KF_TURN_MORE. */
enum kf_turn_end turn_stage_turns(struct turn_stage *stage);
/** These offsets, once each and in order, are what has been seen since the last call. */
void turn_stage_saw(struct turn_stage *stage, int64_t first, int64_t last);

#endif
