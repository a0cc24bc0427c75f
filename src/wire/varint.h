/* SPDX-License-Identifier: MIT
 * The numbers and texts inside a record: zigzag varints, and lengths with bytes. Inline, since
 * several are read for every message. */
#ifndef KF_VARINT_H
#define KF_VARINT_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number as it stands there, and where it ends; at NULL: cut off or too long. Returned by value,
 * so that a walk's cursor stays in a register. */
struct kf_varint_end {
    const uint8_t *at;
    uint64_t bits;
};
/** Any length; kf_varint has the short ones. */
struct kf_varint_end kf_varint_long(const uint8_t *at, const uint8_t *end);

/** Zigzag varint of at most 64 bits, bounds checked. @return false: cut off or too long */
static inline bool kf_varint(const uint8_t **at, const uint8_t *end, int64_t *value)
{
    const uint8_t *p = *at;
    struct kf_varint_end read;
    if (p < end && p[0] < 0x80)
        read = (struct kf_varint_end){ p + 1, p[0] };
    else if (end - p >= 2 && p[1] < 0x80)
        read = (struct kf_varint_end){ p + 2, (p[0] & 0x7fu) | (unsigned)p[1] << 7 };
    else
        read = kf_varint_long(p, end);
    if (read.at == NULL)
        return false;
    *at = read.at;
    *value = (int64_t)(read.bits >> 1) ^ -(int64_t)(read.bits & 1);
    return true;
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

#endif
