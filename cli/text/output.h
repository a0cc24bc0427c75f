/* SPDX-License-Identifier: MIT
 * What is written for each message: nothing is allocated, locked or flushed. The stream is one
 * thread's own; whether it went well is asked of it once for many (ferror). */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static inline void cli_put(FILE *out, const void *bytes, size_t size)
{
    if (size > 0)
        fwrite_unlocked(bytes, 1, size, out);
}

/** In decimal. */
void cli_put_number(FILE *out, int64_t number);

#endif
