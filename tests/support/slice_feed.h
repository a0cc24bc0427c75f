/* SPDX-License-Identifier: MIT
 * A stream that gets its slices from the test instead of a broker: no thread, no socket. */
#ifndef SLICE_FEED_H
#define SLICE_FEED_H

#include "batch_builder.h"
#include "fetcher.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_buffer_pool;
struct kf_mailbox;

struct slice_feed {
    struct kf_buffer_pool *pool;
    struct kf_mailbox *mailbox;
    struct kf_stream *stream;
};

void slice_feed_init(struct slice_feed *feed);
void slice_feed_fini(struct slice_feed *feed);
/** The answer to a fetch from the offset `from`. @return false: the stream refused it */
bool slice_feed_add(struct slice_feed *feed, int64_t from, kaffe_bytes batches);
/** The same with a batch of `count` records from base_offset on (append_simple_batch). */
void slice_feed_add_simple(struct slice_feed *feed, int64_t base_offset, int32_t count);
/** Bytes that wait or have been taken and not released. */
size_t slice_feed_held(const struct slice_feed *feed);

/* Batches that real logs hold, and simple ones do not. */

/** Records at some offsets of base_offset..last_offset only, as compaction leaves them. */
void append_sparse_batch(struct kf_request *out, int64_t base_offset, int64_t last_offset,
                         const int64_t *offsets, int32_t count);
/** A transaction's marker: one offset, nothing for us. */
void append_control_batch(struct kf_request *out, int64_t offset);
/** append_simple_batch, the records compressed by gzip. */
void append_gzip_batch(struct kf_request *out, int64_t base_offset, int32_t count);
/** A right checksum over records that can not be walked to their end: the last one is missing. */
void append_malformed_batch(struct kf_request *out, int64_t base_offset, int32_t count);

#endif
