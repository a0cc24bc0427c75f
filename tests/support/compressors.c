/* SPDX-License-Identifier: MIT
 * The other direction of the codecs, for batches that tests build. */
#include "batch_builder.h"

#include <assert.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <zstd.h>

static void *allocate(size_t size)
{
    void *memory = malloc(size ? size : 1);
    assert(memory);
    return memory;
}

void append_gzip(struct kf_request *out, kaffe_bytes plain)
{
    size_t room = plain.size + plain.size / 8 + 1024;
    uint8_t *data = allocate(room);
    struct isal_zstream *stream = allocate(sizeof *stream);
    isal_deflate_stateless_init(stream);
    stream->gzip_flag = IGZIP_GZIP;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)(uintptr_t)plain.data;
    stream->avail_in = (uint32_t)plain.size;
    stream->next_out = data;
    stream->avail_out = (uint32_t)room;
    int status = isal_deflate_stateless(stream);
    assert(status == COMP_OK);
    (void)status;
    append_bytes(out, data, stream->total_out);
    free(stream);
    free(data);
}

void append_snappy(struct kf_request *out, kaffe_bytes plain)
{
    size_t size = snappy_max_compressed_length(plain.size);
    char *data = allocate(size);
    snappy_status status = snappy_compress(plain.data, plain.size, data, &size);
    assert(status == SNAPPY_OK);
    (void)status;
    append_bytes(out, data, size);
    free(data);
}

void append_xerial(struct kf_request *out, kaffe_bytes plain, size_t block_size)
{
    append_bytes(out, "\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
    const uint8_t *at = plain.data;
    for (size_t left = plain.size; left > 0;) {
        size_t size = left < block_size ? left : block_size;
        struct kf_request block = { 0 };
        append_snappy(&block, (kaffe_bytes){ .data = at, .size = size });
        kf_write_int32(out, (int32_t)block.size);
        append_bytes(out, block.data, block.size);
        kf_request_fini(&block);
        at += size;
        left -= size;
    }
}

static void append_lz4_frame(struct kf_request *out, kaffe_bytes plain,
                             const LZ4F_preferences_t *preferences)
{
    size_t room = LZ4F_compressFrameBound(plain.size, preferences);
    uint8_t *data = allocate(room);
    size_t size = LZ4F_compressFrame(data, room, plain.data, plain.size, preferences);
    assert(!LZ4F_isError(size));
    append_bytes(out, data, size);
    free(data);
}

void append_lz4(struct kf_request *out, kaffe_bytes plain)
{
    append_lz4_frame(out, plain, NULL);
}

void append_lz4_of_known_size(struct kf_request *out, kaffe_bytes plain)
{
    LZ4F_preferences_t preferences = { .frameInfo = { .contentSize = plain.size } };
    append_lz4_frame(out, plain, &preferences);
}

static void append_zstd_frame(struct kf_request *out, kaffe_bytes plain, int tells_size)
{
    size_t room = ZSTD_compressBound(plain.size);
    uint8_t *data = allocate(room);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    assert(context);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, tells_size);
    size_t size = ZSTD_compress2(context, data, room, plain.data, plain.size);
    assert(!ZSTD_isError(size));
    append_bytes(out, data, size);
    ZSTD_freeCCtx(context);
    free(data);
}

void append_zstd(struct kf_request *out, kaffe_bytes plain)
{
    append_zstd_frame(out, plain, 1);
}

void append_zstd_of_unknown_size(struct kf_request *out, kaffe_bytes plain)
{
    append_zstd_frame(out, plain, 0);
}
