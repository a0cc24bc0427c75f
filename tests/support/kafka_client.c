/* SPDX-License-Identifier: MIT */
#include "kafka_client.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_MS 30000

static void require(bool good, const char *what, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "kafka client: %s: %s\n", what, why);
    abort();
}

static void require_code(rd_kafka_resp_err_t code, const char *what)
{
    require(!code, what, rd_kafka_err2str(code));
}

static rd_kafka_t *open_client(rd_kafka_type_t type, const char *endpoints, const char *group)
{
    const char *properties[][2] = {
        { "bootstrap.servers", endpoints },      { "group.id", group },
        { "enable.auto.commit", "false" },       { "allow.auto.create.topics", "false" },
        { "auto.offset.reset", "earliest" },     { "enable.partition.eof", "true" },
        { "isolation.level", "read_committed" }, { "fetch.wait.max.ms", "10" },
    };
    size_t count = type == RD_KAFKA_CONSUMER ? sizeof properties / sizeof properties[0] : 1;
    char why[200] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    for (size_t i = 0; i < count; i++)
        require(!rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof why),
                properties[i][0], why);
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    require(rk != NULL, "open", why);
    return rk;
}

int kafka_client_partition_count(const char *endpoints, const char *topic)
{
    rd_kafka_t *rk = open_client(RD_KAFKA_CONSUMER, endpoints, "kafka-client");
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *metadata;
    require_code(rd_kafka_metadata(rk, 0, rkt, &metadata, TIMEOUT_MS), topic);
    int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(rkt);
    rd_kafka_destroy(rk);
    return count;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    (void)rk;
    (void)opaque;
    require_code(m->err, "produce");
}

static rd_kafka_headers_t *headers_of(const kaffe_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        const kaffe_header *header = &record->headers[i];
        rd_kafka_header_add(headers, header->name.data, (ssize_t)header->name.size,
                            header->value.data, (ssize_t)header->value.size);
    }
    return headers;
}

static void produce_one(rd_kafka_t *rk, const char *topic, int32_t partition,
                        const kaffe_record *record)
{
    rd_kafka_resp_err_t code;
    do {
        rd_kafka_poll(rk, 0);
        rd_kafka_headers_t *headers = headers_of(record);
        code = rd_kafka_producev(
            rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_KEY(record->key.data, record->key.size),
            RD_KAFKA_V_VALUE((void *)(uintptr_t)record->value.data, record->value.size),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers),
            RD_KAFKA_V_TIMESTAMP(record->timestamp_ms), RD_KAFKA_V_END);
        if (code)
            rd_kafka_headers_destroy(headers);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(rk, 10);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    require_code(code, topic);
}

void kafka_client_produce(const char *endpoints, const char *topic, int32_t partition,
                          const kaffe_record *records, size_t count)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set(conf, "bootstrap.servers", endpoints, NULL, 0);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    require(rk != NULL, "open", why);
    for (size_t i = 0; i < count; i++)
        produce_one(rk, topic, partition, &records[i]);
    require_code(rd_kafka_flush(rk, TIMEOUT_MS), "flush");
    rd_kafka_destroy(rk);
}

static kaffe_bytes copy_bytes(const void *data, size_t size)
{
    if (!data)
        return (kaffe_bytes){ 0 };
    void *copy = calloc(1, size + 1); /* with an end, so that tests may compare text */
    require(copy != NULL, "copy", "out of memory");
    memcpy(copy, data, size);
    return (kaffe_bytes){ copy, size };
}

static void copy_headers(struct kafka_client_record *record, const rd_kafka_message_t *m)
{
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(m, &headers))
        return;
    record->header_count = rd_kafka_header_cnt(headers);
    record->headers = calloc(record->header_count + 1, sizeof *record->headers);
    require(record->headers != NULL, "copy", "out of memory");
    for (size_t i = 0; i < record->header_count; i++) {
        const char *name;
        const void *value;
        size_t size;
        rd_kafka_header_get_all(headers, i, &name, &value, &size);
        record->headers[i] =
            (kaffe_header){ copy_bytes(name, strlen(name)), copy_bytes(value, size) };
    }
}

static void append(struct kafka_client_records *records, const rd_kafka_message_t *m)
{
    records->items = realloc(records->items, (records->count + 1) * sizeof *records->items);
    require(records->items != NULL, "read", "out of memory");
    struct kafka_client_record *record = &records->items[records->count++];
    rd_kafka_timestamp_type_t type;
    *record = (struct kafka_client_record){ 0 };
    record->message.partition = m->partition;
    record->message.offset = m->offset;
    record->message.timestamp_ms = rd_kafka_message_timestamp(m, &type);
    record->message.timestamp_type =
        type == RD_KAFKA_TIMESTAMP_CREATE_TIME ? KAFFE_TIMESTAMP_CREATE : KAFFE_TIMESTAMP_APPEND;
    record->message.key = copy_bytes(m->key, m->key_len);
    record->message.value = copy_bytes(m->payload, m->len);
    copy_headers(record, m);
}

struct kafka_client_records kafka_client_read(const char *endpoints, const char *topic,
                                              int32_t partition)
{
    struct kafka_client_records records = { 0 };
    rd_kafka_t *rk = open_client(RD_KAFKA_CONSUMER, endpoints, "kafka-client");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    require_code(rd_kafka_assign(rk, list), topic);
    rd_kafka_topic_partition_list_destroy(list);
    for (;;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, TIMEOUT_MS);
        require(m != NULL, topic, "nothing to read in time");
        rd_kafka_resp_err_t code = m->err;
        if (!code)
            append(&records, m);
        rd_kafka_message_destroy(m);
        if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            break;
        require_code(code, topic);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return records;
}

static void free_bytes(kaffe_bytes bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

void kafka_client_records_free(struct kafka_client_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        struct kafka_client_record *record = &records->items[i];
        free_bytes(record->message.key);
        free_bytes(record->message.value);
        for (size_t h = 0; h < record->header_count; h++) {
            free_bytes(record->headers[h].name);
            free_bytes(record->headers[h].value);
        }
        free(record->headers);
    }
    free(records->items);
    *records = (struct kafka_client_records){ 0 };
}

int64_t kafka_client_committed(const char *endpoints, const char *group, const char *topic,
                               int32_t partition)
{
    rd_kafka_t *rk = open_client(RD_KAFKA_CONSUMER, endpoints, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition);
    require_code(rd_kafka_committed(rk, list, TIMEOUT_MS), group);
    require_code(list->elems[0].err, topic);
    int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
    return offset;
}

void kafka_client_commit(const char *endpoints, const char *group, const char *topic,
                         int32_t partition, int64_t offset)
{
    rd_kafka_t *rk = open_client(RD_KAFKA_CONSUMER, endpoints, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    require_code(rd_kafka_commit(rk, list, 0), group);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
}
