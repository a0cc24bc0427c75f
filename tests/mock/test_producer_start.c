/* SPDX-License-Identifier: MIT
 * A topic that nobody knows: a call waits for it no longer than start_timeout_ms, and says why. */
#include "clock.h"
#include "watched_producer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static void silence(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

/* The two minutes of the default delivery_timeout_ms are what must not be waited for. */
static kaffe_producer *producer_at(const char *endpoints, int64_t start_timeout_ms)
{
    const kaffe_producer_options options = { .endpoints = endpoints,
                                             .topics = "orders",
                                             .log = silence,
                                             .start_timeout_ms = start_timeout_ms,
                                             .shutdown_timeout_ms = 100 };
    kaffe_error err;
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_string_equal(err.message, "");
    return producer;
}

static void assert_soon(int64_t begun_ms)
{
    assert_true(kf_clock_ms() - begun_ms < 60000);
}

static void without_a_broker_a_call_ends_by_start_timeout_and_says_why(void **state)
{
    (void)state;
    const char *expected = "topic orders: not found within start_timeout_ms = 1000: 127.0.0.1:1: "
                           "connection refused: check endpoints = \"127.0.0.1:1\"";
    int64_t begun_ms = kf_clock_ms();
    kaffe_error err;
    kaffe_result results[2];
    const kaffe_record records[] = { record, record };
    kaffe_producer *producer = producer_at("127.0.0.1:1", 1000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    assert_string_equal(err.message, expected);
    assert_int_equal(err.flags, KAFFE_ERROR_RETRIABLE);
    assert_int_equal(kaffe_produce(producer, NULL, -1, &record, NULL, NULL, &err),
                     KAFFE_NOT_WRITTEN);
    assert_string_equal(err.message, expected);
    assert_int_equal(kaffe_produce_batch(producer, NULL, -1, records, 2, results, &err),
                     KAFFE_NOT_WRITTEN);
    assert_string_equal(err.message, expected);
    assert_int_equal(results[1].status, KAFFE_NOT_WRITTEN);
    assert_soon(begun_ms);
    kaffe_producer_free(producer);
}

static void a_host_that_is_not_known_is_named(void **state)
{
    (void)state;
    kaffe_error err;
    kaffe_producer *producer = producer_at("kaffe.invalid:9092", 3000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    assert_non_null(strstr(err.message, "start_timeout_ms = 3000: "));
    assert_non_null(strstr(err.message, "check endpoints = \"kaffe.invalid:9092\""));
    kaffe_producer_free(producer);
}

static void a_topic_that_was_found_once_is_waited_for_by_delivery_timeout(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    const kaffe_producer_options options = { .endpoints = watch->mock.endpoints,
                                             .topics = "orders",
                                             .log = silence,
                                             .start_timeout_ms = 100,
                                             .delivery_timeout_ms = 60000,
                                             .shutdown_timeout_ms = 100 };
    kaffe_status status = KAFFE_NOT_WRITTEN;
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    for (int i = 0; i < 100 && status != KAFFE_OK; i++) /* a slow machine connects more slowly */
        status = kaffe_produce_sync(producer, &record, &err);
    assert_int_equal(status, KAFFE_OK);
    rd_kafka_mock_broker_set_rtt(watch->mock.cluster, 1, 300);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    rd_kafka_mock_broker_set_rtt(watch->mock.cluster, 1, 0);
    kaffe_producer_free(producer);
}

static void a_topic_that_is_unknown_is_named_within_seconds(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    char expected[300];
    const int64_t timeouts[] = { 0, 1000 }; /* by its own patience, and by ours */
    rd_kafka_mock_topic_set_error(watch->mock.cluster, "missing",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    snprintf(expected, sizeof expected,
             "topic missing: unknown to the cluster; kafka-topics.sh --bootstrap-server %s "
             "--create --topic missing --partitions N",
             watch->mock.endpoints);
    for (int i = 0; i < 2; i++) {
        int64_t begun_ms = kf_clock_ms();
        kaffe_producer *producer = producer_at(watch->mock.endpoints, timeouts[i]);
        assert_int_equal(kaffe_produce_sync_to(producer, "missing", &record, &err),
                         KAFFE_NOT_WRITTEN);
        assert_string_equal(err.message, expected);
        assert_soon(begun_ms);
        kaffe_producer_free(producer);
    }
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, watch_start, watch_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_broker_a_call_ends_by_start_timeout_and_says_why),
        cmocka_unit_test(a_host_that_is_not_known_is_named),
        WATCHED(a_topic_that_was_found_once_is_waited_for_by_delivery_timeout),
        WATCHED(a_topic_that_is_unknown_is_named_within_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
