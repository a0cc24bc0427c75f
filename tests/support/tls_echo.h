/* SPDX-License-Identifier: MIT
 * A TLS server of OpenSSL's own at the other end of a pair of sockets: it sends back what it gets.
 */
#ifndef TLS_ECHO_H
#define TLS_ECHO_H

#include "certificates.h"

#include <openssl/ssl.h>
#include <pthread.h>

struct tls_echo {
    SSL_CTX *ssl; /* borrowed */
    int fd;
    pthread_t thread;
};

/** @param client_ca  clients have to show a certificate of that one; NULL: none. To SSL_CTX_free */
SSL_CTX *tls_echo_context(const struct made_certificate *certificate,
                          const struct made_certificate *client_ca);
/** @return the client's end, non-blocking */
int tls_echo_start(struct tls_echo *echo, SSL_CTX *ssl);
/** Hangs up. */
void tls_echo_hang_up(struct tls_echo *echo);
/** Once the client's end is closed, or it has hung up. */
void tls_echo_end(struct tls_echo *echo);

#endif
