/* SPDX-License-Identifier: MIT
 * Record batches for tests, right ones and wrong ones, written by other code than what reads them.
 * A struct kf_request serves as a growable buffer; memory running out ends the test. */
#ifndef BATCH_BUILDER_H
#define BATCH_BUILDER_H

#include "decompress.h"
#include "kaffe.h"
#include "request.h"

#include <stddef.h>
#include <stdint.h>

struct built_record {
    int64_t offset_delta;
    int64_t timestamp_delta;
    kaffe_bytes key;
    kaffe_bytes value;
    const kaffe_header *headers;
    size_t header_count;
};

struct built_batch {
    int64_t base_offset;
    int32_t last_offset_delta;
    int32_t record_count;
    int16_t
        attributes; /* the codec is what `payload` was compressed with; nothing is done for it */
    int64_t first_timestamp;
    int64_t max_timestamp;
    kaffe_bytes payload; /* behind the header */
};

/** What has been written, borrowed. */
kaffe_bytes built_bytes(const struct kf_request *buffer);
void append_bytes(struct kf_request *out, const void *data, size_t size);
void append_varint(struct kf_request *out, int64_t value);
void append_record(struct kf_request *out, const struct built_record *record);
/** With the right size and checksum. */
void append_batch(struct kf_request *out, const struct built_batch *batch);
/** A batch of `count` records with the offsets from base_offset on, key "key", value "value N". */
void append_simple_batch(struct kf_request *out, int64_t base_offset, int32_t count);
/** Puts the checksum right after the batch was changed. */
void seal_batch(uint8_t *batch, size_t size);

void append_gzip(struct kf_request *out, kaffe_bytes plain);
void append_snappy(struct kf_request *out, kaffe_bytes plain);
/** Java's frames, each of at most block_size bytes. */
void append_xerial(struct kf_request *out, kaffe_bytes plain, size_t block_size);
void append_lz4(struct kf_request *out, kaffe_bytes plain);
void append_lz4_of_known_size(struct kf_request *out, kaffe_bytes plain);
void append_zstd(struct kf_request *out, kaffe_bytes plain);
void append_zstd_of_unknown_size(struct kf_request *out, kaffe_bytes plain);

#endif
