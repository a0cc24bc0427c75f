/* SPDX-License-Identifier: MIT
 * A reader's options as the library works with them: those that a consumer has too become a
 * consumer's settings, without a group; what only a reader has stands here. */
#ifndef KF_READER_SETTINGS_H
#define KF_READER_SETTINGS_H

#include "partition_ranges.h"
#include "position.h"
#include "settings.h"

struct kf_reader_settings {
    struct kf_partition_ranges partitions;
    struct kf_position start_at;
    struct kf_position stop_at;
    int64_t max_count; /* 0: no limit */
};

/** What a reader's options have in common with a consumer's becomes that; strings are lent. */
void kf_reader_settings_carry_over(const kaffe_reader_options *from, kaffe_consumer_options *to);
/** Reads what only a reader has. @return false: out of memory; a fini is needed either way */
bool kf_reader_settings_read(struct kf_reader_settings *reader, const kaffe_reader_options *options,
                             struct kf_problems *problems);
void kf_reader_settings_fini(struct kf_reader_settings *reader);

#endif
