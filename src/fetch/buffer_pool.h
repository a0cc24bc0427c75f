/* SPDX-License-Identifier: MIT
 * Memory for fetched records. Capacities come in classes, eight to a doubling, so that a buffer is
 * never more than 1/8 larger than what was asked for, and freed ones are kept for the next fetch:
 * a fresh megabyte costs more in page faults than the fetch itself. */
#ifndef KF_BUFFER_POOL_H
#define KF_BUFFER_POOL_H

#include <stddef.h>
#include <stdint.h>

struct kf_buffer_pool;

struct kf_buffer {
    struct kf_buffer *next; /* the pool's */
    struct kf_buffer_pool *pool;
    size_t capacity; /* a class; what is charged */
    _Alignas(16) uint8_t data[];
};

/** @param keep_bytes  how much freed memory it may keep; NULL: out of memory */
struct kf_buffer_pool *kf_buffer_pool_new(size_t keep_bytes);
/** The pool itself goes when its last buffer is back. */
void kf_buffer_pool_free(struct kf_buffer_pool *pool);
/** Capacities of all buffers that are out. Threads: any. */
size_t kf_buffer_pool_used(struct kf_buffer_pool *pool);

/** capacity >= size. Threads: any. @return NULL: out of memory */
struct kf_buffer *kf_buffer_get(struct kf_buffer_pool *pool, size_t size);
void kf_buffer_put(struct kf_buffer *buffer);

/** The smallest class that holds size; the largest that is at most size (never below 4096). */
size_t kf_buffer_class_above(size_t size);
size_t kf_buffer_class_below(size_t size);

#endif
