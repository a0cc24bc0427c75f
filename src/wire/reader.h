/* SPDX-License-Identifier: MIT
 * A bounds-checked cursor over bytes from the network. Once a read would pass the end, `failed` is
 * set, that read and all later ones give zero, and nothing behind the end is ever touched: decode
 * first, look at `failed` once. Big-endian, as Kafka's protocol is. */
#ifndef KF_READER_H
#define KF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kaffe.h"

struct kf_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

static inline struct kf_reader kf_reader_of(const void *data, size_t size)
{
    return (struct kf_reader){ .at = data, .end = (const uint8_t *)data + size };
}

static inline size_t kf_reader_left(const struct kf_reader *r)
{
    return (size_t)(r->end - r->at);
}

int8_t kf_read_int8(struct kf_reader *r);
int16_t kf_read_int16(struct kf_reader *r);
int32_t kf_read_int32(struct kf_reader *r);
uint32_t kf_read_uint32(struct kf_reader *r);
int64_t kf_read_int64(struct kf_reader *r);
/** `size` bytes, borrowed. */
const uint8_t *kf_read_raw(struct kf_reader *r, size_t size);
/** int16 length and bytes, -1: null. Borrowed. */
kaffe_bytes kf_read_string(struct kf_reader *r);
/** int32 length and bytes, -1: null. Borrowed. */
kaffe_bytes kf_read_bytes(struct kf_reader *r);
/** An int32 element count, 0 for null; fails if the rest could not hold so many of min_size bytes
 *  each, so that a lying count never leads to a large allocation. */
int32_t kf_read_count(struct kf_reader *r, size_t min_size);

#endif
