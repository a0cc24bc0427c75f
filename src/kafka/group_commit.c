/* SPDX-License-Identifier: MIT
 * Commits: exactly the offsets given, one request at a time, answered on a queue of their own.
 * Which offsets, and what an answer means for the work, is the consumer's. */
#include "clock.h"
#include "error.h"
#include "group_state.h"
#include "response.h"

#include <stdlib.h>
#include <string.h>

static bool set_metadata(rd_kafka_topic_partition_t *entry, const char *metadata)
{
    if (!metadata)
        return true;
    entry->metadata = strdup(metadata); /* freed with the list */
    entry->metadata_size = strlen(metadata);
    return entry->metadata != NULL;
}

static rd_kafka_topic_partition_list_t *list_of(const struct kf_group_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(list, offsets[i].topic, offsets[i].partition);
        entry->offset = offsets[i].offset;
        if (!set_metadata(entry, offsets[i].metadata)) {
            rd_kafka_topic_partition_list_destroy(list);
            return NULL;
        }
    }
    return list;
}

kaffe_status kf_group_commit(struct kf_group *group, const struct kf_group_offset *offsets,
                             size_t count, kaffe_error *err)
{
    if (group->commit_in_flight)
        return kf_error_set(err, KAFFE_INVALID, "group %s: a commit is in flight already",
                            group->consumer_group);
    if (count == 0)
        return kf_error_set(err, KAFFE_INVALID, "group %s: nothing to commit",
                            group->consumer_group);
    rd_kafka_topic_partition_list_t *list = list_of(offsets, count);
    if (!list)
        return kf_error_no_memory(err);
    rd_kafka_resp_err_t code = rd_kafka_commit_queue(group->rk, list, group->commits, NULL, NULL);
    rd_kafka_topic_partition_list_destroy(list);
    if (code)
        return kf_error_set_kafka(err, kf_response_status(code), code, kf_response_flags(code),
                                  "group %s: commit: %s", group->consumer_group,
                                  rd_kafka_err2str(code));
    group->commit_in_flight = true;
    return kf_error_ok(err);
}

bool kf_group_commit_in_flight(const struct kf_group *group)
{
    return group->commit_in_flight;
}

static void answer(struct kf_group *group, const rd_kafka_topic_partition_list_t *list,
                   const kaffe_error *failed)
{
    size_t count = list ? (size_t)list->cnt : 0;
    struct kf_group_offset *offsets = calloc(count ? count : 1, sizeof *offsets);
    if (!offsets) {
        kaffe_error err;
        kf_error_no_memory(&err);
        group->events.committed(group->ctx, NULL, 0, &err);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *entry = &list->elems[i];
        int32_t error = entry->err;
        if (!error && failed)
            error = failed->kafka_code;
        offsets[i] = (struct kf_group_offset){ .topic = entry->topic,
                                               .partition = entry->partition,
                                               .error = error,
                                               .offset = entry->offset };
    }
    group->events.committed(group->ctx, offsets, count, failed);
    free(offsets);
}

void kf_group_handle_commit(struct kf_group *group, rd_kafka_event_t *event)
{
    kaffe_error failed;
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT) {
        group->commit_in_flight = false;
        if (code)
            kf_error_set_kafka(&failed, kf_response_status(code), code, kf_response_flags(code),
                               "group %s: commit: %s", group->consumer_group,
                               rd_kafka_err2str(code));
        answer(group, rd_kafka_event_topic_partition_list(event), code ? &failed : NULL);
    }
    rd_kafka_event_destroy(event);
}

bool kf_group_commit_settle(struct kf_group *group, int64_t deadline_ms)
{
    while (group->commit_in_flight) {
        int64_t left_ms = deadline_ms - kf_clock_ms();
        int wait_ms = left_ms > 500 ? 500 : left_ms > 0 ? (int)left_ms : 0;
        rd_kafka_event_t *event = rd_kafka_queue_poll(group->commits, wait_ms);
        if (event)
            kf_group_handle_commit(group, event);
        else if (left_ms <= 0)
            return false;
    }
    return true;
}
