/* SPDX-License-Identifier: MIT
 * What fuzz targets share: the entry point's name, and claims that end the process. */
#ifndef FUZZ_H
#define FUZZ_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_require(bool claim)
{
    if (!claim)
        abort();
}

/** Reads every byte, so that a sanitizer sees a view that leaves its memory. */
static inline void fuzz_touch(kaffe_bytes bytes)
{
    const volatile uint8_t *at = bytes.data;
    fuzz_require(at != NULL || bytes.size == 0);
    for (size_t i = 0; i < bytes.size; i++)
        (void)at[i];
}

#endif
