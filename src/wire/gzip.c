/* SPDX-License-Identifier: MIT
 * gzip by ISA-L: one member or several, each with its checksum. */
#include "codec.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>

/* ISA-L counts in 32 bits. */
#define ROOM_MAX ((size_t)1 << 30)

/* Inflates once into what room there is. */
static enum kf_decompress_status inflate_some(struct inflate_state *state,
                                              struct kf_decompression *job, bool *stuck)
{
    struct kf_room room;
    enum kf_decompress_status status = kf_room_get(job, &room);
    if (status != KF_DECOMPRESS_OK)
        return status;
    uint32_t size = (uint32_t)(room.size < ROOM_MAX ? room.size : ROOM_MAX);
    uint32_t input_left = state->avail_in;
    state->next_out = room.at;
    state->avail_out = size;
    if (isal_inflate(state) != ISAL_DECOMP_OK)
        return KF_DECOMPRESS_BAD_DATA;
    *stuck = state->avail_in == input_left && state->avail_out == size;
    return kf_room_use(job, &room, size - state->avail_out);
}

static enum kf_decompress_status inflate_member(struct inflate_state *state,
                                                struct kf_decompression *job)
{
    isal_inflate_reset(state);
    while (state->block_state != ISAL_BLOCK_FINISH) {
        bool stuck = false;
        enum kf_decompress_status status = inflate_some(state, job, &stuck);
        if (status != KF_DECOMPRESS_OK)
            return status;
        if (stuck && state->block_state != ISAL_BLOCK_FINISH)
            return KF_DECOMPRESS_BAD_DATA; /* cut off */
    }
    return KF_DECOMPRESS_OK;
}

enum kf_decompress_status kf_gzip_decompress(struct inflate_state **context,
                                             struct kf_decompression *job)
{
    if (!*context)
        *context = malloc(sizeof **context);
    struct inflate_state *state = *context;
    if (!state)
        return KF_DECOMPRESS_NO_MEMORY;
    isal_inflate_init(state);
    state->crc_flag = ISAL_GZIP;
    state->next_in = (uint8_t *)(uintptr_t)job->input.data; /* read only, in spite of its type */
    state->avail_in = (uint32_t)job->input.size;
    do {
        enum kf_decompress_status status = inflate_member(state, job);
        if (status != KF_DECOMPRESS_OK)
            return status;
    } while (state->avail_in > 0);
    return KF_DECOMPRESS_OK;
}

void kf_gzip_fini(struct inflate_state *context)
{
    free(context);
}
