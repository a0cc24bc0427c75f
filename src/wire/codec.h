/* SPDX-License-Identifier: MIT
 * Between kf_decompress and the codecs, one file each: what is read, and room to write to. */
#ifndef KF_CODEC_H
#define KF_CODEC_H

#include "decompress.h"

struct kf_decompression {
    kaffe_bytes input;
    size_t limit;
    struct kf_scratch *scratch;
    size_t written;
    uint8_t overflow; /* where output beyond the limit shows */
};

/* Where a streaming codec may write next; never empty. */
struct kf_room {
    uint8_t *at;
    size_t size;
};

/** Makes the scratch hold `size` bytes, what is written is kept. */
enum kf_decompress_status kf_room_reserve(struct kf_decompression *job, size_t size);
/** At the limit, room is one byte outside the scratch: a stream may still have to end. */
enum kf_decompress_status kf_room_get(struct kf_decompression *job, struct kf_room *room);
/** The room's first `size` bytes have been written. */
enum kf_decompress_status kf_room_use(struct kf_decompression *job, const struct kf_room *room,
                                      size_t size);

enum kf_decompress_status kf_gzip_decompress(struct inflate_state **context,
                                             struct kf_decompression *job);
enum kf_decompress_status kf_snappy_decompress(struct kf_decompression *job);
enum kf_decompress_status kf_lz4_decompress(struct LZ4F_dctx_s **context,
                                            struct kf_decompression *job);
enum kf_decompress_status kf_zstd_decompress(struct ZSTD_DCtx_s **context,
                                             struct kf_decompression *job);
void kf_gzip_fini(struct inflate_state *context);
void kf_lz4_fini(struct LZ4F_dctx_s *context);
void kf_zstd_fini(struct ZSTD_DCtx_s *context);

#endif
