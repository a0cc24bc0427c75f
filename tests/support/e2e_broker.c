/* SPDX-License-Identifier: MIT */
#include "e2e_broker.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT_MS 30000

static void require_code(rd_kafka_resp_err_t code, const char *what)
{
    if (code)
        fail_msg("%s: %s", what, rd_kafka_err2str(code));
}

const char *e2e_endpoints(void)
{
    const char *endpoints = getenv("KAFFE_TEST_ENDPOINTS");
    if (!endpoints || !*endpoints) {
        fprintf(stderr, "KAFFE_TEST_ENDPOINTS is not set: it names the Kafka to test against, as "
                        "host:port; ./dev test e2e starts one and sets it\n");
        exit(1);
    }
    return endpoints;
}

struct e2e_name e2e_name(const char *what)
{
    struct e2e_name name;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name.text, sizeof name.text, "kaffe-%s-%d-%jd%03ld", what, (int)getpid(),
             (intmax_t)now.tv_sec, now.tv_nsec / 1000000);
    return name;
}

static rd_kafka_t *open_reader(const char *group)
{
    const char *properties[][2] = { { "bootstrap.servers", e2e_endpoints() },
                                    { "group.id", group },
                                    { "enable.auto.commit", "false" },
                                    { "enable.partition.eof", "true" },
                                    { "fetch.wait.max.ms", "20" },
                                    { "isolation.level", "read_uncommitted" },
                                    { "fetch.message.max.bytes", "10000000" } };
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof why))
            fail_msg("%s", why);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (!rk)
        fail_msg("%s", why);
    return rk;
}

int64_t e2e_end(const char *topic, int32_t partition)
{
    int64_t low;
    int64_t high;
    rd_kafka_t *rk = open_reader("e2e");
    require_code(rd_kafka_query_watermark_offsets(rk, topic, partition, &low, &high, TIMEOUT_MS),
                 topic);
    rd_kafka_destroy(rk);
    return high;
}

void e2e_commit(const char *group, const char *topic, int32_t partition, int64_t offset)
{
    rd_kafka_t *rk = open_reader(group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    require_code(rd_kafka_commit(rk, list, 0), group);
    require_code(list->elems[0].err, topic);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
}

void e2e_committed(const char *group, const char *topic, int partition_count, int64_t *offsets)
{
    rd_kafka_t *rk = open_reader(group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partition_count);
    rd_kafka_topic_partition_list_add_range(list, topic, 0, partition_count - 1);
    require_code(rd_kafka_committed(rk, list, TIMEOUT_MS), group);
    for (int i = 0; i < partition_count; i++) {
        require_code(list->elems[i].err, topic);
        offsets[list->elems[i].partition] = list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
}

/* --- reading ------------------------------------------------------------------------------ */

static kaffe_bytes copy_bytes(const void *data, size_t size)
{
    if (!data)
        return (kaffe_bytes){ 0 };
    void *copy = calloc(1, size + 1);
    assert_non_null(copy);
    return (kaffe_bytes){ memcpy(copy, data, size), size };
}

static void copy_headers(struct kafka_client_record *record, const rd_kafka_message_t *m)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(m, &headers))
        return;
    record->headers = calloc(rd_kafka_header_cnt(headers) + 1, sizeof *record->headers);
    assert_non_null(record->headers);
    while (!rd_kafka_header_get_all(headers, record->header_count, &name, &value, &size))
        record->headers[record->header_count++] =
            (kaffe_header){ copy_bytes(name, strlen(name)), copy_bytes(value, size) };
}

static void append(struct kafka_client_records *records, const rd_kafka_message_t *m)
{
    rd_kafka_timestamp_type_t type;
    records->items = realloc(records->items, (records->count + 1) * sizeof *records->items);
    assert_non_null(records->items);
    struct kafka_client_record *record = &records->items[records->count++];
    *record = (struct kafka_client_record){ 0 };
    record->message.partition = m->partition;
    record->message.offset = m->offset;
    record->message.timestamp_ms = rd_kafka_message_timestamp(m, &type);
    record->message.timestamp_type = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME
                                         ? KAFFE_TIMESTAMP_APPEND
                                         : KAFFE_TIMESTAMP_CREATE;
    record->message.key = copy_bytes(m->key, m->key_len);
    record->message.value = copy_bytes(m->payload, m->len);
    copy_headers(record, m);
}

struct kafka_client_records e2e_read(const char *topic, int partition_count)
{
    struct kafka_client_records records = { 0 };
    rd_kafka_t *rk = open_reader("e2e");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partition_count);
    for (int i = 0; i < partition_count; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    require_code(rd_kafka_assign(rk, list), topic);
    rd_kafka_topic_partition_list_destroy(list);
    for (int ends = 0; ends < partition_count;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, TIMEOUT_MS);
        if (!m)
            fail_msg("%s: nothing to read in time", topic);
        if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            ends++;
        else if (m->err)
            fail_msg("%s: %s", topic, rd_kafka_message_errstr(m));
        else
            append(&records, m);
        rd_kafka_message_destroy(m);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    e2e_sort(&records);
    return records;
}

/* --- comparing ---------------------------------------------------------------------------- */

/* Not qsort: it does not keep the order within a partition. */
void e2e_sort(struct kafka_client_records *records)
{
    struct kafka_client_record *sorted = calloc(records->count + 1, sizeof *sorted);
    size_t filled = 0;
    assert_non_null(sorted);
    for (int32_t partition = 0; filled < records->count; partition++)
        for (size_t i = 0; i < records->count; i++)
            if (records->items[i].message.partition == partition)
                sorted[filled++] = records->items[i];
    free(records->items);
    records->items = sorted;
}

static void assert_same_bytes(kaffe_bytes a, kaffe_bytes b)
{
    assert_int_equal(!a.data, !b.data);
    assert_int_equal(a.size, b.size);
    if (a.size > 0)
        assert_memory_equal(a.data, b.data, a.size);
}

static void assert_same_record(const struct kafka_client_record *a,
                               const struct kafka_client_record *b)
{
    assert_int_equal(a->message.partition, b->message.partition);
    assert_int_equal(a->message.offset, b->message.offset);
    assert_int_equal(a->message.timestamp_ms, b->message.timestamp_ms);
    assert_int_equal(a->message.timestamp_type, b->message.timestamp_type);
    assert_same_bytes(a->message.key, b->message.key);
    assert_same_bytes(a->message.value, b->message.value);
    assert_int_equal(a->header_count, b->header_count);
    for (size_t i = 0; i < a->header_count; i++) {
        assert_same_bytes(a->headers[i].name, b->headers[i].name);
        assert_same_bytes(a->headers[i].value, b->headers[i].value);
    }
}

void e2e_assert_same(const struct kafka_client_records *a, const struct kafka_client_records *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_same_record(&a->items[i], &b->items[i]);
}
