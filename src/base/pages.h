/* SPDX-License-Identifier: MIT
 * Memory in large pieces, straight from the system and straight back to it: what is given back
 * leaves the process at once, whatever else its heap holds. Small pieces are the heap's. */
#ifndef KF_PAGES_H
#define KF_PAGES_H

#include <stddef.h>

/** Aligned for any type. @return NULL: out of memory */
void *kf_pages_get(size_t size);
/** What fits is kept. @return NULL: out of memory, and nothing changed */
void *kf_pages_resize(void *pages, size_t old_size, size_t size);
/** @param size  as it was got, or resized to */
void kf_pages_put(void *pages, size_t size);

#endif
