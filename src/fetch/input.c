/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define STAGING_BYTES ((size_t)32 << 10)
#define STAGING_LIMIT_BYTES                                                                        \
    ((size_t)4 << 20) /* for one field group: a list of aborted transactions */

bool kf_input_init(struct kf_input *input)
{
    *input = (struct kf_input){ .staging = malloc(STAGING_BYTES), .capacity = STAGING_BYTES };
    return input->staging != NULL;
}

void kf_input_fini(struct kf_input *input)
{
    free(input->staging);
    *input = (struct kf_input){ 0 };
}

void kf_input_reset(struct kf_input *input)
{
    input->begin = 0;
    input->end = 0;
    input->direct = NULL;
    input->direct_left = 0;
}

ssize_t kf_input_read(struct kf_input *input, int fd, bool *drained)
{
    struct iovec targets[2] = {
        { .iov_base = input->direct, .iov_len = input->direct_left },
        { .iov_base = input->staging + input->end, .iov_len = input->capacity - input->end },
    };
    int first = input->direct_left ? 0 : 1;
    ssize_t got = readv(fd, targets + first, 2 - first);
    if (got <= 0)
        return got;
    size_t size = (size_t)got;
    size_t to_direct = size < input->direct_left ? size : input->direct_left;
    *drained = size < input->direct_left + input->capacity - input->end;
    if (to_direct) {
        input->direct += to_direct;
        input->direct_left -= to_direct;
    }
    input->end += size - to_direct;
    return got;
}

void kf_input_consume(struct kf_input *input, size_t size)
{
    input->begin += size;
    if (input->begin == input->end) {
        input->begin = 0;
        input->end = 0;
    }
}

size_t kf_input_skip(struct kf_input *input, size_t size)
{
    size_t staged = kf_input_size(input);
    size_t skipped = size < staged ? size : staged;
    kf_input_consume(input, skipped);
    return skipped;
}

void kf_input_direct(struct kf_input *input, uint8_t *target, size_t size)
{
    size_t staged = kf_input_size(input);
    size_t copied = size < staged ? size : staged;
    if (copied)
        memcpy(target, kf_input_at(input), copied);
    kf_input_consume(input, copied);
    input->direct = target + copied;
    input->direct_left = size - copied;
}

bool kf_input_make_room(struct kf_input *input)
{
    if (input->begin > 0) {
        memmove(input->staging, kf_input_at(input), kf_input_size(input));
        input->end -= input->begin;
        input->begin = 0;
    }
    if (input->end < input->capacity)
        return true;
    if (input->capacity >= STAGING_LIMIT_BYTES)
        return false;
    uint8_t *staging = realloc(input->staging, input->capacity * 2);
    if (!staging)
        return false;
    input->staging = staging;
    input->capacity *= 2;
    return true;
}
