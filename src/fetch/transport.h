/* SPDX-License-Identifier: MIT
 * The bytes of one connection: over its socket, or over TLS on it. Calls are like a socket's: -1
 * and errno, where EAGAIN is "later". */
#ifndef KF_TRANSPORT_H
#define KF_TRANSPORT_H

#include "connection_settings.h"
#include "input.h"
#include "resolver.h"
#include "tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct kf_transport {
    int fd; /* -1: closed */
    struct kf_tls *tls; /* NULL: plaintext */
};

/** @return 0: under way, or an errno value */
int kf_transport_dial(struct kf_transport *transport, const struct kf_address *address,
                      const struct kf_connection_settings *settings);
/** How dialling has ended. @return 0, or an errno value */
int kf_transport_outcome(const struct kf_transport *transport);
void kf_transport_close(struct kf_transport *transport);

ssize_t kf_transport_send(struct kf_transport *transport, const void *data, size_t size);
/** *drained: there is no more, neither in the socket nor above it. @return bytes; 0: the end */
ssize_t kf_transport_receive(struct kf_transport *transport, struct kf_input *input, bool *drained);
/** What it has to say is more than the request: watch for room to write. */
bool kf_transport_wants_write(const struct kf_transport *transport);

/** Why a call has failed, one line: in TLS's words, or those for the errno value. Lent until it is
 *  closed. */
const char *kf_transport_why(const struct kf_transport *transport, int failure);
/** It was one side that did not want the other. */
bool kf_transport_refused(const struct kf_transport *transport);

#endif
