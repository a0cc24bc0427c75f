/* SPDX-License-Identifier: MIT
 * What most tests of the fetcher begin with: a fake broker with the topic "orders", and a reader
 * that is set up for it but not started. */
#ifndef FETCH_STAGE_H
#define FETCH_STAGE_H

#include "fake_broker.h"
#include "fetch_reader.h"

struct fetch_stage {
    struct fake_broker *broker;
    struct fetch_reader reader;
};

struct fetch_stage *fetch_stage_raise(int partition_count);
void fetch_stage_strike(struct fetch_stage *stage);

/** A Fetch answer of version 11 up to the records of one partition of "orders", those included.
 *  The caller ends it with kf_request_fini. */
struct kf_request fetch_stage_answer(int32_t partition, int16_t error, const void *records,
                                     size_t size);
/** A batch of one record with that offset, `size` bytes in all. */
struct kf_request fetch_stage_batch(int64_t offset, size_t size);

#endif
