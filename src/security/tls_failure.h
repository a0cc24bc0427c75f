/* SPDX-License-Identifier: MIT
 * Why there is no TLS connection, in one line that names the cause. */
#ifndef KF_TLS_FAILURE_H
#define KF_TLS_FAILURE_H

#include "tls.h"

/** A certificate of the broker's chain is not to be trusted. */
void kf_tls_failure_of_chain(struct kf_tls *tls, X509_STORE_CTX *chain);
/** OpenSSL says no, or the socket does. @param shaking  during the handshake */
void kf_tls_failure_of_call(struct kf_tls *tls, bool shaking);
/** The broker has closed during the handshake. */
void kf_tls_failure_of_end(struct kf_tls *tls);

#endif
