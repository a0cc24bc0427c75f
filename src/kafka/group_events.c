/* SPDX-License-Identifier: MIT
 * Decides what librdkafka's events mean: a partition comes or goes, the cluster can not be reached,
 * this member is out, a topic is missing. What to do about it is the consumer's. */
#include "clock.h"
#include "error.h"
#include "group_state.h"
#include "login_trouble.h"
#include "response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_INTERVAL_MS 500

static void tell_reachable(struct kf_group *group, kaffe_status status, const char *why)
{
    if (group->told_reachable == status)
        return;
    group->told_reachable = status;
    group->unreachable = status != KAFFE_OK;
    group->events.reachable(group->ctx, status, why);
}

static void tell_failed(struct kf_group *group, int32_t code, kaffe_status status, const char *why)
{
    if (group->dead)
        return;
    group->dead = true;
    kaffe_error err;
    kf_error_set_kafka(&err, status, code, KAFFE_ERROR_FATAL, "group %s: %s", group->consumer_group,
                       why);
    group->events.failed(group->ctx, &err);
}

/* An empty answer: the member is stable and librdkafka fetches nothing. */
static void answer_assigned(struct kf_group *group)
{
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    rd_kafka_resp_err_t code = rd_kafka_assign(group->rk, none);
    rd_kafka_topic_partition_list_destroy(none);
    if (code)
        kf_log(&group->owner.log, KAFFE_LOG_WARN, "group.unanswered", "group=%s error=\"%s\"",
               group->consumer_group, rd_kafka_err2str(code));
}

static void handle_assigned(struct kf_group *group, const rd_kafka_topic_partition_list_t *list)
{
    size_t count = (size_t)list->cnt;
    struct kf_group_offset *partitions = calloc(count ? count : 1, sizeof *partitions);
    answer_assigned(group);
    group->joined = true;
    /* While leaving nobody wants it; the revocation that follows is answered the same way. */
    if (group->phase == KF_GROUP_MEMBER && partitions) {
        for (size_t i = 0; i < count; i++) {
            partitions[i] = (struct kf_group_offset){ .topic = list->elems[i].topic,
                                                      .partition = list->elems[i].partition,
                                                      .offset = KF_NO_COMMIT };
        }
        group->holds = true;
        group->events.assigned(group->ctx, partitions, count);
    }
    if (!partitions)
        tell_failed(group, 0, KAFFE_NO_MEMORY, "out of memory");
    free(partitions);
}

static void give_up(struct kf_group *group, bool lost)
{
    if (!group->holds)
        return;
    group->holds = false;
    group->events.revoked(group->ctx, lost);
}

/* The final commit goes out while the old generation still counts: before the answer. */
static void handle_revoked(struct kf_group *group, bool lost)
{
    give_up(group, lost);
    group->joined = false;
    rd_kafka_assign(group->rk, NULL);
}

static void handle_rebalance(struct kf_group *group, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    tell_reachable(group, KAFFE_OK, "");
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        handle_assigned(group, rd_kafka_event_topic_partition_list(event));
    else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        handle_revoked(group, rd_kafka_assignment_lost(group->rk)); /* assign() forgets it */
    else
        handle_revoked(group, true);
}

/* An error of a topic names it only in its text: find the one of ours that it means. */
static const char *topic_of(const struct kf_group *group, const char *text)
{
    for (size_t i = 0; i < group->topics.count; i++) {
        const char *topic = group->topics.items[i];
        const char *found = strstr(text, topic);
        size_t size = strlen(topic);
        if (found && found > text && found[-1] == ' ' && found[size] == ':')
            return topic;
    }
    return NULL;
}

static void tell_topic(struct kf_group *group, int32_t code, const char *text)
{
    const char *topic = topic_of(group, text);
    if (!topic || kf_text_list_has(&group->told_topics, topic))
        return;
    kf_text_list_add(&group->told_topics, topic, strlen(topic));
    if (kf_response_topic_unknown(code))
        kf_log(&group->owner.log, KAFFE_LOG_WARN, "topic.unknown",
               "topic=%s remedy=\"kafka-topics.sh --bootstrap-server %s --create --topic %s "
               "--partitions N\"",
               topic, group->endpoints, topic);
    else
        kf_log(&group->owner.log, KAFFE_LOG_ERROR, "topic.denied",
               "topic=%s group=%s remedy=\"grant this client READ and DESCRIBE on the topic\"",
               topic, group->consumer_group);
}

static void note_trouble(struct kf_group *group, int32_t code, const char *text)
{
    char shown[600];
    snprintf(shown, sizeof shown, "%s", text);
    kf_connection_hide(&group->owner, shown);
    group->refused = kf_handle_login_trouble(&group->owner.login, code, shown, group->trouble,
                                             sizeof group->trouble);
}

static void handle_all_down(struct kf_group *group, const char *text)
{
    tell_reachable(group, group->refused ? KAFFE_DENIED : KAFFE_TIMED_OUT,
                   group->trouble[0] ? group->trouble : text);
}

static void tell_once(struct kf_group *group, int32_t code, const char *text)
{
    char quoted[512];
    if (code == group->told_code)
        return;
    group->told_code = code;
    kf_log(&group->owner.log, KAFFE_LOG_WARN, "group.disturbed", "group=%s code=%d error=\"%s\"",
           group->consumer_group, code, kf_log_quote(quoted, sizeof quoted, text));
}

/* The partitions are somebody else's by now, and librdkafka sends no event for them any more. */
static void handle_fatal(struct kf_group *group)
{
    char why[200];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(group->rk, why, sizeof why);
    give_up(group, true);
    tell_failed(group, code, KAFFE_KAFKA, why);
}

static bool is_transport(int32_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT || kf_response_is_login(code);
}

static void handle_error(struct kf_group *group, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    const char *text = rd_kafka_event_error_string(event);
    if (code == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_event_error_is_fatal(event))
        handle_fatal(group);
    else if (is_transport(code))
        note_trouble(group, code, text);
    else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        handle_all_down(group, text);
    else if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        tell_failed(group, code, KAFFE_DENIED,
                    "not authorised to join; grant this client READ on the group");
    else if (kf_response_topic_unknown(code) ||
             code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        tell_topic(group, code, text);
    else
        tell_once(group, code, text);
}

void kf_group_handle(struct kf_group *group, rd_kafka_event_t *event)
{
    rd_kafka_event_type_t type = rd_kafka_event_type(event);
    if (type == RD_KAFKA_EVENT_REBALANCE)
        handle_rebalance(group, event);
    else if (type == RD_KAFKA_EVENT_ERROR)
        handle_error(group, event);
    rd_kafka_event_destroy(event);
}

/* librdkafka says when the last broker goes, never when one comes back. With no time to wait, a
 * metadata request answers at once whether any connection is up: it was sent, or it was not. */
void kf_group_probe(struct kf_group *group)
{
    int64_t now_ms = kf_clock_ms();
    if (!group->unreachable || now_ms - group->probed_ms < PROBE_INTERVAL_MS)
        return;
    group->probed_ms = now_ms;
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(group->rk, 0, NULL, &metadata, 0);
    if (!code)
        rd_kafka_metadata_destroy(metadata);
    if (code != RD_KAFKA_RESP_ERR__TRANSPORT)
        tell_reachable(group, KAFFE_OK, "");
}
