/* SPDX-License-Identifier: MIT
 * Where each partition starts, and where it goes on when its offset is gone. Steps of the control
 * thread; what they wait for arrives as news. */
#ifndef KF_START_H
#define KF_START_H

#include "kaffe.h"
#include "partition.h"

#include <stdint.h>

/** Asks what the group has committed for the partitions that wait to know; blocks for a moment.
 *  @return when to ask again; INT64_MAX: all is known */
int64_t kf_lookup_step(kaffe_consumer *consumer, int64_t now_ms);

/** The decision: partition->reason is set. @param committed  if that is the reason */
void kf_start_from(struct kf_partition *partition, int64_t committed, int32_t partition_count);

/** Asks the data plane; partition->located answers. @param which  as kf_stream_locate's */
void kf_start_locate(struct kf_partition *partition, enum kf_phase phase, int64_t which);
/** Logs why, which partition->reason says, and fetches from there. */
void kf_start_at(struct kf_partition *partition, int64_t offset);

/** Moves every partition on that can be moved. @return when to come again, news aside */
int64_t kf_start_step(kaffe_consumer *consumer, int64_t now_ms);

/** "Latest" is committed: now it may deliver. */
void kf_start_pinned(struct kf_partition *partition);

#endif
