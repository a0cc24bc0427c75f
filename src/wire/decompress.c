/* SPDX-License-Identifier: MIT
 * Decides how the scratch grows, and where it stops. The codecs do the rest. */
#include "decompress.h"

#include "codec.h"

#include "pages.h"

#include <stdbool.h>

#define FIRST_CAPACITY 4096
#define USUAL_RATIO 4

void kf_scratch_fini(struct kf_scratch *scratch)
{
    kf_pages_put(scratch->data, scratch->capacity);
    if (scratch->account && scratch->capacity > 0)
        scratch->account->resize(scratch->account, scratch->capacity, 0);
    *scratch = (struct kf_scratch){ 0 };
}

void kf_decompressor_fini(struct kf_decompressor *decompressor)
{
    kf_gzip_fini(decompressor->gzip);
    kf_lz4_fini(decompressor->lz4);
    kf_zstd_fini(decompressor->zstd);
    *decompressor = (struct kf_decompressor){ 0 };
}

static enum kf_decompress_status grow(struct kf_scratch *scratch, size_t capacity)
{
    struct kf_scratch_account *account = scratch->account;
    if (account && !account->resize(account, scratch->capacity, capacity)) {
        scratch->refused = capacity;
        return KF_DECOMPRESS_NO_ROOM;
    }
    uint8_t *data = kf_pages_resize(scratch->data, scratch->capacity, capacity);
    if (!data) {
        if (account)
            account->resize(account, capacity, scratch->capacity);
        return KF_DECOMPRESS_NO_MEMORY;
    }
    scratch->data = data;
    scratch->capacity = capacity;
    return KF_DECOMPRESS_OK;
}

enum kf_decompress_status kf_room_reserve(struct kf_decompression *job, size_t size)
{
    struct kf_scratch *scratch = job->scratch;
    if (size > job->limit)
        return KF_DECOMPRESS_TOO_LARGE;
    if (scratch->data && size <= scratch->capacity)
        return KF_DECOMPRESS_OK;
    size_t capacity = scratch->capacity * 2;
    if (capacity < size)
        capacity = size;
    if (capacity > job->limit)
        capacity = job->limit;
    if (capacity == 0)
        capacity = 1; /* a result that is empty is not null */
    return grow(scratch, capacity);
}

enum kf_decompress_status kf_room_get(struct kf_decompression *job, struct kf_room *room)
{
    if (job->written >= job->limit) {
        *room = (struct kf_room){ .at = &job->overflow, .size = 1 };
        return KF_DECOMPRESS_OK;
    }
    enum kf_decompress_status status = kf_room_reserve(job, job->written + 1);
    if (status != KF_DECOMPRESS_OK)
        return status;
    size_t end = job->scratch->capacity < job->limit ? job->scratch->capacity : job->limit;
    *room = (struct kf_room){ .at = job->scratch->data + job->written, .size = end - job->written };
    return KF_DECOMPRESS_OK;
}

enum kf_decompress_status kf_room_use(struct kf_decompression *job, const struct kf_room *room,
                                      size_t size)
{
    if (size > 0 && room->at == &job->overflow)
        return KF_DECOMPRESS_TOO_LARGE;
    job->written += size;
    return KF_DECOMPRESS_OK;
}

static enum kf_decompress_status start(struct kf_decompression *job)
{
    size_t guess = job->input.size * USUAL_RATIO;
    if (guess < FIRST_CAPACITY)
        guess = FIRST_CAPACITY;
    return kf_room_reserve(job, guess < job->limit ? guess : job->limit);
}

static enum kf_decompress_status run(struct kf_decompressor *decompressor, enum kf_codec codec,
                                     struct kf_decompression *job)
{
    switch (codec) {
    case KF_CODEC_GZIP:
        return kf_gzip_decompress(&decompressor->gzip, job);
    case KF_CODEC_SNAPPY:
        return kf_snappy_decompress(job);
    case KF_CODEC_LZ4:
        return kf_lz4_decompress(&decompressor->lz4, job);
    case KF_CODEC_ZSTD:
        return kf_zstd_decompress(&decompressor->zstd, job);
    case KF_CODEC_NONE:
    default:
        return KF_DECOMPRESS_BAD_DATA;
    }
}

enum kf_decompress_status kf_decompress(struct kf_decompressor *decompressor, enum kf_codec codec,
                                        kaffe_bytes input, size_t limit, struct kf_scratch *scratch,
                                        size_t *size)
{
    struct kf_decompression job = { .input = input, .limit = limit, .scratch = scratch };
    enum kf_decompress_status status = start(&job);
    if (status == KF_DECOMPRESS_OK)
        status = run(decompressor, codec, &job);
    *size = job.written;
    return status;
}
