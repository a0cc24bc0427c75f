/* SPDX-License-Identifier: MIT
 * Which version of each request a broker and we both speak. */
#ifndef KF_VERSIONS_H
#define KF_VERSIONS_H

#include "kaffe.h"
#include "request.h"

#include <stddef.h>
#include <stdint.h>

/** The version to use of each. */
struct kf_versions {
    int16_t fetch; /* 4..11 */
    int16_t list_offsets; /* 1..3 */
    int16_t metadata; /* 1..7 */
    int16_t sasl_handshake; /* 1; -1: not served */
    int16_t sasl_authenticate; /* 0..1; -1: not served */
};

/** ApiVersions v0, an empty body. */
void kf_versions_request(struct kf_request *request, int32_t correlation_id, const char *client_id);

/**
 * @param body      the response behind its correlation id
 * @param versions  written only on KAFFE_OK
 * @return KAFFE_OK; KAFFE_UNSUPPORTED: a request that we need has no common version (err names it,
 *         and the oldest Kafka that serves it); KAFFE_KAFKA: malformed, or an error code
 */
kaffe_status kf_versions_decode(kaffe_bytes body, struct kf_versions *versions, kaffe_error *err);

#endif
