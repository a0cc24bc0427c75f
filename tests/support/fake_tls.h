/* SPDX-License-Identifier: MIT
 * The TLS side of a fake broker: OpenSSL between two pieces of memory, so that what goes over the
 * wire, and in which pieces, is the fake broker's business. */
#ifndef FAKE_TLS_H
#define FAKE_TLS_H

#include "certificates.h"
#include "request.h"

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

/** @param client_ca  NULL: clients need no certificate. To SSL_CTX_free */
SSL_CTX *fake_tls_context(const struct made_certificate *certificate,
                          const struct made_certificate *client_ca);
/** To SSL_free. */
SSL *fake_tls_open(SSL_CTX *context);
/** Bytes from the wire; what they say is appended to `input`. @return false: hang up */
bool fake_tls_receive(SSL *ssl, const void *bytes, size_t size, struct kf_request *input);
void fake_tls_send(SSL *ssl, const void *bytes, size_t size);
/** What has to go over the wire now. @return bytes written to `out`; 0: nothing */
size_t fake_tls_pending(SSL *ssl, void *out, size_t out_size);

#endif
