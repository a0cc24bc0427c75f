/* SPDX-License-Identifier: MIT
 * One lock, a stack per class. What is kept beyond the limit goes by turns through the classes, so
 * that classes which nobody asks for any more drain. */
#include "buffer_pool.h"

#include "pages.h"

#include <pthread.h>
#include <stdlib.h>

#define SMALLEST ((size_t)4096)
#define SMALLEST_BITS 12
#define STEPS ((size_t)8) /* classes to a doubling */
#define DOUBLINGS ((size_t)22)
#define CLASS_COUNT (STEPS * DOUBLINGS)

struct kf_buffer_pool {
    pthread_mutex_t lock; /* guards all below */
    struct kf_buffer *kept[CLASS_COUNT];
    size_t kept_bytes;
    size_t keep_bytes;
    size_t total_bytes; /* kept and used, at most */
    size_t used_bytes;
    size_t out_count;
    size_t evict_next;
    bool freed;
    bool awaited; /* by `wake`, that used_bytes come down to wanted_bytes */
    size_t wanted_bytes;
    void (*wake)(void *ctx);
    void *wake_ctx;
};

static size_t doubling_of(size_t size)
{
    return (size_t)(63 - __builtin_clzll((unsigned long long)size)) - SMALLEST_BITS;
}

static size_t index_above(size_t size)
{
    if (size <= SMALLEST)
        return 0;
    size_t doubling = doubling_of(size);
    size_t base = SMALLEST << doubling;
    size_t step = base / STEPS;
    return doubling * STEPS + (size - base + step - 1) / step;
}

static size_t capacity_of(size_t index)
{
    size_t base = SMALLEST << (index / STEPS);
    return base + index % STEPS * (base / STEPS);
}

size_t kf_buffer_class_above(size_t size)
{
    return capacity_of(index_above(size));
}

size_t kf_buffer_class_below(size_t size)
{
    if (size <= SMALLEST)
        return SMALLEST;
    size_t base = SMALLEST << doubling_of(size);
    size_t step = base / STEPS;
    return base + (size - base) / step * step;
}

struct kf_buffer_pool *kf_buffer_pool_new(size_t keep_bytes)
{
    struct kf_buffer_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pool->keep_bytes = keep_bytes;
    pool->total_bytes = SIZE_MAX;
    return pool;
}

static void free_list(struct kf_buffer *buffer)
{
    while (buffer) {
        struct kf_buffer *next = buffer->next;
        kf_pages_put(buffer, sizeof *buffer + buffer->capacity);
        buffer = next;
    }
}

static void destroy(struct kf_buffer_pool *pool)
{
    for (size_t i = 0; i < CLASS_COUNT; i++)
        free_list(pool->kept[i]);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

void kf_buffer_pool_free(struct kf_buffer_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->freed = true;
    pool->awaited = false;
    bool last = pool->out_count == 0;
    pthread_mutex_unlock(&pool->lock);
    if (last)
        destroy(pool);
}

size_t kf_buffer_pool_used(struct kf_buffer_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t used = pool->used_bytes;
    pthread_mutex_unlock(&pool->lock);
    return used;
}

size_t kf_buffer_pool_total(struct kf_buffer_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t total = pool->used_bytes + pool->kept_bytes;
    pthread_mutex_unlock(&pool->lock);
    return total;
}

void kf_buffer_pool_on_room(struct kf_buffer_pool *pool, void (*wake)(void *ctx), void *ctx)
{
    pool->wake = wake;
    pool->wake_ctx = ctx;
}

bool kf_buffer_pool_await(struct kf_buffer_pool *pool, size_t used_bytes)
{
    pthread_mutex_lock(&pool->lock);
    pool->awaited = pool->used_bytes > used_bytes;
    pool->wanted_bytes = used_bytes;
    bool awaited = pool->awaited;
    pthread_mutex_unlock(&pool->lock);
    return awaited;
}

static struct kf_buffer *take_locked(struct kf_buffer_pool *pool, size_t index)
{
    struct kf_buffer *buffer = pool->kept[index];
    if (!buffer)
        return NULL;
    pool->kept[index] = buffer->next;
    pool->kept_bytes -= buffer->capacity;
    return buffer;
}

static void count_out_locked(struct kf_buffer_pool *pool, size_t capacity)
{
    pool->out_count++;
    pool->used_bytes += capacity;
}

static void count_back_locked(struct kf_buffer_pool *pool, size_t capacity)
{
    pool->out_count--;
    pool->used_bytes -= capacity;
    if (pool->awaited && pool->used_bytes <= pool->wanted_bytes) {
        pool->awaited = false;
        pool->wake(pool->wake_ctx);
    }
}

static bool keeps_too_much_locked(const struct kf_buffer_pool *pool)
{
    return pool->kept_bytes > pool->keep_bytes ||
           (pool->kept_bytes && pool->used_bytes + pool->kept_bytes > pool->total_bytes);
}

/* @return what is too much, a list to free without the lock */
static struct kf_buffer *evict_locked(struct kf_buffer_pool *pool)
{
    struct kf_buffer *evicted = NULL;
    while (keeps_too_much_locked(pool)) {
        struct kf_buffer *buffer = take_locked(pool, pool->evict_next);
        pool->evict_next = (pool->evict_next + 1) % CLASS_COUNT;
        if (!buffer)
            continue;
        buffer->next = evicted;
        evicted = buffer;
    }
    return evicted;
}

void kf_buffer_pool_limit(struct kf_buffer_pool *pool, size_t total_bytes)
{
    pthread_mutex_lock(&pool->lock);
    pool->total_bytes = total_bytes;
    struct kf_buffer *evicted = evict_locked(pool);
    pthread_mutex_unlock(&pool->lock);
    free_list(evicted);
}

struct kf_buffer *kf_buffer_get(struct kf_buffer_pool *pool, size_t size)
{
    size_t index = index_above(size);
    if (index >= CLASS_COUNT)
        return NULL;
    size_t capacity = capacity_of(index);
    pthread_mutex_lock(&pool->lock);
    struct kf_buffer *buffer = take_locked(pool, index);
    count_out_locked(pool, capacity);
    struct kf_buffer *evicted = evict_locked(pool);
    pthread_mutex_unlock(&pool->lock);
    free_list(evicted);
    if (buffer)
        return buffer;

    buffer = kf_pages_get(sizeof *buffer + capacity);
    if (!buffer) {
        pthread_mutex_lock(&pool->lock);
        count_back_locked(pool, capacity);
        pthread_mutex_unlock(&pool->lock);
        return NULL;
    }
    buffer->pool = pool;
    buffer->capacity = capacity;
    return buffer;
}

void kf_buffer_put(struct kf_buffer *buffer)
{
    if (!buffer)
        return;
    struct kf_buffer_pool *pool = buffer->pool;
    size_t index = index_above(buffer->capacity);
    pthread_mutex_lock(&pool->lock);
    count_back_locked(pool, buffer->capacity);
    buffer->next = pool->kept[index];
    pool->kept[index] = buffer;
    pool->kept_bytes += buffer->capacity;
    struct kf_buffer *evicted = evict_locked(pool);
    bool last = pool->freed && pool->out_count == 0;
    pthread_mutex_unlock(&pool->lock);
    free_list(evicted);
    if (last)
        destroy(pool);
}
