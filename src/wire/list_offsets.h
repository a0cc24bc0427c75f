/* SPDX-License-Identifier: MIT
 * ListOffsets v1 to v5: where a partition begins and ends. versions.c asks for no more than v3. */
#ifndef KF_LIST_OFFSETS_H
#define KF_LIST_OFFSETS_H

#include "kaffe.h"
#include "request.h"

#include <stddef.h>
#include <stdint.h>

#define KF_OFFSET_LATEST (-1) /* also the wire's own numbers */
#define KF_OFFSET_EARLIEST (-2)

struct kf_list_offsets_query {
    const char *topic; /* entries of one topic stand side by side */
    int32_t partition;
    int64_t timestamp; /* KF_OFFSET_..., or ms since 1970 */
};

struct kf_list_offsets_answer {
    kaffe_bytes topic; /* borrowed from the response */
    int32_t partition;
    int16_t error;
    int64_t offset;
};

void kf_list_offsets_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                             const char *client_id, const struct kf_list_offsets_query *queries,
                             size_t count);

typedef void (*kf_list_offsets_fn)(const struct kf_list_offsets_answer *answer, void *ctx);

/** Calls `each` for every partition of the response.
 *  @return KAFFE_OK; KAFFE_KAFKA: malformed (`each` may have been called for what precedes) */
kaffe_status kf_list_offsets_decode(kaffe_bytes body, int16_t version, kf_list_offsets_fn each,
                                    void *ctx, int32_t *throttle_ms, kaffe_error *err);

#endif
