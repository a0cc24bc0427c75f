/* SPDX-License-Identifier: MIT
 * One TLS connection over a non-blocking socket, the client's side. Calls are like those of the
 * socket itself: -1 with EAGAIN means later, and kf_tls_wants_write() for what. What went wrong for
 * good is told as one line that names the cause. Threads: one at a time. */
#ifndef KF_TLS_H
#define KF_TLS_H

#include "socket_bio.h"
#include "tls_context.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What makes the next handshake with the same broker short. Zeroed: nothing. */
struct kf_tls_memory {
    SSL_SESSION *session;
};

struct kf_tls {
    const struct kf_tls_context *context; /* borrowed */
    struct kf_tls_memory *memory; /* borrowed */
    const char *host; /* borrowed */
    SSL *ssl;
    struct kf_socket_bio socket;
    bool ended; /* by the broker, in order or not */
    bool failed; /* `why` says it */
    bool refused; /* one side does not take the other's certificate */
    char why[240];
};

void kf_tls_memory_fini(struct kf_tls_memory *memory);

/** @param host    the name to verify and to tell the broker, or an address
 *  @param fd, context, host, memory  outlive it
 *  @return NULL: out of memory */
struct kf_tls *kf_tls_open(const struct kf_tls_context *context, int fd, const char *host,
                           struct kf_tls_memory *memory);
/** Tells the broker, if that does not take long. */
void kf_tls_close(struct kf_tls *tls);

/** @return 1: done; -1 with EAGAIN, or with EPROTO: failed */
int kf_tls_handshake(struct kf_tls *tls);
/** @return bytes, at most one record; 0: the broker has closed; -1 with EAGAIN, or EPROTO */
ssize_t kf_tls_read(struct kf_tls *tls, void *data, size_t size);
/** @return bytes; -1 with EAGAIN, or EPROTO. What it did not take comes again, wherever it is. */
ssize_t kf_tls_write(struct kf_tls *tls, const void *data, size_t size);
/** Behind EAGAIN: until the socket can be written, not read. */
bool kf_tls_wants_write(const struct kf_tls *tls);

/* For the context: OpenSSL's callbacks. */
int kf_tls_on_verify(int good, X509_STORE_CTX *chain);
int kf_tls_on_session(SSL *ssl, SSL_SESSION *session);

#endif
