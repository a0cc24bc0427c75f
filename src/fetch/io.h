/* SPDX-License-Identifier: MIT
 * What all parts of the I/O thread share. Theirs alone, but for the counters. */
#ifndef KF_IO_H
#define KF_IO_H

#include "allowance.h"
#include "fetcher.h"
#include "log.h"
#include "tokens.h"

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
    struct kf_allowance allowance;
    struct kf_stream *large; /* it waits until there is room for a large batch; NULL: nobody */
    bool crowded; /* and the log has said so */
    struct kf_tokens tokens;
    int epoll_fd;
    int64_t now_ms; /* read once per turn of the loop */
    int64_t next_ms; /* the next turn comes no later */
    atomic_llong stale_responses;
    atomic_llong memory_waits;
};

static inline void kf_io_wake_at(struct kf_io *io, int64_t at_ms)
{
    if (at_ms < io->next_ms)
        io->next_ms = at_ms;
}

#endif
