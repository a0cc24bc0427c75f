/* SPDX-License-Identifier: MIT
 * Writes records and batches field by field. */
#include "batch_builder.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

kaffe_bytes built_bytes(const struct kf_request *buffer)
{
    assert(!buffer->failed);
    return (kaffe_bytes){ .data = buffer->data, .size = buffer->size };
}

void append_bytes(struct kf_request *out, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++)
        kf_write_int8(out, (int8_t)bytes[i]);
}

void append_varint(struct kf_request *out, int64_t value)
{
    uint64_t bits = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
    for (; bits >= 0x80; bits >>= 7)
        kf_write_int8(out, (int8_t)(uint8_t)(bits | 0x80));
    kf_write_int8(out, (int8_t)bits);
}

static void append_counted(struct kf_request *out, kaffe_bytes bytes)
{
    append_varint(out, bytes.data ? (int64_t)bytes.size : -1);
    append_bytes(out, bytes.data, bytes.size);
}

void append_record(struct kf_request *out, const struct built_record *record)
{
    struct kf_request body = { 0 };
    kf_write_int8(&body, 0);
    append_varint(&body, record->timestamp_delta);
    append_varint(&body, record->offset_delta);
    append_counted(&body, record->key);
    append_counted(&body, record->value);
    append_varint(&body, (int64_t)record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        append_counted(&body, record->headers[i].name);
        append_counted(&body, record->headers[i].value);
    }
    append_counted(out, built_bytes(&body));
    kf_request_fini(&body);
}

/* CRC-32C, a bit at a time. */
static uint32_t checksum(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
    return ~crc;
}

void seal_batch(uint8_t *batch, size_t size)
{
    if (size < 21)
        return;
    uint32_t crc = checksum(batch + 21, size - 21);
    for (int i = 0; i < 4; i++)
        batch[17 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

void append_batch(struct kf_request *out, const struct built_batch *batch)
{
    size_t begin = out->size;
    kf_write_int64(out, batch->base_offset);
    kf_write_int32(out, (int32_t)(49 + batch->payload.size));
    kf_write_int32(out, 7); /* leader epoch */
    kf_write_int8(out, 2);
    kf_write_int32(out, 0); /* the checksum */
    kf_write_int16(out, batch->attributes);
    kf_write_int32(out, batch->last_offset_delta);
    kf_write_int64(out, batch->first_timestamp);
    kf_write_int64(out, batch->max_timestamp);
    kf_write_int64(out, -1); /* producer */
    kf_write_int16(out, -1);
    kf_write_int32(out, -1);
    kf_write_int32(out, batch->record_count);
    append_bytes(out, batch->payload.data, batch->payload.size);
    assert(!out->failed);
    seal_batch(out->data + begin, out->size - begin);
}

void append_simple_batch(struct kf_request *out, int64_t base_offset, int32_t count)
{
    struct kf_request records = { 0 };
    for (int32_t i = 0; i < count; i++) {
        char value[32];
        snprintf(value, sizeof value, "value %lld", (long long)(base_offset + i));
        struct built_record record = { .offset_delta = i,
                                       .timestamp_delta = i,
                                       .key = kaffe_text("key"),
                                       .value = kaffe_text(value) };
        append_record(&records, &record);
    }
    append_batch(out, &(struct built_batch){ .base_offset = base_offset,
                                             .last_offset_delta = count - 1,
                                             .record_count = count,
                                             .first_timestamp = 1000,
                                             .max_timestamp = 1000 + count - 1,
                                             .payload = built_bytes(&records) });
    kf_request_fini(&records);
}
