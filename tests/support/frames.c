/* SPDX-License-Identifier: MIT
 * Loads recorded frames. */
#include "frames.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

kaffe_bytes frame_load(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    size_t capacity = (size_t)1 << 20;
    char *data = malloc(capacity);
    assert(data);
    size_t size = fread(data, 1, capacity - 1, file);
    data[size] = 0;
    fclose(file);
    return (kaffe_bytes){ .data = data, .size = size };
}

void frame_free(kaffe_bytes frame)
{
    free((void *)(uintptr_t)frame.data);
}

void *exact_copy(const void *data, size_t size)
{
    void *copy = malloc(size ? size : 1);
    assert(copy);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}
