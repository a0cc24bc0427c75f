/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define STAGING_BYTES ((size_t)32 << 10)
#define RECORDS_PER_READ 16 /* of 16 KiB each; then it may be the turn of others */
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

/* `size` more bytes are where they belong. */
static void take(struct kf_input *input, size_t size)
{
    size_t to_direct = size < input->direct_left ? size : input->direct_left;
    if (to_direct) {
        input->direct += to_direct;
        input->direct_left -= to_direct;
    }
    input->end += size - to_direct;
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
    *drained = size < input->direct_left + input->capacity - input->end;
    take(input, size);
    return got;
}

/* A TLS record at a time, until there is no more, or no room. What is wrong behind bytes that are
 * right is told by the next call. */
ssize_t kf_input_read_tls(struct kf_input *input, struct kf_tls *tls, bool *drained)
{
    size_t taken = 0;
    *drained = false;
    for (int records = 0; records < RECORDS_PER_READ; records++) {
        bool direct = input->direct_left > 0;
        size_t room = direct ? input->direct_left : input->capacity - input->end;
        if (room == 0)
            break;
        ssize_t got = kf_tls_read(tls, direct ? input->direct : input->staging + input->end, room);
        if (got <= 0) {
            *drained = got < 0 && errno == EAGAIN;
            if (taken == 0)
                return got;
            break;
        }
        take(input, (size_t)got);
        taken += (size_t)got;
    }
    return (ssize_t)taken;
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
