/* SPDX-License-Identifier: MIT
 * zstd, frames with or without their size. In one go, again with more room if it was too little:
 * its streaming calls would keep a window of their own, as large as a frame says, and copy. */
#include "codec.h"

#include <stdbool.h>
#include <zstd.h>
#include <zstd_errors.h>

/* A size that the first frame tells saves trying; any size is only a hint. */
static enum kf_decompress_status reserve_told_size(struct kf_decompression *job)
{
    unsigned long long size = ZSTD_getFrameContentSize(job->input.data, job->input.size);
    if (size == ZSTD_CONTENTSIZE_ERROR)
        return KF_DECOMPRESS_BAD_DATA;
    if (size == ZSTD_CONTENTSIZE_UNKNOWN)
        return KF_DECOMPRESS_OK;
    return kf_room_reserve(job, (size_t)size);
}

static enum kf_decompress_status reserve_twice_as_much(struct kf_decompression *job)
{
    size_t capacity = job->scratch->capacity;
    if (capacity >= job->limit)
        return KF_DECOMPRESS_TOO_LARGE;
    return kf_room_reserve(job, capacity + 1);
}

enum kf_decompress_status kf_zstd_decompress(struct ZSTD_DCtx_s **context,
                                             struct kf_decompression *job)
{
    if (!*context && !(*context = ZSTD_createDCtx()))
        return KF_DECOMPRESS_NO_MEMORY;
    enum kf_decompress_status status = reserve_told_size(job);
    while (status == KF_DECOMPRESS_OK) {
        size_t room = job->scratch->capacity < job->limit ? job->scratch->capacity : job->limit;
        size_t size = ZSTD_decompressDCtx(*context, job->scratch->data, room, job->input.data,
                                          job->input.size);
        if (!ZSTD_isError(size)) {
            job->written = size;
            return KF_DECOMPRESS_OK;
        }
        if (ZSTD_getErrorCode(size) == ZSTD_error_memory_allocation)
            return KF_DECOMPRESS_NO_MEMORY;
        if (ZSTD_getErrorCode(size) != ZSTD_error_dstSize_tooSmall)
            return KF_DECOMPRESS_BAD_DATA;
        status = reserve_twice_as_much(job);
    }
    return status;
}

void kf_zstd_fini(struct ZSTD_DCtx_s *context)
{
    ZSTD_freeDCtx(context);
}
