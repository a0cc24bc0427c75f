/* SPDX-License-Identifier: MIT
 * What a token command prints, and what a token tells of itself. */
#ifndef KF_TOKEN_TEXT_H
#define KF_TOKEN_TEXT_H

#include "kaffe.h"

#include <stddef.h>
#include <stdint.h>

#define KF_TOKEN_SIZE 16384

/* What kaffe.h calls kaffe_token: strings are ours. */
struct kaffe_token {
    char *value; /* NULL: none was put in */
    char *principal;
    int64_t expires_at_ms; /* 0: not said */
};

void kf_token_fini(struct kaffe_token *token);

/**
 * Reads the token alone, or the JSON object of an OAuth server's answer: access_token, and
 * expires_in in seconds, if it is there.
 * @return KAFFE_OK; KAFFE_FAILED: err says why, without any of it; KAFFE_NO_MEMORY
 */
kaffe_status kf_token_read(struct kaffe_token *token, const char *text, size_t size, int64_t now_ms,
                           kaffe_error *err);

/**
 * Fills in what was not said: out of the token, if it is a JWT, or in five minutes and nobody.
 * @return KAFFE_OK; KAFFE_FAILED: there is no value, it has a byte that no token has, or has
 * expired
 */
kaffe_status kf_token_complete(struct kaffe_token *token, int64_t now_ms, kaffe_error *err);

#endif
