/* SPDX-License-Identifier: MIT
 * The producing calls that wait: where records go, what comes back, and that they arrive as they
 * were given. Read back with plain librdkafka. */
#include "kaffe.h"
#include "kafka_client.h"
#include "mock_cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct mock_cluster mock;

static int start(void **state)
{
    (void)state;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "first", 4);
    mock_cluster_create(&mock, "second", 3);
    mock_cluster_create(&mock, "exact", 1);
    mock_cluster_create(&mock, "batches", 3);
    mock_cluster_create(&mock, "kept", 3);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mock_cluster_stop(&mock);
    return 0;
}

static kaffe_producer *make(const char *topics, kaffe_partition_fn strategy)
{
    kaffe_error err;
    const kaffe_producer_options options = { .endpoints = mock.endpoints,
                                             .topics = topics,
                                             .partition_strategy = strategy,
                                             .delivery_timeout_ms = 30000 };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    assert_int_equal(err.status, KAFFE_OK);
    return producer;
}

static void holds_one(const char *topic, int32_t partition, const char *value)
{
    struct kafka_client_records read = kafka_client_read(mock.endpoints, topic, partition);
    assert_int_equal(read.count, 1);
    assert_string_equal(read.items[0].message.value.data, value);
    kafka_client_records_free(&read);
}

static void three_forms_reach_their_topic_and_partition(void **state)
{
    (void)state;
    kaffe_error err;
    kaffe_producer *producer = make("first, second", kaffe_partition_round_robin);
    const kaffe_record a = { .key = kaffe_text("k"), .value = kaffe_text("default topic") };
    const kaffe_record b = { .key = kaffe_text("k"), .value = kaffe_text("named topic") };
    const kaffe_record c = { .key = kaffe_text("k"), .value = kaffe_text("named partition") };
    assert_int_equal(kaffe_produce_sync(producer, &a, &err), KAFFE_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(kaffe_produce_sync_to(producer, "second", &b, &err), KAFFE_OK);
    assert_int_equal(kaffe_produce_sync_to_partition(producer, "first", 3, &c, &err), KAFFE_OK);
    holds_one("first", 0, "default topic");
    holds_one("second", 0, "named topic");
    holds_one("first", 3, "named partition");
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void null_and_empty_arrive_as_they_were_given(void **state)
{
    (void)state;
    const kaffe_header headers[] = {
        { kaffe_text("trace"), kaffe_text("1") },
        { kaffe_text("trace"), kaffe_text("2") },
        { kaffe_text("null"), { NULL, 0 } },
        { kaffe_text("empty"), { "", 0 } },
    };
    const kaffe_record records[] = {
        { .key = { NULL, 0 }, .value = { NULL, 0 } },
        { .key = { "", 0 }, .value = { "", 0 } },
        { .key = { "a\0b", 3 }, .value = { "c\0d", 3 }, .timestamp_ms = 1234567890123 },
        { .value = kaffe_text("headed"), .headers = headers, .header_count = 4 },
    };
    kaffe_result results[4];
    kaffe_error err;
    kaffe_producer *producer = make("exact", NULL);
    assert_int_equal(kaffe_produce_batch(producer, NULL, 0, records, 4, results, &err), KAFFE_OK);
    struct kafka_client_records read = kafka_client_read(mock.endpoints, "exact", 0);
    assert_int_equal(read.count, 4);
    assert_null(read.items[0].message.key.data);
    assert_null(read.items[0].message.value.data);
    assert_non_null(read.items[1].message.key.data);
    assert_int_equal(read.items[1].message.key.size, 0);
    assert_non_null(read.items[1].message.value.data);
    assert_int_equal(read.items[1].message.value.size, 0);
    assert_int_equal(read.items[2].message.key.size, 3);
    assert_memory_equal(read.items[2].message.key.data, "a\0b", 3);
    assert_memory_equal(read.items[2].message.value.data, "c\0d", 3);
    assert_int_equal(read.items[2].message.timestamp_ms, 1234567890123);
    assert_int_equal(read.items[2].message.timestamp_type, KAFFE_TIMESTAMP_CREATE);
    assert_true(read.items[1].message.timestamp_ms > 1600000000000); /* now, when none is given */
    assert_int_equal(read.items[0].header_count, 0);
    const struct kafka_client_record *headed = &read.items[3];
    assert_int_equal(headed->header_count, 4);
    assert_string_equal(headed->headers[0].name.data, "trace");
    assert_string_equal(headed->headers[0].value.data, "1");
    assert_string_equal(headed->headers[1].value.data, "2");
    assert_null(headed->headers[2].value.data);
    assert_non_null(headed->headers[3].value.data);
    assert_int_equal(headed->headers[3].value.size, 0);
    kafka_client_records_free(&read);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void a_batch_has_a_result_for_every_record(void **state)
{
    (void)state;
    enum {
        COUNT = 5
    };
    static char large[2000000];
    const kaffe_record records[COUNT] = {
        { .value = kaffe_text("0") }, { .value = { large, sizeof large } },
        { .value = kaffe_text("2") }, { .value = kaffe_text("3"), .timestamp_ms = -1 },
        { .value = kaffe_text("4") },
    };
    kaffe_result results[COUNT];
    kaffe_error err;
    kaffe_producer *producer = make("batches", kaffe_partition_round_robin);
    assert_int_equal(kaffe_produce_batch(producer, NULL, 1, records, COUNT, results, &err),
                     KAFFE_NOT_WRITTEN);
    assert_string_equal(err.message, "record 1: topic batches/1: a record of 2000000 bytes is "
                                     "larger than max_message_bytes = 1000000");
    const kaffe_status expected[COUNT] = { KAFFE_OK, KAFFE_NOT_WRITTEN, KAFFE_OK, KAFFE_INVALID,
                                           KAFFE_OK };
    const int64_t offsets[COUNT] = { 0, -1, 1, -1, 2 };
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].status, expected[i]);
        assert_int_equal(results[i].offset, offsets[i]);
    }
    assert_int_equal(results[0].partition, 1);
    assert_int_equal(results[3].partition, -1);
    struct kafka_client_records read = kafka_client_read(mock.endpoints, "batches", 1);
    assert_int_equal(read.count, 3);
    assert_string_equal(read.items[2].message.value.data, "4");
    kafka_client_records_free(&read);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void an_empty_batch_is_written(void **state)
{
    (void)state;
    kaffe_producer *producer = make("batches", NULL);
    assert_int_equal(kaffe_produce_batch(producer, NULL, -1, NULL, 0, NULL, NULL), KAFFE_OK);
    kaffe_producer_free(producer);
}

static void a_long_batch_keeps_the_order_of_a_partition(void **state)
{
    (void)state;
    enum {
        COUNT = 2000
    };
    static char texts[COUNT][8];
    static kaffe_record records[COUNT];
    static kaffe_result results[COUNT];
    kaffe_error err;
    kaffe_producer *producer = make("kept", NULL);
    for (int i = 0; i < COUNT; i++) {
        texts[i][0] = (char)('0' + i / 1000);
        texts[i][1] = (char)('0' + i / 100 % 10);
        texts[i][2] = (char)('0' + i / 10 % 10);
        texts[i][3] = (char)('0' + i % 10);
        records[i] = (kaffe_record){ .value = kaffe_text(texts[i]) };
    }
    assert_int_equal(kaffe_produce_batch(producer, "kept", 2, records, COUNT, results, &err),
                     KAFFE_OK);
    struct kafka_client_records read = kafka_client_read(mock.endpoints, "kept", 2);
    assert_int_equal(read.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].offset, i);
        assert_string_equal(read.items[i].message.value.data, texts[i]);
    }
    kafka_client_records_free(&read);
    kaffe_producer_free(producer);
}

