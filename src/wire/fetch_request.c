/* SPDX-License-Identifier: MIT
 * A Fetch request without a session. */
#include "fetch_message.h"
#include "topic_groups.h"

void kf_fetch_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                      const char *client_id, const struct kf_fetch_limits *limits,
                      const struct kf_fetch_query *queries, size_t count)
{
    kf_request_begin(request, KF_API_FETCH, version, correlation_id, client_id);
    kf_write_int32(request, -1); /* no replica, a consumer */
    kf_write_int32(request, limits->max_wait_ms);
    kf_write_int32(request, limits->min_bytes);
    kf_write_int32(request, limits->max_bytes);
    kf_write_int8(request, limits->isolation);
    if (version >= 7) {
        kf_write_int32(request, 0); /* session id */
        kf_write_int32(request, -1); /* session epoch: none */
    }
    struct kf_topic_groups groups;
    kf_topic_groups_begin(&groups, request);
    for (size_t i = 0; i < count; i++) {
        kf_topic_groups_entry(&groups, queries[i].topic);
        kf_write_int32(request, queries[i].partition);
        if (version >= 9)
            kf_write_int32(request, -1); /* leader epoch unknown */
        kf_write_int64(request, queries[i].offset);
        if (version >= 5)
            kf_write_int64(request, -1); /* log start: a replica's */
        kf_write_int32(request, queries[i].max_bytes);
    }
    kf_topic_groups_end(&groups);
    if (version >= 7)
        kf_write_int32(request, 0); /* forgotten topics */
    if (version >= 11)
        kf_write_string(request, ""); /* rack */
}
