/* SPDX-License-Identifier: MIT
 * Record batches (magic 2) as they stand in a fetch response: the header, its check, its
 * decompression, and where a walk over its records begins. Pure: bytes in, views out. */
#ifndef KF_RECORD_BATCH_H
#define KF_RECORD_BATCH_H

#include "decompress.h"
#include "kaffe.h"
#include "record.h"

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
    KF_BATCH_CUT, /* the slice ends inside this batch: ignore the rest */
    KF_BATCH_MALFORMED, /* sizes or counts that can not be */
    KF_BATCH_OLD_MAGIC, /* 0 or 1: written before Kafka 0.11; header: size and offset are read */
    KF_BATCH_BAD_CRC,
    KF_BATCH_BAD_CODEC, /* a codec that we do not know */
    KF_BATCH_BAD_DATA, /* does not decompress */
    KF_BATCH_TOO_LARGE, /* decompresses to more than the limit */
    KF_BATCH_NO_ROOM, /* the scratch may not grow now */
    KF_BATCH_NO_MEMORY
};

/** A line for a log, static. */
const char *kf_batch_status_text(enum kf_batch_status status);

/** Reads a batch's header; checks sizes and counts, not the CRC. */
enum kf_batch_status kf_batch_header_read(const uint8_t *data, size_t size,
                                          struct kf_batch_header *header);

/** Walks whole batches, headers only; stops at one that is cut or that header_read refuses. The I/O
 *  thread's only look at records. *whole_size: bytes of the whole batches.
 *  @return the offset behind them, never less than `from` */
int64_t kf_batches_next_offset(const uint8_t *data, size_t size, int64_t from, size_t *whole_size);

/**
 * Checks the CRC-32C, decompresses into scratch if need be.
 * @param data          the whole batch, header->size bytes
 * @param limit         bytes that it may decompress to
 * @param decompressor  of the calling thread
 * @param scratch       keeps the records as long as they are needed, if they were compressed
 * @param records       the records, in data or in scratch
 */
enum kf_batch_status kf_batch_open(const uint8_t *data, const struct kf_batch_header *header,
                                   size_t limit, struct kf_decompressor *decompressor,
                                   struct kf_scratch *scratch, kaffe_bytes *records);

static inline void kf_record_walk_begin(struct kf_record_walk *walk,
                                        const struct kf_batch_header *header, kaffe_bytes records)
{
    walk->at = records.data;
    walk->end = walk->at + records.size;
    walk->base_offset = header->base_offset;
    walk->next_offset = header->base_offset;
    walk->end_offset = header->next_offset;
    walk->append_time = (header->attributes & KF_BATCH_LOG_APPEND_TIME) != 0;
    walk->first_timestamp = walk->append_time ? header->max_timestamp : header->first_timestamp;
    walk->left = header->record_count;
}

#endif
