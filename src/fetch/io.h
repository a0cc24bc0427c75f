/* SPDX-License-Identifier: MIT
 * What all parts of the I/O thread share. Theirs alone, but for the counter. */
#ifndef KF_IO_H
#define KF_IO_H

#include "fetcher.h"
#include "log.h"

#include <stdatomic.h>
#include <stdint.h>

struct kf_buffer_pool;
struct kf_mailbox;
struct kf_tls_context;

struct kf_io {
    struct kf_fetcher_settings settings; /* its strings and lists are copies */
    struct kf_log log;
    struct kf_mailbox *mailbox;
    struct kf_buffer_pool *pool;
    struct kf_tls_context *tls; /* NULL: plaintext */
    int epoll_fd;
    int64_t now_ms; /* read once per turn of the loop */
    int64_t next_ms; /* the next turn comes no later */
    atomic_llong stale_responses;
};

static inline void kf_io_wake_at(struct kf_io *io, int64_t at_ms)
{
    if (at_ms < io->next_ms)
        io->next_ms = at_ms;
}

#endif
