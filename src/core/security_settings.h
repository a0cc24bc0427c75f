/* SPDX-License-Identifier: MIT
 * How a client's connections are protected, and who it says it is: the same for both planes.
 * Resolved once, before anything connects; pure text here, what stands in a PEM text is looked at
 * by the floor above that has OpenSSL. A zeroed one is plaintext without a login. */
#ifndef KF_SECURITY_SETTINGS_H
#define KF_SECURITY_SETTINGS_H

#include "kaffe.h"

#include <stdbool.h>

enum kf_sasl_mechanism {
    KF_SASL_NONE,
    KF_SASL_PLAIN,
    KF_SASL_SCRAM_SHA_256,
    KF_SASL_SCRAM_SHA_512,
    KF_SASL_OAUTHBEARER
};

/* Strings are copies of our own; those that are secret are wiped when they go. */
struct kf_security_settings {
    bool tls; /* security_protocol ssl, sasl_ssl */
    bool verify_host; /* with tls: the certificate has to name the host; its chain, always */
    char *ca_pem; /* whom to trust; NULL: the system's store */
    char *certificate_pem; /* the client's, its chain behind it; NULL: none */
    char *key_pem; /* secret; NULL exactly if certificate_pem is */
    char *key_password; /* secret; NULL: the key is not encrypted */
    enum kf_sasl_mechanism mechanism; /* KF_SASL_NONE: no login */
    char *username; /* PLAIN and SCRAM: never NULL */
    char *password; /* secret; likewise */
    /* OAUTHBEARER: one of the two; neither, if librdkafka gets tokens by itself. */
    char *token_command;
    kaffe_token_fn token;
    void *token_ctx;
    char *name_prefix; /* Heroku's, before topics and groups; NULL: none */
};

/** "PLAIN", "SCRAM-SHA-256", ... as the wire writes it; "" for none. Static. */
const char *kf_sasl_mechanism_text(enum kf_sasl_mechanism mechanism);

/** @return false: out of memory, *to is plaintext */
bool kf_security_settings_copy(struct kf_security_settings *to,
                               const struct kf_security_settings *from);
/** Wipes and frees; the settings are plaintext then. */
void kf_security_settings_fini(struct kf_security_settings *settings);

#endif
