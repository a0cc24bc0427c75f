/* SPDX-License-Identifier: MIT
 * A TLS server of OpenSSL's own at the other end of a pair of sockets: it sends back what it gets.
 */
#ifndef TLS_ECHO_H
#define TLS_ECHO_H

#include <openssl/ssl.h>
#include <pthread.h>

struct tls_echo {
    SSL_CTX *ssl; /* borrowed */
    int fd;
    pthread_t thread;
};

/** @return the client's end, non-blocking */
int tls_echo_start(struct tls_echo *echo, SSL_CTX *ssl);
/** Hangs up. */
void tls_echo_hang_up(struct tls_echo *echo);
/** Once the client's end is closed, or it has hung up. */
void tls_echo_end(struct tls_echo *echo);

#endif
