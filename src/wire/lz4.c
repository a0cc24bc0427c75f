/* SPDX-License-Identifier: MIT
 * lz4's frame format, one frame or several. */
#include "codec.h"

#include <lz4frame.h>
#include <string.h>

/* The library tells its errors apart by their names only. */
static enum kf_decompress_status status_of(size_t error)
{
    return strcmp(LZ4F_getErrorName(error), "ERROR_allocation_failed") == 0
               ? KF_DECOMPRESS_NO_MEMORY
               : KF_DECOMPRESS_BAD_DATA;
}

static enum kf_decompress_status decompress_frames(LZ4F_dctx *context, struct kf_decompression *job)
{
    const uint8_t *at = job->input.data;
    size_t left = job->input.size;
    size_t hint = 1;
    while (left > 0 || hint > 0) {
        struct kf_room room;
        enum kf_decompress_status status = kf_room_get(job, &room);
        if (status != KF_DECOMPRESS_OK)
            return status;
        size_t read = left;
        size_t written = room.size;
        hint = LZ4F_decompress(context, room.at, &written, at, &read, NULL);
        if (LZ4F_isError(hint))
            return status_of(hint);
        if (read == 0 && written == 0 && hint > 0)
            return KF_DECOMPRESS_BAD_DATA; /* cut off */
        at += read;
        left -= read;
        status = kf_room_use(job, &room, written);
        if (status != KF_DECOMPRESS_OK)
            return status;
    }
    return KF_DECOMPRESS_OK;
}

enum kf_decompress_status kf_lz4_decompress(struct LZ4F_dctx_s **context,
                                            struct kf_decompression *job)
{
    if (!*context && LZ4F_isError(LZ4F_createDecompressionContext(context, LZ4F_VERSION))) {
        *context = NULL;
        return KF_DECOMPRESS_NO_MEMORY;
    }
    enum kf_decompress_status status = decompress_frames(*context, job);
    if (status != KF_DECOMPRESS_OK) {
        /* LZ4F_resetDecompressionContext of 1.9.4 keeps what an unfinished frame said of its size,
         * and then refuses good frames that say nothing. */
        kf_lz4_fini(*context);
        *context = NULL;
    }
    return status;
}

void kf_lz4_fini(struct LZ4F_dctx_s *context)
{
    LZ4F_freeDecompressionContext(context);
}
