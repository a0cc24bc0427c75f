/* SPDX-License-Identifier: MIT */
#include "start_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mark_begin[] = "kaffe: latest of ";

const char *kf_start_reason_text(enum kf_start_reason reason)
{
    switch (reason) {
    case KF_START_COMMITTED:
        return "committed";
    case KF_START_EARLIEST:
        return "earliest";
    case KF_START_LATEST:
        return "latest";
    case KF_START_CHOSEN:
        return "start_at";
    case KF_START_NEW_PARTITION:
        return "new_partition";
    }
    return "unknown";
}

const char *kf_start_mark(char out[KF_START_MARK_SIZE], int32_t partition_count)
{
    snprintf(out, KF_START_MARK_SIZE, "%s%d partitions", mark_begin, partition_count);
    return out;
}

static int32_t marked_count(const char *metadata)
{
    if (!metadata || strncmp(metadata, mark_begin, sizeof mark_begin - 1) != 0)
        return 0;
    long count = strtol(metadata + sizeof mark_begin - 1, NULL, 10);
    return count > 0 && count < INT32_MAX ? (int32_t)count : 0;
}

const char *kf_start_mark_kept(char out[KF_START_MARK_SIZE], const char *metadata)
{
    int32_t count = marked_count(metadata);
    out[0] = '\0';
    return count > 0 ? kf_start_mark(out, count) : out;
}

void kf_topic_commits_add(struct kf_topic_commits *commits, int64_t offset, const char *metadata)
{
    if (offset < 0)
        return;
    int32_t count = marked_count(metadata);
    commits->any = true;
    if (count > commits->marked_count)
        commits->marked_count = count;
}

enum kf_start_reason kf_start_decide(int64_t committed_offset, int32_t partition,
                                     const struct kf_topic_commits *commits,
                                     bool start_with_earliest_message)
{
    if (committed_offset >= 0)
        return KF_START_COMMITTED;
    if (start_with_earliest_message)
        return KF_START_EARLIEST;
    if (commits->any && partition >= commits->marked_count)
        return KF_START_NEW_PARTITION;
    return KF_START_LATEST;
}
