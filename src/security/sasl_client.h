/* SPDX-License-Identifier: MIT
 * A login, message by message, whatever its mechanism: PLAIN (RFC 4616), SCRAM-SHA-256 and -512,
 * OAUTHBEARER (RFC 7628). It decides what is said next, and when the login is complete; how
 * messages travel is its owner's business. */
#ifndef KF_SASL_CLIENT_H
#define KF_SASL_CLIENT_H

#include "kaffe.h"
#include "scram.h"
#include "security_settings.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes that are wiped when they go. */
struct kf_sasl_text {
    char *data; /* NULL: none */
    size_t size;
};

void kf_sasl_text_fini(struct kf_sasl_text *text);

/* Zeroed: no login is under way. */
struct kf_sasl_client {
    enum kf_sasl_mechanism mechanism;
    const struct kf_security_settings *settings; /* borrowed */
    const char *token; /* OAUTHBEARER: borrowed */
    int step;
    struct kf_scram scram;
    char refusal[160]; /* OAUTHBEARER: what the server has told of it */
};

/** @param token  for OAUTHBEARER, else NULL */
void kf_sasl_client_init(struct kf_sasl_client *client, const struct kf_security_settings *settings,
                         const char *token);
void kf_sasl_client_fini(struct kf_sasl_client *client);

/**
 * @param challenge  what the server says; empty before the first message
 * @param message    what to say to it, the caller's to fini; its data NULL: the login is complete
 * @param err        not NULL
 * @return KAFFE_OK; KAFFE_DENIED, KAFFE_KAFKA: no more of this; KAFFE_NO_MEMORY
 */
kaffe_status kf_sasl_client_step(struct kf_sasl_client *client, kaffe_bytes challenge,
                                 struct kf_sasl_text *message, kaffe_error *err);

#endif
