/* SPDX-License-Identifier: MIT
 * librdkafka's mock cluster with its levers: a test injects errors, takes brokers down. */
#ifndef MOCK_CLUSTER_H
#define MOCK_CLUSTER_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

struct mock_cluster {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *cluster;
    const char *endpoints; /* "127.0.0.1:port" */
};

/* Kafka's numbers of the requests that tests make fail. */
enum mock_request {
    MOCK_PRODUCE = 0,
    MOCK_METADATA = 3,
    MOCK_OFFSET_COMMIT = 8,
    MOCK_OFFSET_FETCH = 9,
    MOCK_JOIN_GROUP = 11,
    MOCK_HEARTBEAT = 12
};

/** One broker, with id 1. Ends the test when it can not. */
void mock_cluster_start(struct mock_cluster *mock);
void mock_cluster_create(struct mock_cluster *mock, const char *topic, int partition_count);
/** The next `count` requests of that kind fail with `code`. */
void mock_cluster_fail(struct mock_cluster *mock, enum mock_request request, size_t count,
                       rd_kafka_resp_err_t code);
void mock_cluster_down(struct mock_cluster *mock);
void mock_cluster_up(struct mock_cluster *mock);
/** After all its clients are gone. */
void mock_cluster_stop(struct mock_cluster *mock);

#endif
