/* SPDX-License-Identifier: MIT
 * The part of e2e_broker.h that asks the controller. */
#include "e2e_broker.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TIMEOUT_MS 30000

struct admin {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
};

static struct admin open_admin(void)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_conf_set(conf, "bootstrap.servers", e2e_endpoints(), NULL, 0);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        fail_msg("%s", why);
    return (struct admin){ rk, rd_kafka_queue_new(rk) };
}

static void close_admin(const struct admin *admin)
{
    rd_kafka_queue_destroy(admin->queue);
    rd_kafka_destroy(admin->rk);
}

static void configure(rd_kafka_NewTopic_t *wish, const char *configs)
{
    char *words = strdup(configs);
    char *rest = NULL;
    assert_non_null(words);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = '\0';
        rd_kafka_NewTopic_set_config(wish, word, value);
    }
    free(words);
}

/* @return false: the broker, or librdkafka, says no */
static bool create(const char *topic, int partition_count, const char *configs, char *why,
                   size_t why_size)
{
    rd_kafka_NewTopic_t *wish =
        rd_kafka_NewTopic_new(topic, partition_count, -1, why, why_size); /* -1: the default */
    if (!wish)
        return false;
    if (configs)
        configure(wish, configs);
    struct admin admin = open_admin();
    rd_kafka_CreateTopics(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin.queue, TIMEOUT_MS);
    snprintf(why, why_size, "%s", event ? rd_kafka_event_error_string(event) : "no answer in time");
    bool good = event && !rd_kafka_event_error(event);
    if (good) {
        size_t count;
        const rd_kafka_topic_result_t **topics =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
        good = count == 1 && !rd_kafka_topic_result_error(topics[0]);
        if (!good)
            snprintf(why, why_size, "%s", rd_kafka_topic_result_error_string(topics[0]));
    }
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(wish);
    close_admin(&admin);
    return good;
}

/* The controller says yes before every broker knows. */
static void wait_for_partitions(const char *topic, int partition_count)
{
    for (int tries = 0; tries < 300; tries++) {
        if (kafka_client_partition_count(e2e_endpoints(), topic) == partition_count)
            return;
        poll(NULL, 0, 50);
    }
    fail_msg("%s: its partitions do not show up", topic);
}

void e2e_create_topic(const char *topic, int partition_count, const char *configs)
{
    char why[300] = "";
    if (!create(topic, partition_count, configs, why, sizeof why))
        fail_msg("%s: %s", topic, why);
    wait_for_partitions(topic, partition_count);
}

bool e2e_topic_ready(const char *topic, int partition_count, char *why, size_t why_size)
{
    char refusal[300] = "";
    const char *tool = "kafka-topics.sh --bootstrap-server";
    const char *endpoints = e2e_endpoints();
    int count = kafka_client_partition_count(endpoints, topic);
    if (count == partition_count)
        return true;
    if (count == 0 && create(topic, partition_count, NULL, refusal, sizeof refusal)) {
        wait_for_partitions(topic, partition_count);
        return true;
    }
    if (count == 0)
        snprintf(why, why_size,
                 "topic %s is missing and can not be created (%s): "
                 "%s %s --create --topic %s --partitions %d",
                 topic, refusal, tool, endpoints, topic, partition_count);
    else if (count < partition_count)
        snprintf(why, why_size,
                 "topic %s has %d partitions, the tests need %d: "
                 "%s %s --alter --topic %s --partitions %d",
                 topic, count, partition_count, tool, endpoints, topic, partition_count);
    else
        snprintf(why, why_size,
                 "topic %s has %d partitions, the tests need %d and make it again: "
                 "%s %s --delete --topic %s",
                 topic, count, partition_count, tool, endpoints, topic);
    return false;
}

void e2e_configure_topic(const char *topic, const char *config, const char *value)
{
    size_t count;
    struct admin admin = open_admin();
    rd_kafka_ConfigResource_t *wish = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_ConfigResource_set_config(wish, config, value);
    rd_kafka_AlterConfigs(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin.queue, TIMEOUT_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    const rd_kafka_ConfigResource_t **done =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count);
    assert_int_equal(count, 1);
    assert_int_equal(rd_kafka_ConfigResource_error(done[0]), 0);
    rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy(wish);
    close_admin(&admin);
}

void e2e_delete_records(const char *topic, int32_t partition, int64_t before)
{
    struct admin admin = open_admin();
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = before;
    rd_kafka_DeleteRecords_t *wish = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(admin.rk, &wish, 1, NULL, admin.queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin.queue, TIMEOUT_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    const rd_kafka_topic_partition_list_t *done =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
    assert_int_equal(done->cnt, 1);
    assert_int_equal(done->elems[0].err, 0);
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteRecords_destroy(wish);
    rd_kafka_topic_partition_list_destroy(list);
    close_admin(&admin);
}
