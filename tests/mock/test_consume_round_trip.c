/* SPDX-License-Identifier: MIT
 * The main job: what is produced is handled, once, in order, and committed. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"

#define TOPICS "orders:4,plain:1,batches:2,shapes:1"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static void every_message_is_handled_once_and_in_order(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "orders", "once");
    kaffe_consumer_counters counters;
    for (int32_t p = 0; p < 4; p++)
        recorder_produce(endpoints, "orders", p, 500);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 2000);
    recorder_produce(endpoints, "orders", 2, 100);
    recorder_await_handled(recorder, 2100);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 30000, NULL), KAFFE_OK);
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.messages_handled, 2100);
    assert_int_equal(counters.failures, 0);
    assert_int_equal(counters.assignments, 1);
    assert_int_equal(counters.revocations, 1);
    assert_int_equal(counters.revocations_unclean, 0);
    assert_int_equal(counters.partitions, 0);
    assert_int_equal(counters.fetched_bytes, 0);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(recorder->count, 2100);
    assert_int_equal(recorder->assigned, 4);
    assert_int_equal(recorder->revoked, 4);
    for (int32_t p = 0; p < 4; p++) {
        int64_t count = p == 2 ? 600 : 500;
        recorder_assert_in_order(recorder, p, 0, count);
        assert_int_equal(kafka_client_committed(endpoints, "once", "orders", p), count);
    }
    recorder_free(recorder);
}

static void a_group_goes_on_behind_its_commit(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *first = recorder_new();
    struct recorder *second = recorder_new();
    kaffe_consumer_options options = recorder_options(first, endpoints, "plain", "goes-on");
    recorder_produce(endpoints, "plain", 0, 10);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(first, 10);
    recorder_stop(consumer);
    recorder_await_log(first, "partition.started", "offset=0 reason=earliest");

    recorder_produce(endpoints, "plain", 0, 5);
    options = recorder_options(second, endpoints, "plain", "goes-on");
    consumer = recorder_start(&options);
    recorder_await_handled(second, 5);
    recorder_stop(consumer);
    recorder_await_log(second, "partition.started", "offset=10 reason=committed");
    assert_int_equal(second->count, 5);
    recorder_assert_in_order(second, 0, 10, 5);
    recorder_free(first);
    recorder_free(second);
}

static void batches_are_of_one_partition_ascending_and_bounded(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "batches", "batches");
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_batch_count = 30;
    recorder_produce(endpoints, "batches", 0, 100);
    recorder_produce(endpoints, "batches", 1, 100);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 200);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 0, 100);
    recorder_assert_in_order(recorder, 1, 0, 100);
    for (size_t i = 0; i < recorder->count; i += recorder->entries[i].batch_count) {
        const struct recorder_entry *first = &recorder->entries[i];
        assert_in_range(first->batch_count, 1, 30);
        for (size_t j = 1; j < first->batch_count; j++)
            assert_int_equal(first[j].partition, first->partition);
    }
    assert_int_equal(kafka_client_committed(endpoints, "batches", "batches", 0), 100);
    recorder_free(recorder);
}

static kaffe_status look(const kaffe_message *m, void *ctx)
{
    struct recorder *recorder = ctx;
    kaffe_bytes value;
    kaffe_header header;
    switch (m->offset) {
    case 0: /* null is not empty */
        assert_null(m->key.data);
        assert_non_null(m->value.data);
        assert_int_equal(m->value.size, 0);
        break;
    case 1:
        assert_non_null(m->key.data);
        assert_int_equal(m->key.size, 0);
        assert_null(m->value.data);
        break;
    default:
        assert_int_equal(kaffe_message_header_count(m), 3);
        assert_true(kaffe_message_header(m, "trace", &value));
        assert_int_equal(value.size, 3);
        assert_memory_equal(value.data, "one", 3);
        assert_true(kaffe_message_header_at(m, 1, &header));
        assert_null(header.value.data);
        assert_true(kaffe_message_header_at(m, 2, &header));
        assert_memory_equal(header.value.data, "two", 3);
        assert_false(kaffe_message_header_at(m, 3, &header));
        assert_false(kaffe_message_header(m, "trac", &value));
        assert_int_equal(m->timestamp_ms, 1234567890123);
        assert_int_equal(m->timestamp_type, KAFFE_TIMESTAMP_CREATE);
        assert_int_equal(kaffe_message_magic_byte(m), 2);
        assert_int_equal(kaffe_message_attributes(m), 0);
    }
    assert_string_equal(m->topic, "shapes");
    return recorder_handle_message(m, recorder);
}

static void null_and_empty_headers_and_timestamps_come_as_they_were_sent(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "shapes", "shapes");
    kaffe_header headers[] = { { kaffe_text("trace"), kaffe_text("one") },
                               { kaffe_text("none"), kaffe_text(NULL) },
                               { kaffe_text("trace"), kaffe_text("two") } };
    kaffe_record records[] = { { .value = kaffe_text("") },
                               { .key = kaffe_text("") },
                               { .key = kaffe_text("k"),
                                 .value = kaffe_text("v"),
                                 .headers = headers,
                                 .header_count = 3,
                                 .timestamp_ms = 1234567890123 } };
    options.handle_message = look;
    kafka_client_produce(endpoints, "shapes", 0, records, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    recorder_stop(consumer);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_handled_once_and_in_order),
        cmocka_unit_test(a_group_goes_on_behind_its_commit),
        cmocka_unit_test(batches_are_of_one_partition_ascending_and_bounded),
        cmocka_unit_test(null_and_empty_headers_and_timestamps_come_as_they_were_sent),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
