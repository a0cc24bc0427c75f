/* SPDX-License-Identifier: MIT
 * The access token of a fetcher's logins (OAUTHBEARER), fresh: it is asked for again when four
 * fifths of its life are over. The user's callback or command may block, so each asking has a
 * short-lived thread of its own. Threads: the I/O thread, but for init and fini. */
#ifndef KF_TOKENS_H
#define KF_TOKENS_H

#include "security_settings.h"

#include <stdbool.h>
#include <stdint.h>

struct kf_io;
struct kf_token_source;

/* Zeroed: no tokens are needed. */
struct kf_tokens {
    struct kf_token_source *source; /* shared with the thread that asks; NULL: none needed */
    char *value; /* secret; NULL: none so far */
    int64_t expires_at_ms; /* of kf_clock_ms, as all here */
    int64_t ask_at_ms;
    bool asking;
    int64_t asked_at_ms;
    uint32_t failures; /* in a row */
    char why[244]; /* the last asking came to nothing; "": it did not */
};

/** @return false: out of memory */
bool kf_tokens_init(struct kf_tokens *tokens, const struct kf_io *io);
/** Nobody is asked any more; a callback that runs is waited for, for a second at most. */
void kf_tokens_fini(struct kf_tokens *tokens);

/** Takes what has come, asks if it is time. */
void kf_tokens_tick(struct kf_tokens *tokens, struct kf_io *io);

/** One can log in, as far as tokens go. */
bool kf_tokens_ready(const struct kf_tokens *tokens, const struct kf_io *io);
/** Why not: one line. @return NULL: it is being asked, wait for it */
const char *kf_tokens_why(const struct kf_tokens *tokens, const struct kf_io *io);

#endif
