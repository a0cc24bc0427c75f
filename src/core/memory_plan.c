/* SPDX-License-Identifier: MIT */
#include "memory_plan.h"

static const int64_t workers_most = 64; /* without a number of their own */
static const int64_t letters_unlimited = INT32_MAX;

/* All workers' lists of messages together get a sixteenth. */
static int64_t batch_count(const kaffe_consumer_options *options, size_t message_bytes)
{
    int64_t workers = options->workers ? options->workers : workers_most;
    int64_t fitting = options->memory_limit_bytes / 16 / workers / (int64_t)message_bytes;
    if (fitting < 1)
        fitting = 1;
    return fitting < options->max_batch_count ? fitting : options->max_batch_count;
}

struct kf_memory_plan kf_memory_plan_of(const kaffe_consumer_options *options, size_t message_bytes)
{
    int64_t limit = options->memory_limit_bytes;
    if (limit == 0)
        return (struct kf_memory_plan){ .dead_letters_bytes = letters_unlimited,
                                        .batch_count = options->max_batch_count };
    int64_t letters = limit / 16 < letters_unlimited ? limit / 16 : letters_unlimited;
    return (struct kf_memory_plan){ .fetched_bytes = (size_t)(limit / 8 * 5),
                                    .decompressed_bytes = (size_t)(limit / 4),
                                    .dead_letters_bytes = letters,
                                    .batch_count = batch_count(options, message_bytes) };
}
