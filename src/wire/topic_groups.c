/* SPDX-License-Identifier: MIT
 * Counts are written as 0 and put right once they are known. */
#include "topic_groups.h"

#include <string.h>

void kf_topic_groups_begin(struct kf_topic_groups *groups, struct kf_request *request)
{
    *groups = (struct kf_topic_groups){ .request = request, .topics_position = request->size };
    kf_write_int32(request, 0);
}

static void end_topic(struct kf_topic_groups *groups)
{
    if (groups->topic)
        kf_write_int32_at(groups->request, groups->partitions_position, groups->partition_count);
}

void kf_topic_groups_entry(struct kf_topic_groups *groups, const char *topic)
{
    if (!groups->topic || strcmp(groups->topic, topic) != 0) {
        end_topic(groups);
        kf_write_string(groups->request, topic);
        groups->topic = topic;
        groups->topic_count++;
        groups->partition_count = 0;
        groups->partitions_position = groups->request->size;
        kf_write_int32(groups->request, 0);
    }
    groups->partition_count++;
}

void kf_topic_groups_end(struct kf_topic_groups *groups)
{
    end_topic(groups);
    kf_write_int32_at(groups->request, groups->topics_position, groups->topic_count);
}
