/* SPDX-License-Identifier: MIT
 * Who may have how much of memory_limit_bytes: parts that are bounded one by one, so that none ever
 * waits for memory which another part holds. Pure. */
#ifndef KF_MEMORY_PLAN_H
#define KF_MEMORY_PLAN_H

#include "kaffe.h"

#include <stddef.h>
#include <stdint.h>

struct kf_memory_plan {
    size_t fetched_bytes; /* all streams, with what each costs by itself; 0: no limit */
    size_t decompressed_bytes; /* 0: no limit */
    int64_t dead_letters_bytes; /* on their way */
    int64_t batch_count; /* max_batch_count, or what the limit leaves of it for each worker */
};

/** @param message_bytes  what a message of a batch costs beside its bytes */
struct kf_memory_plan kf_memory_plan_of(const kaffe_consumer_options *options,
                                        size_t message_bytes);

#endif
