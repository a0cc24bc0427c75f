/* SPDX-License-Identifier: MIT
 * The four codecs that a record batch may use. What comes out is bounded by the caller, since a
 * small bomb decompresses to gigabytes. */
#ifndef KF_DECOMPRESS_H
#define KF_DECOMPRESS_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Who is asked before a scratch grows, and told when it has shrunk. */
struct kf_scratch_account {
    /** @return false: it may not grow */
    bool (*resize)(struct kf_scratch_account *account, size_t from, size_t to);
};

/** Memory that grows for decompressed records and is used again. All zero: empty. */
struct kf_scratch {
    uint8_t *data; /* of kf_pages_get */
    size_t capacity;
    struct kf_scratch_account *account; /* NULL: nobody */
    size_t refused; /* the capacity that it was not allowed to grow to */
};
void kf_scratch_fini(struct kf_scratch *scratch);

/* The codecs' own contexts, made when first needed and used again. All zero: none yet. Belongs to
 * one worker; nothing of it is needed once a batch is open. */
struct kf_decompressor {
    struct inflate_state *gzip;
    struct LZ4F_dctx_s *lz4;
    struct ZSTD_DCtx_s *zstd;
};
void kf_decompressor_fini(struct kf_decompressor *decompressor);

/* As a batch's attributes number them. */
enum kf_codec {
    KF_CODEC_NONE,
    KF_CODEC_GZIP,
    KF_CODEC_SNAPPY,
    KF_CODEC_LZ4,
    KF_CODEC_ZSTD
};

enum kf_decompress_status {
    KF_DECOMPRESS_OK,
    KF_DECOMPRESS_BAD_DATA, /* also a codec that is none of the four */
    KF_DECOMPRESS_TOO_LARGE,
    KF_DECOMPRESS_NO_ROOM, /* the account refused: scratch->refused says how much */
    KF_DECOMPRESS_NO_MEMORY
};

/**
 * @param limit    neither the result nor the scratch grows beyond it
 * @param scratch  holds the result; its data is not NULL then, even if the result is empty
 * @param size     of the result
 */
enum kf_decompress_status kf_decompress(struct kf_decompressor *decompressor, enum kf_codec codec,
                                        kaffe_bytes input, size_t limit, struct kf_scratch *scratch,
                                        size_t *size);

#endif
