/* SPDX-License-Identifier: MIT
 * Record batches (magic 2) as they stand in a fetch response: the header, its check, its
 * decompression, and a walk over the records in place. Pure: bytes in, views out. The walk is
 * inline, since it runs for every message. */
#ifndef KF_RECORD_BATCH_H
#define KF_RECORD_BATCH_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_BATCH_HEADER_SIZE 61
#define KF_BATCH_CODEC_MASK 7
#define KF_BATCH_LOG_APPEND_TIME 8
#define KF_BATCH_TRANSACTIONAL 16
#define KF_BATCH_CONTROL 32

struct kf_batch_header {
    int64_t base_offset;
    int64_t next_offset; /* base_offset + last_offset_delta + 1 */
    int64_t first_timestamp;
    int64_t max_timestamp;
    int64_t producer_id;
    size_t size; /* of the whole batch, header included */
    uint32_t crc;
    int32_t record_count;
    int32_t leader_epoch;
    int16_t attributes;
    int8_t magic;
};

enum kf_batch_status {
    KF_BATCH_OK,
    KF_BATCH_CUT,         /* the slice ends inside this batch: ignore the rest */
    KF_BATCH_MALFORMED,   /* sizes or counts that can not be */
    KF_BATCH_OLD_MAGIC,   /* 0 or 1: written before Kafka 0.11 */
    KF_BATCH_BAD_CRC,
    KF_BATCH_BAD_CODEC,   /* a codec that we do not know */
    KF_BATCH_BAD_DATA,    /* does not decompress */
    KF_BATCH_TOO_LARGE,   /* decompresses to more than the limit */
    KF_BATCH_NO_MEMORY
};

/** A line for a log, static. */
const char *kf_batch_status_text(enum kf_batch_status status);

/** Reads a batch's header; checks sizes, not the CRC. magic other than 2 is KF_BATCH_OLD_MAGIC. */
enum kf_batch_status kf_batch_header_read(const uint8_t *data, size_t size,
                                          struct kf_batch_header *header);

/** Walks whole batches, headers only. @return the offset behind the last whole one; `from` if none
 *  is; the I/O thread's only look at records. *whole_size: bytes of the whole batches. */
int64_t kf_batches_next_offset(const uint8_t *data, size_t size, int64_t from, size_t *whole_size);

/** Memory that grows for decompressed records and is used again. */
struct kf_scratch {
    uint8_t *data;
    size_t capacity;
};
void kf_scratch_fini(struct kf_scratch *scratch);

/**
 * Checks the CRC-32C, decompresses into scratch if need be.
 * @param data     the whole batch, header->size bytes
 * @param limit    bytes that it may decompress to
 * @param records  the records, in data or in scratch
 */
enum kf_batch_status kf_batch_open(const uint8_t *data, const struct kf_batch_header *header,
                                   size_t limit, struct kf_scratch *scratch, kaffe_bytes *records);

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
    int64_t base_offset;
    int64_t first_timestamp; /* of the batch; max_timestamp for log-append time, deltas ignored */
    int32_t left;
    bool append_time;
};

static inline void kf_record_walk_begin(struct kf_record_walk *walk,
                                        const struct kf_batch_header *header, kaffe_bytes records)
{
    walk->at = records.data;
    walk->end = walk->at + records.size;
    walk->base_offset = header->base_offset;
    walk->append_time = (header->attributes & KF_BATCH_LOG_APPEND_TIME) != 0;
    walk->first_timestamp = walk->append_time ? header->max_timestamp : header->first_timestamp;
    walk->left = header->record_count;
}

/** Zigzag varint of at most 64 bits, bounds checked. @return false: cut off or too long */
static inline bool kf_varint(const uint8_t **at, const uint8_t *end, int64_t *value)
{
    const uint8_t *p = *at;
    if (p < end && *p < 0x80) { /* nearly always */
        *value = (int64_t)(*p >> 1) ^ -(int64_t)(*p & 1);
        *at = p + 1;
        return true;
    }
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64 && p < end; shift += 7) {
        bits |= (uint64_t)(*p & 0x7f) << shift;
        if (*p++ < 0x80) {
            *value = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
            *at = p;
            return true;
        }
    }
    return false;
}

/** A varint length and so many bytes; -1: null. */
static inline bool kf_varint_bytes(const uint8_t **at, const uint8_t *end, kaffe_bytes *bytes)
{
    int64_t size;
    if (!kf_varint(at, end, &size))
        return false;
    if (size < 0) {
        *bytes = (kaffe_bytes){ 0 };
        return size == -1;
    }
    if (size > end - *at)
        return false;
    bytes->data = *at;
    bytes->size = (size_t)size;
    *at += size;
    return true;
}

/** @return 1: *record is the next one; 0: that was all; -1: malformed */
static inline int kf_record_next(struct kf_record_walk *walk, struct kf_record *record)
{
    int64_t size;
    int64_t timestamp_delta;
    int64_t offset_delta;
    int64_t header_count;
    if (walk->left <= 0)
        return 0;
    const uint8_t *at = walk->at;
    if (!kf_varint(&at, walk->end, &size) || size < 1 || size > walk->end - at)
        return -1;
    const uint8_t *end = at + size;
    at++; /* attributes: unused in magic 2 */
    if (!kf_varint(&at, end, &timestamp_delta) || !kf_varint(&at, end, &offset_delta) ||
        !kf_varint_bytes(&at, end, &record->key) || !kf_varint_bytes(&at, end, &record->value) ||
        !kf_varint(&at, end, &header_count) || header_count < 0 || header_count > end - at)
        return -1;
    if (offset_delta < 0 || offset_delta > INT32_MAX)
        return -1;
    record->offset = walk->base_offset + offset_delta;
    record->timestamp_ms =
        walk->append_time
            ? walk->first_timestamp
            : (int64_t)((uint64_t)walk->first_timestamp + (uint64_t)timestamp_delta);
    record->headers = at;
    record->headers_size = (size_t)(end - at);
    record->header_count = (int32_t)header_count;
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
