/* SPDX-License-Identifier: MIT
 * Files recorded from a real broker, tests/data/frames, and bytes at the end of readable memory. */
#ifndef FRAMES_H
#define FRAMES_H

#include "kaffe.h"

#include <stddef.h>

/** The whole file, a NUL behind it; ends the process if there is none. */
kaffe_bytes frame_load(const char *folder, const char *name);
void frame_free(kaffe_bytes frame);
/** A copy of exactly this size, so that a sanitizer sees the first byte read behind it. To free().
 *  Never NULL. */
void *exact_copy(const void *data, size_t size);

#endif
