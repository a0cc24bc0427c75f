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

/** As kf_consumer_settings_init, which it fills in beside its own. Both need a fini then. */
kaffe_status kf_reader_settings_init(struct kf_reader_settings *reader,
                                     struct kf_consumer_settings *settings,
                                     const kaffe_reader_options *options, size_t options_size,
                                     kaffe_report_fn report, void *ctx, kaffe_error *err);
void kf_reader_settings_fini(struct kf_reader_settings *reader);

#endif
