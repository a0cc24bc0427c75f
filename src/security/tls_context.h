/* SPDX-License-Identifier: MIT
 * What all TLS connections of a client share: whom it trusts, and how it shows who it is. TLS 1.2
 * or later; the chain is always verified. */
#ifndef KF_TLS_CONTEXT_H
#define KF_TLS_CONTEXT_H

#include "kaffe.h"
#include "security_settings.h"

#include <openssl/ssl.h>
#include <stdbool.h>

struct kf_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *socket;
    bool verify_host;
    bool has_certificate;
};

/** @param settings  with tls; not needed any more afterwards
 *  @return NULL: KAFFE_INVALID, err names the PEM text that is not what it should be; or
 *          KAFFE_NO_MEMORY */
struct kf_tls_context *kf_tls_context_new(const struct kf_security_settings *settings,
                                          kaffe_error *err);
/** After its last connection. */
void kf_tls_context_free(struct kf_tls_context *context);

#endif
