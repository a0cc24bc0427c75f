/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PIECE_LEAST ((size_t)32 << 10) /* below it, what is left of the last page would count */

/* The address sanitizer sees the bounds of what is on the heap only. */
#if defined(__SANITIZE_ADDRESS__)
#define ALWAYS_HEAP true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALWAYS_HEAP true
#endif
#endif
#ifndef ALWAYS_HEAP
#define ALWAYS_HEAP false
#endif

static bool is_on_heap(size_t size)
{
    return ALWAYS_HEAP || size < PIECE_LEAST;
}

void *kf_pages_get(size_t size)
{
    if (is_on_heap(size))
        return malloc(size);
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void kf_pages_put(void *pages, size_t size)
{
    if (!pages || is_on_heap(size))
        free(pages);
    else
        munmap(pages, size);
}

static void *move(void *pages, size_t old_size, size_t size)
{
    void *moved = kf_pages_get(size);
    if (!moved)
        return NULL;
    memcpy(moved, pages, old_size < size ? old_size : size);
    kf_pages_put(pages, old_size);
    return moved;
}

void *kf_pages_resize(void *pages, size_t old_size, size_t size)
{
    if (!pages)
        return kf_pages_get(size);
    if (is_on_heap(old_size) && is_on_heap(size))
        return realloc(pages, size);
    if (is_on_heap(old_size) || is_on_heap(size))
        return move(pages, old_size, size);
    void *moved = mremap(pages, old_size, size, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
}
