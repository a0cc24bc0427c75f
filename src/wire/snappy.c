/* SPDX-License-Identifier: MIT
 * snappy: one raw block, as librdkafka writes it, or the frames of Java's library. */
#include "codec.h"
#include "reader.h"

#include <snappy-c.h>
#include <stdbool.h>
#include <string.h>

#define FRAME_HEADER_SIZE 16 /* magic, version, least compatible version */

static const uint8_t frame_magic[8] = { 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0 };

/* The longest element is a copy of 64 bytes written in 3: more is a lie, and allocates nothing. */
static bool is_possible(size_t size, size_t compressed_size)
{
    return size / 22 <= compressed_size;
}

static enum kf_decompress_status append_block(struct kf_decompression *job, kaffe_bytes block)
{
    size_t size;
    if (snappy_uncompressed_length(block.data, block.size, &size) != SNAPPY_OK ||
        !is_possible(size, block.size))
        return KF_DECOMPRESS_BAD_DATA;
    if (size > job->limit - job->written)
        return KF_DECOMPRESS_TOO_LARGE;
    enum kf_decompress_status status = kf_room_reserve(job, job->written + size);
    if (status != KF_DECOMPRESS_OK)
        return status;
    char *at = (char *)job->scratch->data + job->written;
    if (snappy_uncompress(block.data, block.size, at, &size) != SNAPPY_OK)
        return KF_DECOMPRESS_BAD_DATA;
    job->written += size;
    return KF_DECOMPRESS_OK;
}

static bool is_at_frame_header(const struct kf_reader *r)
{
    return kf_reader_left(r) >= FRAME_HEADER_SIZE &&
           memcmp(r->at, frame_magic, sizeof frame_magic) == 0;
}

static enum kf_decompress_status append_frames(struct kf_decompression *job, struct kf_reader *r)
{
    enum kf_decompress_status status = KF_DECOMPRESS_OK;
    while (status == KF_DECOMPRESS_OK && kf_reader_left(r) > 0) {
        if (is_at_frame_header(r)) { /* streams may follow each other */
            kf_read_raw(r, FRAME_HEADER_SIZE);
            continue;
        }
        kaffe_bytes block = kf_read_bytes(r);
        if (r->failed || !block.data)
            return KF_DECOMPRESS_BAD_DATA;
        status = append_block(job, block);
    }
    return status;
}

enum kf_decompress_status kf_snappy_decompress(struct kf_decompression *job)
{
    struct kf_reader r = kf_reader_of(job->input.data, job->input.size);
    return is_at_frame_header(&r) ? append_frames(job, &r) : append_block(job, job->input);
}
