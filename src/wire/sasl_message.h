/* SPDX-License-Identifier: MIT
 * SaslHandshake and SaslAuthenticate: the requests that carry a login, and what they come to. What
 * the login's own messages say is not looked at here. */
#ifndef KF_SASL_MESSAGE_H
#define KF_SASL_MESSAGE_H

#include "kaffe.h"
#include "request.h"

#include <stdint.h>

/** SaslHandshake v1. */
void kf_sasl_handshake_request(struct kf_request *request, int32_t correlation_id,
                               const char *client_id, const char *mechanism);
/**
 * @param mechanism  the one that was asked for
 * @return KAFFE_OK: the broker takes it; KAFFE_DENIED: it does not, err names those that it takes;
 *         KAFFE_KAFKA: malformed
 */
kaffe_status kf_sasl_handshake_decode(kaffe_bytes body, const char *mechanism, kaffe_error *err);

struct kf_sasl_answer {
    kaffe_bytes challenge; /* borrowed from the body; empty, never NULL, if there is none */
    int64_t lifetime_ms; /* of the session, from now on; 0: it does not end */
};

/** SaslAuthenticate v0 or v1. The request is secret: wipe it once it is sent. */
void kf_sasl_authenticate_request(struct kf_request *request, int16_t version,
                                  int32_t correlation_id, const char *client_id,
                                  kaffe_bytes message);
/** @return KAFFE_OK; KAFFE_DENIED: the login is refused, err in the broker's words; KAFFE_KAFKA:
 *          malformed, or another error code */
kaffe_status kf_sasl_authenticate_decode(kaffe_bytes body, int16_t version,
                                         struct kf_sasl_answer *answer, kaffe_error *err);

#endif
