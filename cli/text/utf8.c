/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <stdint.h>

/* Bytes behind a leading one, and which values the first of them may have: its range is narrower
 * where a wider one would be an overlong form, a surrogate or beyond the last character. */
struct sequence {
    size_t behind; /* 0: no leading byte */
    uint8_t least, most;
};

static struct sequence led_by(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return (struct sequence){ 1, 0x80, 0xbf };
    if (lead >= 0xe0 && lead <= 0xef)
        return (struct sequence){ 2, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf };
    if (lead >= 0xf0 && lead <= 0xf4)
        return (struct sequence){ 3, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf };
    return (struct sequence){ 0 };
}

static bool follows(const uint8_t *at, struct sequence sequence)
{
    if (at[0] < sequence.least || at[0] > sequence.most)
        return false;
    for (size_t i = 1; i < sequence.behind; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return false;
    return true;
}

bool cli_is_utf8(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    const uint8_t *end = at + size;
    while (at < end) {
        uint8_t lead = *at++;
        if (lead < 0x80)
            continue;
        struct sequence sequence = led_by(lead);
        if (sequence.behind == 0 || (size_t)(end - at) < sequence.behind || !follows(at, sequence))
            return false;
        at += sequence.behind;
    }
    return true;
}
