/* SPDX-License-Identifier: MIT
 * A reader, and a consumer, that can not begin, and readers whose logs end in nothing. */
#include "fake_broker.h"
#include "mock_cluster.h"
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int start(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 2);
    mock_cluster_create(&mock, "later", 2);
    *state = &mock;
    return 0;
}

static int stop(void **state)
{
    mock_cluster_stop(*state);
    return 0;
}

static void a_topic_that_stays_unknown_ends_it(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options =
        recorder_reader_options(recorder, mock->endpoints, "orders,nowhere");
    rd_kafka_mock_topic_set_error(mock->cluster, "nowhere",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_KAFKA);
    assert_int_equal(err.kafka_code, 3);
    assert_string_equal(err.message, "topic nowhere does not exist, the brokers say "
                                     "(UNKNOWN_TOPIC_OR_PARTITION): create it, or correct topics");
    recorder_await_log(recorder, "consumer.failed", "topics=orders,nowhere error=");
    recorder_free(recorder);
}

static void a_topic_that_is_unknown_for_a_moment_is_read(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options = recorder_reader_options(recorder, mock->endpoints, "later");
    recorder_produce(mock->endpoints, "later", 1, 5);
    rd_kafka_mock_topic_set_error(mock->cluster, "later", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    options.stop_at = "end";
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "topic.unknown", "topic=later");
    rd_kafka_mock_topic_set_error(mock->cluster, "later", RD_KAFKA_RESP_ERR_NO_ERROR);
    recorder_await_end(reader);
    recorder_assert_in_order(recorder, 1, 0, 5);
    recorder_free(recorder);
}

static void a_topic_that_may_not_be_read_ends_it(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, mock->endpoints, "secret");
    rd_kafka_mock_topic_set_error(mock->cluster, "secret",
                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_DENIED);
    assert_int_equal(err.kafka_code, 29);
    assert_non_null(strstr(err.message, "topic secret: "));
    recorder_free(recorder);
}

static void nobody_there_within_the_start_timeout_ends_a_reader(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, "127.0.0.1:1", "orders");
    options.start_timeout_ms = 300;
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, KAFFE_ERROR_FATAL);
    assert_string_equal(err.message,
                        "topic orders was not found within start_timeout_ms = 300: 127.0.0.1:1: "
                        "connection refused: check endpoints = \"127.0.0.1:1\"");
    recorder_free(recorder);
}

static void nobody_there_within_the_start_timeout_ends_a_consumer(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_consumer_options options = recorder_options(recorder, "127.0.0.1:1", "orders", "readers");
    options.start_timeout_ms = 300;
    recorder_await_failure(recorder_start(&options), &err);
    assert_int_equal(err.status, KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, KAFFE_ERROR_FATAL);
    assert_string_equal(err.message,
                        "the group readers was not joined within start_timeout_ms = 300: "
                        "127.0.0.1:1: connection refused: check endpoints = \"127.0.0.1:1\"");
    recorder_free(recorder);
}

static void without_a_start_timeout_it_keeps_trying(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, "127.0.0.1:1", "orders");
    options.start_timeout_ms = KAFFE_NONE;
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "brokers.unreachable", "127.0.0.1:1: connection refused");
    assert_int_equal(kaffe_consumer_wait(reader, 0, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, 0);
    recorder_stop(reader);
    recorder_free(recorder);
}

static void once_begun_the_start_timeout_is_over(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, mock->endpoints, "orders");
    kaffe_consumer_options joining =
        recorder_options(recorder, mock->endpoints, "orders", "in-time");
    options.start_timeout_ms = 6000;
    joining.start_timeout_ms = 6000;
    kaffe_consumer *reader = recorder_start_reader(&options);
    kaffe_consumer *consumer = recorder_start(&joining);
    assert_int_equal(kaffe_consumer_wait(reader, 6500, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, 0);
    assert_int_equal(kaffe_consumer_wait(consumer, 0, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, 0);
    recorder_stop(reader);
    recorder_stop(consumer);
    recorder_free(recorder);
}

/* Nothing but offsets that compaction has emptied: no fetch ever gets to the stop. */
static void an_end_that_compaction_has_emptied_is_reached(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 3);
    fake_broker_skip(broker, 1, 7);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "0";
    options.stop_at = "end";
    recorder_await_end(recorder_start_reader(&options));
    assert_int_equal(recorder->count, 0);
    recorder_await_log(recorder, "partition.finished", "partition=1 offset=7");
    fake_broker_stop(broker);
    recorder_free(recorder);
}

/* The log begins at 50 by now. */
static void a_stop_that_is_gone_from_the_log_is_reached(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_skip(broker, 0, 60);
    fake_broker_trim(broker, 0, 50);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "10";
    options.stop_at = "20";
    recorder_await_end(recorder_start_reader(&options));
    recorder_await_log(recorder, "offset.reset", "from=10 to=50");
    recorder_await_log(recorder, "partition.finished", "partition=0 offset=20");
    fake_broker_stop(broker);
    recorder_free(recorder);
}

