/* SPDX-License-Identifier: MIT
 * The part of kafka_client.h that asks a real Kafka's controller. */
#include "kafka_client.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_MS 30000

static void require(bool good, const char *what, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "kafka admin: %s: %s\n", what, why);
    abort();
}

struct admin {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
};

static struct admin open_admin(const char *endpoints)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_conf_set(conf, "bootstrap.servers", endpoints, NULL, 0);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    require(rk != NULL, "open", why);
    return (struct admin){ rk, rd_kafka_queue_new(rk) };
}

static rd_kafka_event_t *answer(const struct admin *admin, const char *what)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin->queue, TIMEOUT_MS);
    require(event != NULL, what, "no answer in time");
    require(!rd_kafka_event_error(event), what, rd_kafka_event_error_string(event));
    return event;
}

static void close_admin(const struct admin *admin)
{
    rd_kafka_queue_destroy(admin->queue);
    rd_kafka_destroy(admin->rk);
}

/* @return the error of the only topic in it */
static rd_kafka_resp_err_t outcome(const rd_kafka_topic_result_t **topics, size_t count)
{
    return count == 1 ? rd_kafka_topic_result_error(topics[0]) : RD_KAFKA_RESP_ERR__FAIL;
}

/* The controller says yes before every broker knows. */
static void wait_for_partitions(const char *endpoints, const char *topic, int partition_count)
{
    for (int tries = 0; tries < 300; tries++) {
        if (kafka_client_partition_count(endpoints, topic) == partition_count)
            return;
        poll(NULL, 0, 100);
    }
    require(false, topic, "partitions do not show up");
}

void kafka_client_create_topic(const char *endpoints, const char *topic, int partition_count)
{
    char why[200] = "";
    struct admin admin = open_admin(endpoints);
    rd_kafka_NewTopic_t *wish = rd_kafka_NewTopic_new(topic, partition_count, 1, why, sizeof why);
    require(wish != NULL, topic, why);
    rd_kafka_CreateTopics(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = answer(&admin, topic);
    size_t count;
    const rd_kafka_topic_result_t **topics =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    rd_kafka_resp_err_t code = outcome(topics, count);
    require(!code, topic, rd_kafka_err2str(code));
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(wish);
    close_admin(&admin);
    wait_for_partitions(endpoints, topic, partition_count);
}

void kafka_client_delete_topic(const char *endpoints, const char *topic)
{
    struct admin admin = open_admin(endpoints);
    rd_kafka_DeleteTopic_t *wish = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_DeleteTopics(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = answer(&admin, topic);
    size_t count;
    const rd_kafka_topic_result_t **topics =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    rd_kafka_resp_err_t code = outcome(topics, count);
    require(!code || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, topic,
            rd_kafka_err2str(code));
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteTopic_destroy(wish);
    close_admin(&admin);
}

void kafka_client_grow_topic(const char *endpoints, const char *topic, int partition_count)
{
    char why[200] = "";
    struct admin admin = open_admin(endpoints);
    rd_kafka_NewPartitions_t *wish =
        rd_kafka_NewPartitions_new(topic, (size_t)partition_count, why, sizeof why);
    require(wish != NULL, topic, why);
    rd_kafka_CreatePartitions(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = answer(&admin, topic);
    size_t count;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(event), &count);
    rd_kafka_resp_err_t code = outcome(topics, count);
    require(!code, topic, rd_kafka_err2str(code));
    rd_kafka_event_destroy(event);
    rd_kafka_NewPartitions_destroy(wish);
    close_admin(&admin);
    wait_for_partitions(endpoints, topic, partition_count);
}
