/* SPDX-License-Identifier: MIT
 * A Fetch request without a session. */
#include "fetch_message.h"
#include "topic_groups.h"

void kf_fetch_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                      const char *client_id, const struct kf_fetch_ask *ask)
{
    kf_request_begin(request, KF_API_FETCH, version, correlation_id, client_id);
    kf_write_int32(request, -1); /* no replica, a consumer */
    kf_write_int32(request, ask->max_wait_ms);
    kf_write_int32(request, ask->min_bytes);
    kf_write_int32(request, ask->max_bytes);
    kf_write_int8(request, ask->isolation);
    if (version >= 7) {
        kf_write_int32(request, 0); /* session id */
        kf_write_int32(request, -1); /* session epoch: none */
    }
    struct kf_topic_groups groups;
    kf_topic_groups_begin(&groups, request);
    for (size_t i = 0; i < ask->query_count; i++) {
        const struct kf_fetch_query *query = &ask->queries[i];
        kf_topic_groups_entry(&groups, query->topic);
        kf_write_int32(request, query->partition);
        if (version >= 9)
            kf_write_int32(request, -1); /* leader epoch unknown */
        kf_write_int64(request, query->offset);
        if (version >= 5)
            kf_write_int64(request, -1); /* log start: a replica's */
        kf_write_int32(request, query->max_bytes);
    }
    kf_topic_groups_end(&groups);
    if (version >= 7)
        kf_write_int32(request, 0); /* forgotten topics */
    if (version >= 11)
        kf_write_string(request, ask->rack ? ask->rack : "");
}
