/* SPDX-License-Identifier: MIT
 * The rare half of reading a number: three bytes and more. */
#include "varint.h"

struct kf_varint_end kf_varint_long(const uint8_t *at, const uint8_t *end)
{
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
        bits |= (uint64_t)(*at & 0x7f) << shift;
        if (*at++ < 0x80)
            return (struct kf_varint_end){ .at = at, .bits = bits };
    }
    return (struct kf_varint_end){ 0 };
}
