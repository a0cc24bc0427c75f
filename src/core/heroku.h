/* SPDX-License-Identifier: MIT
 * What Heroku's variables say: KAFKA_URL, its certificates, its prefix. Pure: they are read from
 * the environment elsewhere. Fails closed: what is missing or contradicts itself is a problem. */
#ifndef KF_HEROKU_H
#define KF_HEROKU_H

#include "problems.h"

#include <stdbool.h>

/* Lent; NULL or "": not set. */
struct kf_heroku_variables {
    const char *url; /* KAFKA_URL: "kafka+ssl://host:9096,kafka+ssl://..." */
    const char *trusted_cert; /* PEM texts, with newlines or with "\n" for them */
    const char *client_cert;
    const char *client_cert_key;
    const char *prefix; /* "wabash-12345." */
};

struct kf_heroku {
    char *endpoints; /* "host:9096,..." without schemes */
    bool tls;
    char *ca_pem; /* NULL exactly if there is no TLS, as the next two */
    char *certificate_pem;
    char *key_pem;
    char *prefix; /* NULL: none */
};

/** Each problem is a line that begins with "heroku_kafka_env: KAFKA_...". What has been read is to
 *  be freed by kf_heroku_fini, problems or not. @return false: out of memory */
bool kf_heroku_read(struct kf_heroku *heroku, const struct kf_heroku_variables *variables,
                    struct kf_problems *problems);
void kf_heroku_fini(struct kf_heroku *heroku);

/** KAFKA_URL alone: fills in endpoints and tls. @return false: out of memory */
bool kf_heroku_read_url(struct kf_heroku *heroku, const char *url, struct kf_problems *problems);

/** A copy with newlines where the text has "\n" or "\r\n" spelt out. @return NULL: out of memory */
char *kf_heroku_pem(const char *text);

/** A list of names, the prefix before each that does not begin with it. To be freed.
 *  @return NULL: out of memory */
char *kf_heroku_prefixed(const char *prefix, const char *names);

#endif
