/* SPDX-License-Identifier: MIT
 * ListOffsets, written and read. */
#include "list_offsets.h"

#include "error.h"
#include "reader.h"
#include "topic_groups.h"

void kf_list_offsets_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                             const char *client_id, const struct kf_list_offsets_query *queries,
                             size_t count)
{
    kf_request_begin(request, KF_API_LIST_OFFSETS, version, correlation_id, client_id);
    kf_write_int32(request, -1); /* no replica, a consumer */
    if (version >= 2)
        kf_write_int8(request, 0); /* read_uncommitted: the end is the high watermark */
    struct kf_topic_groups groups;
    kf_topic_groups_begin(&groups, request);
    for (size_t i = 0; i < count; i++) {
        kf_topic_groups_entry(&groups, queries[i].topic);
        kf_write_int32(request, queries[i].partition);
        if (version >= 4)
            kf_write_int32(request, -1); /* leader epoch unknown */
        kf_write_int64(request, queries[i].timestamp);
    }
    kf_topic_groups_end(&groups);
}

static void read_partitions(struct kf_reader *r, int16_t version,
                            struct kf_list_offsets_answer *answer, kf_list_offsets_fn each,
                            void *ctx)
{
    int32_t count = kf_read_count(r, version >= 4 ? 26 : 22); /* all that follows is there */
    for (int32_t i = 0; i < count; i++) {
        answer->partition = kf_read_int32(r);
        answer->error = kf_read_int16(r);
        kf_read_int64(r); /* timestamp */
        answer->offset = kf_read_int64(r);
        if (version >= 4)
            kf_read_int32(r); /* leader epoch */
        each(answer, ctx);
    }
}

kaffe_status kf_list_offsets_decode(kaffe_bytes body, int16_t version, kf_list_offsets_fn each,
                                    void *ctx, int32_t *throttle_ms, kaffe_error *err)
{
    struct kf_reader r = kf_reader_of(body.data, body.size);
    *throttle_ms = version >= 2 ? kf_read_int32(&r) : 0;
    int32_t topic_count = kf_read_count(&r, 6);
    for (int32_t i = 0; i < topic_count && !r.failed; i++) {
        struct kf_list_offsets_answer answer = { .topic = kf_read_string(&r) };
        if (!answer.topic.data)
            r.failed = true;
        read_partitions(&r, version, &answer, each, ctx);
    }
    if (r.failed || kf_reader_left(&r) > 0)
        return kf_error_set(err, KAFFE_KAFKA, "ListOffsets response: malformed");
    return kf_error_ok(err);
}
