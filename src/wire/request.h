/* SPDX-License-Identifier: MIT
 * A request being written: one growable buffer, reused from request to request. Running out of
 * memory (or a text beyond 32,767 bytes) sets `failed`, and kf_request_end tells it, so that no
 * write needs a check of its own.
 *
 * kf_<api>_request() writes a whole request but for its end: call kf_request_end, then send
 * `size` bytes of `data`. */
#ifndef KF_REQUEST_H
#define KF_REQUEST_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_api {
    KF_API_FETCH = 1,
    KF_API_LIST_OFFSETS = 2,
    KF_API_METADATA = 3,
    KF_API_SASL_HANDSHAKE = 17,
    KF_API_API_VERSIONS = 18,
    KF_API_SASL_AUTHENTICATE = 36
};

/* All zero: empty. */
struct kf_request {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool failed;
};

void kf_request_begin(struct kf_request *request, enum kf_api api, int16_t version,
                      int32_t correlation_id, const char *client_id);
/** Puts the size in front. @return false: do not send */
bool kf_request_end(struct kf_request *request);
void kf_request_fini(struct kf_request *request);
/** Overwrites what was written, which was secret. Before anything else is. */
void kf_request_wipe(struct kf_request *request);

void kf_write_int8(struct kf_request *request, int8_t value);
void kf_write_int16(struct kf_request *request, int16_t value);
void kf_write_int32(struct kf_request *request, int32_t value);
void kf_write_int64(struct kf_request *request, int64_t value);
/** NULL: null. */
void kf_write_string(struct kf_request *request, const char *text);
/** int32 length and bytes. As the last field of a request it leaves no copy in freed memory. */
void kf_write_bytes(struct kf_request *request, kaffe_bytes bytes);
/** Overwrites an int32 written before, an array count known only afterwards. */
void kf_write_int32_at(struct kf_request *request, size_t position, int32_t value);

#endif
