/* SPDX-License-Identifier: MIT
 * Questions to the cluster on behalf of a group. An error is never an answer: what was not
 * heard from the broker stays unknown. */
#include "connection.h"
#include "error.h"
#include "group_state.h"
#include "response.h"

static kaffe_status unknown(const struct kf_group *group, const rd_kafka_topic_partition_t *entry,
                            rd_kafka_resp_err_t code, kaffe_error *err)
{
    if (entry)
        return kf_error_set_kafka(err, kf_response_status(code), code, KAFFE_ERROR_RETRIABLE,
                                  "group %s: committed offset of %s/%d: %s", group->consumer_group,
                                  entry->topic, entry->partition, rd_kafka_err2str(code));
    return kf_error_set_kafka(err, kf_response_status(code), code, KAFFE_ERROR_RETRIABLE,
                              "group %s: committed offsets: %s (%s)", group->consumer_group,
                              rd_kafka_err2str(code), group->endpoints);
}

/* Only as long as the text says, with an end of its own: librdkafka's may have none. */
static bool keep_metadata(struct kf_group *group, const rd_kafka_topic_partition_t *entry,
                          const char **metadata)
{
    *metadata = NULL;
    if (!entry->metadata)
        return true;
    if (!kf_text_list_add(&group->metadata, entry->metadata, entry->metadata_size))
        return false;
    *metadata = group->metadata.items[group->metadata.count - 1];
    return true;
}

static kaffe_status read_list(struct kf_group *group, const rd_kafka_topic_partition_list_t *list,
                              struct kf_group_offset *offsets, kaffe_error *err)
{
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *entry = &list->elems[i];
        if (entry->err)
            return unknown(group, entry, entry->err, err);
        offsets[i].error = 0;
        offsets[i].offset = entry->offset >= 0 ? entry->offset : KF_NO_COMMIT;
        if (!keep_metadata(group, entry, &offsets[i].metadata))
            return kf_error_no_memory(err);
    }
    return kf_error_ok(err);
}

kaffe_status kf_group_committed(struct kf_group *group, struct kf_group_offset *offsets,
                                size_t count, int timeout_ms, kaffe_error *err)
{
    kf_text_list_fini(&group->metadata);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, offsets[i].topic, offsets[i].partition);
    rd_kafka_resp_err_t code = rd_kafka_committed(group->rk, list, timeout_ms);
    kaffe_status status =
        code ? unknown(group, NULL, code, err) : read_list(group, list, offsets, err);
    rd_kafka_topic_partition_list_destroy(list);
    return status;
}

kaffe_status kf_group_partition_count(struct kf_group *group, const char *topic, int timeout_ms,
                                      int32_t *count, kaffe_error *err)
{
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(group->rk, topic, NULL);
    rd_kafka_resp_err_t code = rd_kafka_last_error();
    if (rkt) {
        code = kf_connection_partition_count(group->rk, rkt, timeout_ms, count);
        rd_kafka_topic_destroy(rkt);
    }
    if (!code)
        return kf_error_ok(err);
    return kf_error_set_kafka(err, kf_response_status(code), code, kf_response_flags(code),
                              "topic %s: %s (%s)", topic, rd_kafka_err2str(code), group->endpoints);
}
