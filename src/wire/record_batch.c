/* SPDX-License-Identifier: MIT
 * A batch's header and its way from bytes to records. */
#include "record_batch.h"

#include "reader.h"

#include <isa-l/crc.h>
#include <stdbool.h>

#define PREFIX_SIZE 12 /* base offset and length, which counts what follows it */
#define MAGIC_AT 16
#define CRC_BEGINS_AT 21 /* at the attributes */

const char *kf_batch_status_text(enum kf_batch_status status)
{
    switch (status) {
    case KF_BATCH_OK:
        return "ok";
    case KF_BATCH_CUT:
        return "cut off";
    case KF_BATCH_MALFORMED:
        return "sizes or counts that can not be";
    case KF_BATCH_OLD_MAGIC:
        return "written before Kafka 0.11 (message format 0 or 1), which is not supported";
    case KF_BATCH_BAD_CRC:
        return "wrong checksum";
    case KF_BATCH_BAD_CODEC:
        return "unknown compression";
    case KF_BATCH_BAD_DATA:
        return "does not decompress";
    case KF_BATCH_TOO_LARGE:
        return "decompresses to more than a quarter of memory_limit_bytes, or without a limit to "
               "more than 256 MiB: raise memory_limit_bytes";
    case KF_BATCH_NO_ROOM:
        return "no room to decompress it now";
    case KF_BATCH_NO_MEMORY:
        return "out of memory";
    default:
        return "unknown";
    }
}

static bool read_fields(struct kf_reader *r, struct kf_batch_header *header)
{
    header->crc = kf_read_uint32(r);
    header->attributes = kf_read_int16(r);
    int64_t last_offset_delta = kf_read_int32(r);
    header->first_timestamp = kf_read_int64(r);
    header->max_timestamp = kf_read_int64(r);
    header->producer_id = kf_read_int64(r);
    kf_read_int16(r); /* producer epoch */
    kf_read_int32(r); /* base sequence */
    header->record_count = kf_read_int32(r);
    if (r->failed || last_offset_delta < 0 || header->record_count < 0 ||
        header->record_count > last_offset_delta + 1)
        return false;
    header->next_offset = header->base_offset + last_offset_delta + 1;
    return true;
}

enum kf_batch_status kf_batch_header_read(const uint8_t *data, size_t size,
                                          struct kf_batch_header *header)
{
    struct kf_reader r = kf_reader_of(data, size);
    *header = (struct kf_batch_header){ .base_offset = kf_read_int64(&r) };
    int32_t length = kf_read_int32(&r);
    header->leader_epoch = kf_read_int32(&r);
    header->magic = kf_read_int8(&r);
    if (r.failed)
        return KF_BATCH_CUT;
    if (length < MAGIC_AT + 1 - PREFIX_SIZE || header->base_offset < 0 ||
        header->base_offset > INT64_MAX - INT32_MAX - 1)
        return KF_BATCH_MALFORMED;
    header->size = (size_t)length + PREFIX_SIZE;
    header->next_offset = header->base_offset + 1;
    if (header->magic == 0 || header->magic == 1)
        return KF_BATCH_OLD_MAGIC;
    if (header->magic != 2 || header->size < KF_BATCH_HEADER_SIZE)
        return KF_BATCH_MALFORMED;
    if (header->size > size)
        return KF_BATCH_CUT;
    return read_fields(&r, header) ? KF_BATCH_OK : KF_BATCH_MALFORMED;
}

int64_t kf_batches_next_offset(const uint8_t *data, size_t size, int64_t from, size_t *whole_size)
{
    struct kf_batch_header header;
    int64_t next_offset = from;
    size_t at = 0;
    while (kf_batch_header_read(data + at, size - at, &header) == KF_BATCH_OK) {
        if (header.next_offset > next_offset)
            next_offset = header.next_offset;
        at += header.size;
    }
    *whole_size = at;
    return next_offset;
}

/* CRC-32C. ISA-L leaves the inversions before and after to its caller. */
static uint32_t crc32c(const uint8_t *data, size_t size)
{
    unsigned char *bytes = (unsigned char *)(uintptr_t)data; /* read only, in spite of its type */
    return ~crc32_iscsi(bytes, (int)size, UINT32_MAX);
}

static enum kf_batch_status status_of(enum kf_decompress_status status)
{
    switch (status) {
    case KF_DECOMPRESS_OK:
        return KF_BATCH_OK;
    case KF_DECOMPRESS_TOO_LARGE:
        return KF_BATCH_TOO_LARGE;
    case KF_DECOMPRESS_NO_ROOM:
        return KF_BATCH_NO_ROOM;
    case KF_DECOMPRESS_NO_MEMORY:
        return KF_BATCH_NO_MEMORY;
    case KF_DECOMPRESS_BAD_DATA:
    default:
        return KF_BATCH_BAD_DATA;
    }
}

enum kf_batch_status kf_batch_open(const uint8_t *data, const struct kf_batch_header *header,
                                   size_t limit, struct kf_decompressor *decompressor,
                                   struct kf_scratch *scratch, kaffe_bytes *records)
{
    if (crc32c(data + CRC_BEGINS_AT, header->size - CRC_BEGINS_AT) != header->crc)
        return KF_BATCH_BAD_CRC;
    kaffe_bytes stored = { .data = data + KF_BATCH_HEADER_SIZE,
                           .size = header->size - KF_BATCH_HEADER_SIZE };
    int codec = header->attributes & KF_BATCH_CODEC_MASK;
    if (codec > KF_CODEC_ZSTD)
        return KF_BATCH_BAD_CODEC;
    /* What compaction has emptied keeps its codec, but has nothing to decompress. */
    if (codec == KF_CODEC_NONE || stored.size == 0) {
        *records = stored;
        return KF_BATCH_OK;
    }
    size_t size = 0;
    enum kf_decompress_status status =
        kf_decompress(decompressor, (enum kf_codec)codec, stored, limit, scratch, &size);
    *records = (kaffe_bytes){ .data = scratch->data, .size = size };
    return status_of(status);
}