static void an_end_that_is_emptied_behind_a_reset_is_reached(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_skip(broker, 0, 50);
    fake_broker_trim(broker, 0, 20);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "5";
    options.stop_at = "end";
    recorder_await_end(recorder_start_reader(&options));
    recorder_await_log(recorder, "offset.reset", "from=5 to=20");
    recorder_await_log(recorder, "partition.finished", "offset=50");
    fake_broker_stop(broker);
    recorder_free(recorder);
}

static void answer_where_the_log_begins(struct fake_broker *broker, int64_t offset)
{
    struct kf_request body = { 0 };
    kf_write_int32(&body, 0);
    kf_write_int32(&body, 1);
    kf_write_string(&body, "orders");
    kf_write_int32(&body, 1);
    kf_write_int32(&body, 0);
    kf_write_int16(&body, 0);
    kf_write_int64(&body, -1);
    kf_write_int64(&body, offset);
    fake_broker_answer(broker, fake_broker_await(broker, KF_API_LIST_OFFSETS, 0), &body);
    kf_request_fini(&body);
}

/* Retention is faster than the reader. */
static void a_log_that_loses_its_begin_twice_is_read_on(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_skip(broker, 0, 50);
    fake_broker_trim(broker, 0, 30);
    fake_broker_take_over(broker, KF_API_LIST_OFFSETS, true);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "5";
    kaffe_consumer *reader = recorder_start_reader(&options);
    fake_broker_await(broker, KF_API_LIST_OFFSETS, 0);
    fake_broker_take_over(broker, KF_API_LIST_OFFSETS, false);
    answer_where_the_log_begins(broker, 20);
    recorder_await_log(recorder, "offset.reset", "from=5 to=20");
    recorder_await_log(recorder, "offset.reset", "from=20 to=30");
    recorder_stop(reader);
    fake_broker_stop(broker);
    recorder_free(recorder);
}

/* The message at offset n has the time n. */
static void times_mean_the_first_message_there_or_the_end(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_skip(broker, 0, 50);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "@20";
    options.stop_at = "@30";
    recorder_await_end(recorder_start_reader(&options));
    recorder_await_log(recorder, "partition.started", "offset=20");
    recorder_await_log(recorder, "partition.finished", "offset=30");
    options.start_at = "@49";
    options.stop_at = "@50";
    recorder_await_end(recorder_start_reader(&options));
    recorder_await_log(recorder, "partition.started", "offset=49");
    recorder_await_log(recorder, "partition.finished", "offset=50");
    fake_broker_stop(broker);
    recorder_free(recorder);
}

static void a_topic_that_goes_while_it_is_read_ends_it(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "partition.started", "offset=0");
    fake_broker_topic(broker, "orders", 0);
    recorder_await_failure(reader, &err);
    assert_int_equal(err.status, KAFFE_KAFKA);
    assert_int_equal(err.kafka_code, 3);
    fake_broker_stop(broker);
    recorder_free(recorder);
}

/* Within ten seconds, which this waits for. */
static void a_partition_that_is_added_is_read_from_its_first_message(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_skip(broker, 0, 5);
    kaffe_reader_options options =
        recorder_reader_options(recorder, fake_broker_endpoint(broker), "orders");
    options.start_at = "latest";
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "partition.started", "partition=0 offset=5 reason=start_at");
    fake_broker_topic(broker, "orders", 2);
    fake_broker_skip(broker, 1, 5); /* before it is noticed */
    recorder_await_log(recorder, "partition.started", "partition=1 offset=0 reason=new_partition");
    recorder_stop(reader);
    fake_broker_stop(broker);
    recorder_free(recorder);
}

static kaffe_status refuse(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    return kaffe_fail_permanently(m, "card %s", "unknown");
}

static void a_handler_that_fails_for_good_ends_a_reader(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, mock->endpoints, "orders");
    recorder_produce(mock->endpoints, "orders", 1, 1);
    options.handle_message = refuse;
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_FAILED);
    assert_string_equal(err.message, "orders[1]@0: failed 1 time: card unknown");
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_topic_that_stays_unknown_ends_it),
        cmocka_unit_test(a_topic_that_is_unknown_for_a_moment_is_read),
        cmocka_unit_test(a_topic_that_may_not_be_read_ends_it),
        cmocka_unit_test(nobody_there_within_the_start_timeout_ends_a_reader),
        cmocka_unit_test(nobody_there_within_the_start_timeout_ends_a_consumer),
        cmocka_unit_test(without_a_start_timeout_it_keeps_trying),
        cmocka_unit_test(once_begun_the_start_timeout_is_over),
        cmocka_unit_test(an_end_that_compaction_has_emptied_is_reached),
        cmocka_unit_test(a_stop_that_is_gone_from_the_log_is_reached),
        cmocka_unit_test(an_end_that_is_emptied_behind_a_reset_is_reached),
        cmocka_unit_test(a_log_that_loses_its_begin_twice_is_read_on),
        cmocka_unit_test(times_mean_the_first_message_there_or_the_end),
        cmocka_unit_test(a_topic_that_goes_while_it_is_read_ends_it),
        cmocka_unit_test(a_handler_that_fails_for_good_ends_a_reader),
        cmocka_unit_test(a_partition_that_is_added_is_read_from_its_first_message),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
