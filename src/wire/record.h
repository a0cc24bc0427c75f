/* SPDX-License-Identifier: MIT
 * The records inside an opened batch: a walk over them in place, giving views. Inline, since it
 * runs for every message. Include record_batch.h, which begins a walk. */
#ifndef KF_RECORD_H
#define KF_RECORD_H

#include "kaffe.h"
#include "varint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One record, views into the batch. Headers are left encoded. */
struct kf_record {
    int64_t offset;
    int64_t timestamp_ms;
    kaffe_bytes key;
    kaffe_bytes value;
    const uint8_t *headers; /* behind the count */
    size_t headers_size;
    int32_t header_count;
};

/* Where a walk over a batch's records stands. */
struct kf_record_walk {
    const uint8_t *at;
    const uint8_t *end;
    int64_t next_offset; /* the least that the next record may have */
    int64_t base_offset; /* of the batch */
    int64_t end_offset; /* behind the last that a record may have */
    int64_t first_timestamp; /* of the batch; max_timestamp for log-append time, deltas ignored */
    int32_t left;
    bool append_time;
};

/** Offsets ascend, and stay within the batch's header.
 *  @return 1: *record is the next one; 0: that was all; -1: malformed */
static inline int kf_record_next(struct kf_record_walk *walk, struct kf_record *record)
{
    int64_t size;
    int64_t timestamp_delta;
    int64_t offset_delta;
    int64_t header_count;
    if (walk->left <= 0)
        return walk->at == walk->end ? 0 : -1;
    const uint8_t *at = walk->at;
    if (!kf_varint(&at, walk->end, &size) || size < 1 || size > walk->end - at)
        return -1;
    const uint8_t *end = at + size;
    at++; /* attributes: unused in magic 2 */
    if (!kf_varint(&at, end, &timestamp_delta) || !kf_varint(&at, end, &offset_delta) ||
        !kf_varint_bytes(&at, end, &record->key) || !kf_varint_bytes(&at, end, &record->value) ||
        !kf_varint(&at, end, &header_count) || header_count < 0 || header_count > end - at ||
        (header_count == 0 && at != end))
        return -1;
    if (offset_delta < walk->next_offset - walk->base_offset ||
        offset_delta >= walk->end_offset - walk->base_offset)
        return -1;
    record->offset = walk->base_offset + offset_delta;
    record->timestamp_ms =
        walk->append_time ? walk->first_timestamp
                          : (int64_t)((uint64_t)walk->first_timestamp + (uint64_t)timestamp_delta);
    record->headers = at;
    record->headers_size = (size_t)(end - at);
    record->header_count = (int32_t)header_count;
    walk->next_offset = record->offset + 1;
    walk->at = end;
    walk->left--;
    return 1;
}

/** Decodes the next header at *at. @return false: malformed or none left */
static inline bool kf_record_header_next(const uint8_t **at, const uint8_t *end,
                                         kaffe_header *header)
{
    return kf_varint_bytes(at, end, &header->name) && header->name.data != NULL &&
           kf_varint_bytes(at, end, &header->value);
}

#endif
