/* SPDX-License-Identifier: MIT
 * "0,3-5" as partitions. Pure text. */
#ifndef KF_PARTITION_RANGES_H
#define KF_PARTITION_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_partition_range {
    int32_t first;
    int32_t last;
};

struct kf_partition_ranges {
    struct kf_partition_range *items; /* as they were written; they may overlap */
    size_t count; /* 0: all partitions */
};

enum kf_ranges_status {
    KF_RANGES_OK,
    KF_RANGES_WRONG, /* no such list */
    KF_RANGES_NO_MEMORY
};

/** On failure nothing needs a fini. @param text  NULL: all */
enum kf_ranges_status kf_partition_ranges_read(struct kf_partition_ranges *ranges,
                                               const char *text);
void kf_partition_ranges_fini(struct kf_partition_ranges *ranges);

bool kf_partition_ranges_have(const struct kf_partition_ranges *ranges, int32_t partition);
/** The first one, as they were written, that a topic of so many partitions has not; -1: none. */
int32_t kf_partition_ranges_beyond(const struct kf_partition_ranges *ranges, int32_t count);

#endif
