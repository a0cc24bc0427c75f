/* SPDX-License-Identifier: MIT
 * The bounds-checked cursor: every read goes through kf_read_raw. */
#include "reader.h"

const uint8_t *kf_read_raw(struct kf_reader *r, size_t size)
{
    if (r->failed || size > kf_reader_left(r)) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *at = r->at;
    r->at += size;
    return at;
}

static uint64_t big_endian(struct kf_reader *r, size_t size)
{
    const uint8_t *bytes = kf_read_raw(r, size);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

int8_t kf_read_int8(struct kf_reader *r)
{
    return (int8_t)big_endian(r, 1);
}

int16_t kf_read_int16(struct kf_reader *r)
{
    return (int16_t)big_endian(r, 2);
}

int32_t kf_read_int32(struct kf_reader *r)
{
    return (int32_t)big_endian(r, 4);
}

uint32_t kf_read_uint32(struct kf_reader *r)
{
    return (uint32_t)big_endian(r, 4);
}

int64_t kf_read_int64(struct kf_reader *r)
{
    return (int64_t)big_endian(r, 8);
}

static kaffe_bytes counted_bytes(struct kf_reader *r, int32_t size)
{
    if (r->failed || size == -1)
        return (kaffe_bytes){ 0 };
    if (size < 0) {
        r->failed = true;
        return (kaffe_bytes){ 0 };
    }
    const uint8_t *data = kf_read_raw(r, (size_t)size);
    return (kaffe_bytes){ .data = data, .size = data ? (size_t)size : 0 };
}

kaffe_bytes kf_read_string(struct kf_reader *r)
{
    return counted_bytes(r, kf_read_int16(r));
}

kaffe_bytes kf_read_bytes(struct kf_reader *r)
{
    return counted_bytes(r, kf_read_int32(r));
}

int32_t kf_read_count(struct kf_reader *r, size_t min_size)
{
    int32_t count = kf_read_int32(r);
    if (count == -1)
        return 0;
    if (count < 0 || (min_size > 0 && (size_t)count > kf_reader_left(r) / min_size)) {
        r->failed = true;
        return 0;
    }
    return count;
}
