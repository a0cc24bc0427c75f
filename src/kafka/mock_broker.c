/* SPDX-License-Identifier: MIT
 * The embedded broker: librdkafka's mock cluster, its topics made from one string. */
#include "error.h"
#include "kaffe.h"
#include "text.h"
#include "topic_name.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <string.h>

#define PARTITIONS_MAX 10000

struct kaffe_mock_broker {
    rd_kafka_t *owner; /* talks to nobody; the cluster lives in its threads */
    rd_kafka_mock_cluster_t *cluster;
};

struct topic_wish {
    char *name;
    int partition_count;
};

/* Cuts "orders:4" in two, in place. */
static kaffe_status read_wish(char *item, struct topic_wish *wish, kaffe_error *err)
{
    *wish = (struct topic_wish){ .name = item, .partition_count = 1 };
    char *colon = strchr(item, ':');
    if (colon) {
        char *end;
        long count = strtol(colon + 1, &end, 10);
        if (end == colon + 1 || *end || count < 1 || count > PARTITIONS_MAX)
            return kf_error_set(err, KAFFE_INVALID, "topics: %s: partitions must be 1..%d", item,
                                PARTITIONS_MAX);
        *colon = '\0';
        wish->partition_count = (int)count;
    }
    const char *problem = kf_topic_name_problem(item);
    if (problem)
        return kf_error_set(err, KAFFE_INVALID, "topics: \"%s\": %s", item, problem);
    return KAFFE_OK;
}

static kaffe_status create_topics(kaffe_mock_broker *broker, const struct kf_text_list *topics,
                                  kaffe_error *err)
{
    for (size_t i = 0; i < topics->count; i++) {
        struct topic_wish wish;
        if (read_wish(topics->items[i], &wish, err) != KAFFE_OK)
            return KAFFE_INVALID;
        rd_kafka_resp_err_t code =
            rd_kafka_mock_topic_create(broker->cluster, wish.name, wish.partition_count, 1);
        if (code)
            return kf_error_set_kafka(err, KAFFE_INVALID, code, 0, "topics: %s: %s", wish.name,
                                      rd_kafka_err2str(code));
    }
    return kf_error_ok(err);
}

static kaffe_status start(kaffe_mock_broker *broker, kaffe_error *err)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    broker->owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!broker->owner) {
        rd_kafka_conf_destroy(conf);
        return kf_error_set(err, KAFFE_FAILED, "embedded broker: %s", why);
    }
    broker->cluster = rd_kafka_mock_cluster_new(broker->owner, 1);
    if (!broker->cluster)
        return kf_error_set(err, KAFFE_FAILED, "embedded broker: no socket or thread to be had");
    return KAFFE_OK;
}

kaffe_mock_broker *kaffe_mock_broker_new(const char *topics, kaffe_error *err)
{
    struct kf_text_list list = { 0 };
    kaffe_mock_broker *broker = calloc(1, sizeof *broker);
    if (!broker || !kf_text_list_split(&list, topics ? topics : "")) {
        free(broker);
        kf_error_no_memory(err);
        return NULL;
    }
    kaffe_status status = start(broker, err);
    if (status == KAFFE_OK)
        status = create_topics(broker, &list, err);
    kf_text_list_fini(&list);
    if (status == KAFFE_OK)
        return broker;
    kaffe_mock_broker_free(broker);
    return NULL;
}

const char *kaffe_mock_broker_endpoints(const kaffe_mock_broker *broker)
{
    return rd_kafka_mock_cluster_bootstraps(broker->cluster);
}

void kaffe_mock_broker_free(kaffe_mock_broker *broker)
{
    if (!broker)
        return;
    if (broker->cluster)
        rd_kafka_mock_cluster_destroy(broker->cluster);
    if (broker->owner)
        rd_kafka_destroy(broker->owner);
    free(broker);
}
