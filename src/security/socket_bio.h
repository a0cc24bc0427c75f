/* SPDX-License-Identifier: MIT
 * A socket as OpenSSL reads and writes it: like its own, but for two things. A broken connection
 * raises no SIGPIPE, and it is known whether anything was ever received. */
#ifndef KF_SOCKET_BIO_H
#define KF_SOCKET_BIO_H

#include <openssl/bio.h>
#include <stdbool.h>

struct kf_socket_bio {
    int fd; /* borrowed */
    int failure; /* the last errno value; 0: none */
    bool received; /* anything at all */
};

/** @return NULL: out of memory. BIO_meth_free() it after the last of its BIOs. */
BIO_METHOD *kf_socket_bio_method(void);
/** @param socket  outlives it. @return NULL: out of memory */
BIO *kf_socket_bio_new(const BIO_METHOD *method, struct kf_socket_bio *socket);

#endif
