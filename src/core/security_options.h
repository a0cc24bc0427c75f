/* SPDX-License-Identifier: MIT
 * What a user says about security, out of whichever options struct, and whether it makes sense as
 * far as words go. What files and certificates hold is looked at above. */
#ifndef KF_SECURITY_OPTIONS_H
#define KF_SECURITY_OPTIONS_H

#include "kaffe.h"
#include "option_table.h"
#include "problems.h"
#include "security_settings.h"

#include <stdbool.h>

/* A PEM text, or the file that it stands in. */
struct kf_pem_source {
    const char *location_option; /* "ssl_ca_location" */
    const char *pem_option;
    const char *location; /* NULL: not given, as with every string here */
    const char *pem;
};

/* Lent. */
struct kf_security_options {
    const char *protocol;
    struct kf_pem_source ca;
    struct kf_pem_source certificate;
    struct kf_pem_source key;
    const char *key_password;
    const char *mechanism;
    const char *username;
    const char *password;
    const char *token_command;
    kaffe_token_fn token;
    void *token_ctx;
    bool token_elsewhere; /* a producer's librdkafka gets tokens by itself */
    bool heroku;
};

/** @param options  the struct that the table describes; its functions are not taken */
void kf_security_options_take(struct kf_security_options *security,
                              const struct kf_option_table *table, const void *options);

/** Which of the two options is given, for messages. */
const char *kf_pem_source_name(const struct kf_pem_source *source);
bool kf_pem_source_is_given(const struct kf_pem_source *source);

/**
 * Checks that the words fit together, and fills in `settings`, but for the PEM texts.
 * @return false: out of memory
 */
bool kf_security_options_read(const struct kf_security_options *security,
                              struct kf_security_settings *settings, struct kf_problems *problems);

#endif
