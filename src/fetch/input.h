/* SPDX-License-Identifier: MIT
 * Bytes on their way from a socket: most into a small staging buffer, where fields are parsed, and
 * records straight to where they belong, both in one readv. */
#ifndef KF_INPUT_H
#define KF_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct kf_tls;

struct kf_input {
    uint8_t *staging;
    size_t capacity;
    size_t begin; /* what is staged: staging[begin..end) */
    size_t end;
    uint8_t *direct; /* where the next direct_left bytes go; then to staging again */
    size_t direct_left;
};

bool kf_input_init(struct kf_input *input);
void kf_input_fini(struct kf_input *input);
/** Forgets what is staged and where the rest belongs. */
void kf_input_reset(struct kf_input *input);

/** One readv. *drained: the socket had no more. @return bytes; 0: end of stream; -1 with errno */
ssize_t kf_input_read(struct kf_input *input, int fd, bool *drained);
/** The same over TLS, though perhaps not all that is there in one call. */
ssize_t kf_input_read_tls(struct kf_input *input, struct kf_tls *tls, bool *drained);

static inline const uint8_t *kf_input_at(const struct kf_input *input)
{
    return input->staging + input->begin;
}

static inline size_t kf_input_size(const struct kf_input *input)
{
    return input->end - input->begin;
}

/** The first `size` staged bytes are done with. */
void kf_input_consume(struct kf_input *input, size_t size);
/** The next size bytes belong to `target`: those that are staged at once, the rest as they come.
 *  Done when direct_left is 0. */
void kf_input_direct(struct kf_input *input, uint8_t *target, size_t size);
/** Drops up to size staged bytes. @return how many */
size_t kf_input_skip(struct kf_input *input, size_t size);
/** What is staged does not suffice: room for more behind it. @return false: it can not grow */
bool kf_input_make_room(struct kf_input *input);

#endif
