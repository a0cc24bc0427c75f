/* SPDX-License-Identifier: MIT */
#include "slice.h"

#include "buffer_pool.h"
#include "reader.h"
#include "record_batch.h"

#define LENGTH_END 12 /* base offset and length: a batch's size is known */

struct kf_slice *kf_slice_new(struct kf_buffer_pool *pool, size_t size)
{
    struct kf_buffer *buffer = kf_buffer_get(pool, KF_SLICE_HEAD + size);
    if (!buffer)
        return NULL;
    void *head = buffer->data;
    struct kf_slice *slice = head;
    *slice = (struct kf_slice){ .buffer = buffer, .data = kf_slice_room(slice), .size = size };
    return slice;
}

uint8_t *kf_slice_room(struct kf_slice *slice)
{
    return (uint8_t *)slice + KF_SLICE_HEAD;
}

void kf_slices_free(struct kf_slice *slices)
{
    while (slices) {
        struct kf_slice *next = slices->next;
        kf_buffer_put(slices->buffer);
        slices = next;
    }
}

size_t kf_slice_capacity(const struct kf_slice *slice)
{
    return slice->buffer->capacity;
}

static size_t size_of_cut_batch(const uint8_t *data, size_t size)
{
    if (size < LENGTH_END)
        return 0;
    struct kf_reader reader = kf_reader_of(data, size);
    kf_read_int64(&reader);
    int32_t length = kf_read_int32(&reader);
    return length > 0 ? (size_t)length + LENGTH_END : 0;
}

struct kf_slice_look kf_slice_look(const struct kf_slice *slice)
{
    struct kf_slice_look look = { .next_offset = slice->from };
    while (look.whole_size < slice->size) {
        const uint8_t *at = slice->data + look.whole_size;
        size_t left = slice->size - look.whole_size;
        struct kf_batch_header header;
        enum kf_batch_status status = kf_batch_header_read(at, left, &header);
        if (status == KF_BATCH_CUT)
            look.cut_size = size_of_cut_batch(at, left);
        if (status != KF_BATCH_OK) {
            look.unreadable = status != KF_BATCH_CUT;
            break;
        }
        look.whole_size += header.size;
        look.next_offset = header.next_offset;
        if (header.size > look.largest_batch)
            look.largest_batch = header.size;
    }
    return look;
}
