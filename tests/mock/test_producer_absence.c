/* SPDX-License-Identifier: MIT
 * Producing while the cluster is away or slow: every call ends, by its deadline, with a status that
 * is true. */
#include "watched_producer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static void says(const kaffe_error *err, const char *begin, const char *end)
{
    char expected[300];
    snprintf(expected, sizeof expected, "%s%s", begin, end);
    assert_string_equal(err->message, expected);
}

static bool ended_without_an_answer(kaffe_status status)
{
    return status == KAFFE_NOT_WRITTEN || status == KAFFE_MAYBE_WRITTEN;
}

static void without_any_broker_a_call_ends_by_its_deadline(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    mock_cluster_down(&watch->mock);
    kaffe_producer *producer = watched_producer_new(watch, 1500, 0);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    char expected[300];
    snprintf(expected, sizeof expected,
             "topic orders: not found within delivery_timeout_ms = 1500: %s: connection refused: "
             "check endpoints = \"%s\"",
             watch->mock.endpoints, watch->mock.endpoints);
    assert_string_equal(err.message, expected);
    assert_int_equal(err.flags, KAFFE_ERROR_RETRIABLE);
    assert_int_equal(watch->unreachable, 1);
    mock_cluster_up(&watch->mock);
    kaffe_producer_free(producer);
}

static void a_broker_lost_later_leaves_no_call_without_an_end(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    const kaffe_record records[] = { record, record, record };
    kaffe_result results[3];
    kaffe_producer *producer = watched_producer_new(watch, 4000, 0);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    mock_cluster_down(&watch->mock);
    kaffe_status status = kaffe_produce_batch(producer, NULL, 0, records, 3, results, &err);
    assert_true(ended_without_an_answer(status)); /* it may have been sent before the loss showed */
    assert_memory_equal(err.message, "record 0: topic orders/0: ", 26);
    assert_non_null(strstr(err.message, " within delivery_timeout_ms = 4000 by "));
    for (int i = 0; i < 3; i++)
        assert_true(ended_without_an_answer(results[i].status));
    mock_cluster_up(&watch->mock);
    for (int i = 0; i < 10 && status != KAFFE_OK; i++)
        status = kaffe_produce_sync(producer, &record, &err);
    assert_int_equal(status, KAFFE_OK);
    assert_int_equal(watch->unreachable, 1);
    assert_int_equal(watch->reachable, 1);
    kaffe_producer_free(producer);
}

static void an_answer_that_comes_too_late_is_maybe_written_and_told_once(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    struct told told = { 0 };
    kaffe_producer *producer = watched_producer_new(watch, 3000, 10000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_OK); /* both connected */
    rd_kafka_mock_broker_set_rtt(watch->mock.cluster, 1, 6000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_MAYBE_WRITTEN);
    says(&err, "topic orders/0: sent, but not answered within delivery_timeout_ms = 3000 by ",
         watch->mock.endpoints);
    assert_int_equal(err.flags, 0);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.status, KAFFE_MAYBE_WRITTEN);
    rd_kafka_mock_broker_set_rtt(watch->mock.cluster, 1, 0);
    kaffe_producer_free(producer);
    assert_int_equal(told.count, 1);
}

static void what_can_not_be_written_is_counted_and_told_at_the_end(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    struct told told = { 0 };
    size_t unwritten = 0;
    kaffe_producer *producer = watched_producer_new(watch, 60000, 300);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    mock_cluster_down(&watch->mock);
    for (int i = 0; i < 3; i++)
        assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err),
                         KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_TIMED_OUT);
    assert_int_equal(unwritten, 3);
    assert_memory_equal(err.message, "3 records wait still after shutdown_timeout_ms = 300 (", 53);
    assert_int_equal(told.count, 0);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_NOT_WRITTEN);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.status, KAFFE_NOT_WRITTEN);
    assert_int_equal(watch->closed_with_3, 1);
    assert_int_equal(watch->unwritten, 0);
    mock_cluster_up(&watch->mock);
}

static void what_was_sent_but_not_answered_ends_as_maybe_written(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    struct told told = { 0 };
    kaffe_producer *producer = watched_producer_new(watch, 60000, 1000);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_OK);
    rd_kafka_mock_broker_set_rtt(watch->mock.cluster, 1, 20000);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_NOT_WRITTEN);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.status, KAFFE_MAYBE_WRITTEN);
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, watch_start, watch_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHED(without_any_broker_a_call_ends_by_its_deadline),
        WATCHED(a_broker_lost_later_leaves_no_call_without_an_end),
        WATCHED(an_answer_that_comes_too_late_is_maybe_written_and_told_once),
        WATCHED(what_can_not_be_written_is_counted_and_told_at_the_end),
        WATCHED(what_was_sent_but_not_answered_ends_as_maybe_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