static void a_batch_larger_than_the_queue_passes_piece_by_piece(void **state)
{
    (void)state;
    enum {
        COUNT = 60
    };
    static char large[50000];
    kaffe_record records[COUNT];
    kaffe_result results[COUNT];
    kaffe_error err;
    const kaffe_producer_options options = { .endpoints = mock.endpoints,
                                             .partition_strategy = kaffe_partition_round_robin,
                                             .queue_max_bytes = 1048576 };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    for (int i = 0; i < COUNT; i++)
        records[i] = (kaffe_record){ .value = { large, sizeof large } };
    assert_int_equal(kaffe_produce_batch(producer, "second", -1, records, COUNT, results, &err),
                     KAFFE_OK);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(results[i].status, KAFFE_OK);
    kaffe_producer_free(producer);
}

static void says(kaffe_status status, kaffe_status expected, const kaffe_error *err,
                 const char *message)
{
    assert_int_equal(status, expected);
    assert_int_equal(err->status, expected);
    assert_string_equal(err->message, message);
}

static void wrong_calls_are_told_what_is_wrong(void **state)
{
    (void)state;
    kaffe_error err;
    const kaffe_record record = { .value = kaffe_text("v") };
    const kaffe_header nameless = { { NULL, 0 }, kaffe_text("v") };
    const kaffe_record headed = { .headers = &nameless, .header_count = 1 };
    kaffe_producer *producer = make(NULL, NULL);
    says(kaffe_produce_sync(producer, &record, &err), KAFFE_INVALID, &err,
         "topic: none is given, and the producer's option topics is empty");
    says(kaffe_produce_sync_to_partition(producer, "first", 4, &record, &err), KAFFE_INVALID, &err,
         "topic first: there is no partition 4, only 0..3");
    says(kaffe_produce_sync_to_partition(producer, "first", -1, &record, &err), KAFFE_INVALID, &err,
         "partition = -1: must be 0 or more");
    says(kaffe_produce_sync_to(producer, "first", NULL, &err), KAFFE_INVALID, &err,
         "record: it is NULL");
    says(kaffe_produce_sync_to(producer, "first", &headed, &err), KAFFE_INVALID, &err,
         "record: header 0 has no name");
    assert_int_equal(kaffe_produce_sync_to(producer, "no good", &record, &err), KAFFE_INVALID);
    assert_memory_equal(err.message, "topic \"no good\": ", 17);
    assert_int_equal(kaffe_produce_sync_to(producer, "first", &record, NULL), KAFFE_OK);
    kaffe_producer_free(producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_forms_reach_their_topic_and_partition),
        cmocka_unit_test(null_and_empty_arrive_as_they_were_given),
        cmocka_unit_test(a_batch_has_a_result_for_every_record),
        cmocka_unit_test(an_empty_batch_is_written),
        cmocka_unit_test(a_long_batch_keeps_the_order_of_a_partition),
        cmocka_unit_test(a_batch_larger_than_the_queue_passes_piece_by_piece),
        cmocka_unit_test(wrong_calls_are_told_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
