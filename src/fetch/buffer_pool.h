/* SPDX-License-Identifier: MIT
 * Memory for fetched records. Capacities come in classes, eight to a doubling, so that a buffer is
 * never more than 1/8 larger than what was asked for, and freed ones are kept for the next fetch:
 * a fresh megabyte costs more in page faults than the fetch itself. */
#ifndef KF_BUFFER_POOL_H
#define KF_BUFFER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_buffer_pool;

struct kf_buffer {
    struct kf_buffer *next; /* the pool's */
    struct kf_buffer_pool *pool;
    size_t capacity; /* a class; what is charged */
    _Alignas(16) uint8_t data[];
};

/** @param keep_bytes  how much freed memory it may keep. @return NULL: out of memory */
struct kf_buffer_pool *kf_buffer_pool_new(size_t keep_bytes);
/** What is out and what is kept together stay below total_bytes, as far as keeping less helps. */
void kf_buffer_pool_limit(struct kf_buffer_pool *pool, size_t total_bytes);
/** `wake` is called, the pool's lock held, once what is out has come down to what was awaited. */
void kf_buffer_pool_on_room(struct kf_buffer_pool *pool, void (*wake)(void *ctx), void *ctx);
/** Wakes once, when at most used_bytes are out. @return false: no more are out now */
bool kf_buffer_pool_await(struct kf_buffer_pool *pool, size_t used_bytes);
/** The pool itself goes when its last buffer is back; it wakes nobody any more. */
void kf_buffer_pool_free(struct kf_buffer_pool *pool);
/** Capacities of all buffers that are out. Threads: any. */
size_t kf_buffer_pool_used(struct kf_buffer_pool *pool);
/** And of those that are kept. */
size_t kf_buffer_pool_total(struct kf_buffer_pool *pool);

/** capacity >= size. Threads: any. @return NULL: out of memory */
struct kf_buffer *kf_buffer_get(struct kf_buffer_pool *pool, size_t size);
void kf_buffer_put(struct kf_buffer *buffer);

/** The smallest class that holds size; the largest that is at most size (never below 4096). */
size_t kf_buffer_class_above(size_t size);
size_t kf_buffer_class_below(size_t size);

#endif
