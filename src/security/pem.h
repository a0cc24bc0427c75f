/* SPDX-License-Identifier: MIT
 * Looks into PEM texts before anything connects, so that what a handshake would say in riddles is
 * said in words, with the option's name. */
#ifndef KF_PEM_H
#define KF_PEM_H

#include "problems.h"

#include <stdbool.h>
#include <time.h>

/* A text, and what messages call it: "ssl_ca_location = \"ca.pem\"". */
struct kf_pem_text {
    const char *name;
    const char *text;
};

/** Those who are trusted: certificates, all of which can be read. */
void kf_pem_check_trusted(const struct kf_pem_text *trusted, struct kf_problems *problems);

/**
 * One's own: a certificate that is valid now, the rest of its chain readable, a key that can be
 * read with its password, and belongs to the certificate.
 * @param password  NULL: none is given
 */
void kf_pem_check_identity(const struct kf_pem_text *certificate, const struct kf_pem_text *key,
                           const char *password, time_t now, struct kf_problems *problems);

#endif
