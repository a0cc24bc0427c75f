/* SPDX-License-Identifier: MIT
 * The shape that Fetch and ListOffsets requests share: [topic, [partition ...]], written from a
 * flat list whose entries of one topic stand side by side. */
#ifndef KF_TOPIC_GROUPS_H
#define KF_TOPIC_GROUPS_H

#include "request.h"

#include <stddef.h>
#include <stdint.h>

struct kf_topic_groups {
    struct kf_request *request;
    const char *topic; /* of the entry before */
    size_t topics_position;
    size_t partitions_position;
    int32_t topic_count;
    int32_t partition_count;
};

void kf_topic_groups_begin(struct kf_topic_groups *groups, struct kf_request *request);
/** Call before an entry's fields, which begin with the partition. */
void kf_topic_groups_entry(struct kf_topic_groups *groups, const char *topic);
void kf_topic_groups_end(struct kf_topic_groups *groups);

#endif
