/* SPDX-License-Identifier: MIT
 * One partition's part of one fetch response, in a buffer of its own. The struct stands at the head
 * of that buffer, so that a slice costs no allocation beside it. */
#ifndef KF_SLICE_H
#define KF_SLICE_H

#include "fetcher.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_buffer_pool;

#define KF_SLICE_HEAD ((sizeof(struct kf_slice) + 15) & ~(size_t)15)

/** Room for size bytes of records at kf_slice_room. @return NULL: out of memory */
struct kf_slice *kf_slice_new(struct kf_buffer_pool *pool, size_t size);
uint8_t *kf_slice_room(struct kf_slice *slice);
/** The whole list. */
void kf_slices_free(struct kf_slice *slices);
size_t kf_slice_capacity(const struct kf_slice *slice);

/* What a walk over the batches' headers found. */
struct kf_slice_look {
    size_t whole_size; /* of the whole batches */
    size_t largest_batch; /* among the whole ones */
    size_t cut_size; /* what the batch cut at the end measures; 0: none, or not told */
    int64_t next_offset; /* behind the last whole batch; `from` if there is none */
    bool unreadable; /* a batch follows that is not cut and yet can not be read */
};

struct kf_slice_look kf_slice_look(const struct kf_slice *slice);

#endif
