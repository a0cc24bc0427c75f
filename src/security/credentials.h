/* SPDX-License-Identifier: MIT
 * What the options about security mean, with what files and the environment hold: read once, and
 * looked through before anything connects. */
#ifndef KF_CREDENTIALS_H
#define KF_CREDENTIALS_H

#include "heroku.h"
#include "option_table.h"
#include "problems.h"
#include "security_settings.h"

#include <stdbool.h>

/* What an options struct is lent for as long as it is being read: Heroku's endpoints, names with
 * its prefix. */
struct kf_credentials {
    struct kf_heroku heroku;
    char *names[4];
    int name_count;
};

/**
 * Fills in `settings`, and under heroku_kafka_env endpoints, topics and group of `options`, which
 * are imported, their aliases applied.
 * @param token  a C program's callback; NULL: none
 * @return false: out of memory; either way the caller finis `lent` when the options are copied
 */
bool kf_credentials_read(struct kf_credentials *lent, const struct kf_option_table *table,
                         void *options, kaffe_token_fn token, void *token_ctx,
                         struct kf_security_settings *settings, struct kf_problems *problems);
void kf_credentials_fini(struct kf_credentials *lent);

#endif
