/* SPDX-License-Identifier: MIT
 * Where a partition starts, from what the group has committed for its topic. Pure; who asks for the
 * commits, and what a lookup that fails means, is the caller's affair. */
#ifndef KF_START_POLICY_H
#define KF_START_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_start_reason {
    KF_START_COMMITTED, /* a commit, 0 included, overrides all */
    KF_START_EARLIEST, /* no commit, start_with_earliest_message */
    KF_START_LATEST, /* no commit: what is produced from now on */
    KF_START_CHOSEN, /* a reader's start_at */
    KF_START_NEW_PARTITION /* appeared in a topic that the group reads already: from its start */
};

/** For the log: "committed", "earliest", "latest", "new_partition". */
const char *kf_start_reason_text(enum kf_start_reason reason);

/* What the group has committed for one topic. */
struct kf_topic_commits {
    bool any; /* for any of its partitions */
    int32_t marked_count; /* the largest partition count in a kf_start_mark; 0: no mark */
};

/** Adds one partition's commit (offset < 0: none) and its metadata (NULL: none). */
void kf_topic_commits_add(struct kf_topic_commits *commits, int64_t offset, const char *metadata);

/**
 * Several members of a new group resolve "latest" side by side, each for its own partitions. The
 * first one's commit must not make another member's partition look like one that appeared later, so
 * the commit that pins "latest" says how many partitions the topic had.
 * @param committed_offset  of this partition; < 0: none
 */
enum kf_start_reason kf_start_decide(int64_t committed_offset, int32_t partition,
                                     const struct kf_topic_commits *commits,
                                     bool start_with_earliest_message);

/** The commit metadata that says so; no base64, so that nobody takes it for an offset map. */
#define KF_START_MARK_SIZE 48
const char *kf_start_mark(char out[KF_START_MARK_SIZE], int32_t partition_count);

/** The mark in a commit's metadata, for the commits that follow it: without it the siblings that
 *  are still on their way would be taken for new. "": metadata (NULL: none) holds no mark. */
const char *kf_start_mark_kept(char out[KF_START_MARK_SIZE], const char *metadata);

#endif
