/* SPDX-License-Identifier: MIT */
#include "mock_cluster.h"

#include "threads.h"

#include <stdio.h>
#include <stdlib.h>

static void require(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "mock cluster: %s\n", what);
    abort();
}

void mock_cluster_start(struct mock_cluster *mock)
{
    char why[200] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    mock->owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    require(mock->owner != NULL, why);
    mock->cluster = rd_kafka_mock_cluster_new(mock->owner, 1);
    require(mock->cluster != NULL, "not started");
    mock->endpoints = rd_kafka_mock_cluster_bootstraps(mock->cluster);
}

void mock_cluster_create(struct mock_cluster *mock, const char *topic, int partition_count)
{
    require(!rd_kafka_mock_topic_create(mock->cluster, topic, partition_count, 1), topic);
}

void mock_cluster_fail(struct mock_cluster *mock, enum mock_request request, size_t count,
                       rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < count; i++)
        rd_kafka_mock_push_request_errors_array(mock->cluster, (int16_t)request, 1, &code);
}

void mock_cluster_down(struct mock_cluster *mock)
{
    require(!rd_kafka_mock_broker_set_down(mock->cluster, 1), "not taken down");
}

void mock_cluster_up(struct mock_cluster *mock)
{
    require(!rd_kafka_mock_broker_set_up(mock->cluster, 1), "not taken up");
}

void mock_cluster_stop(struct mock_cluster *mock)
{
    /* What a member left behind ends on its own: it is no leak at the end of the process. */
    threads_await_end("kaffe-gone");
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->owner);
}
