/* SPDX-License-Identifier: MIT
 * A token for SASL OAUTHBEARER, from the user's callback or command. */
#ifndef KF_TOKEN_H
#define KF_TOKEN_H

#include "security_settings.h"
#include "token_text.h"

/**
 * Asks for a token. Blocks: as long as the callback takes; for a command, at most 10 s.
 * @param token  on KAFFE_OK complete, and the caller's to kf_token_fini
 * @return KAFFE_OK; KAFFE_FAILED, KAFFE_NO_MEMORY and what a callback returns: err says why,
 * beginning with the option; nothing of a token is in it Threads: any, several at once.
 */
kaffe_status kf_token_get(const struct kf_security_settings *settings, struct kaffe_token *token,
                          kaffe_error *err);

/** How long from now until a token is to be asked for again: four fifths of its life. */
int64_t kf_token_fresh_ms(const struct kaffe_token *token, int64_t now_ms);

#endif
