/* SPDX-License-Identifier: MIT
 * Stopping, and what is left when a handler or the brokers do not answer. */
#include "recorder.h"

#include "clock.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"
#include "mock_cluster.h"
#include "threads.h"

static int start_broker(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "stuck", 1);
    mock_cluster_create(&mock, "inside", 1);
    mock_cluster_create(&mock, "absent", 1);
    mock_cluster_create(&mock, "gone", 1);
    mock_cluster_create(&mock, "pause", 1);
    mock_cluster_create(&mock, "drain", 1);
    *state = &mock;
    return 0;
}

static int stop_broker(void **state)
{
    mock_cluster_stop(*state);
    return 0;
}

/* It stays: the thread of a handler that was left behind may still look at it. */
static struct recorder *volatile left_behind;

static void a_stuck_handler_is_left_behind_in_time(void **state)
{
    const struct mock_cluster *mock = *state;
    struct recorder *recorder = left_behind = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "stuck", "stuck");
    kaffe_error err;
    options.shutdown_timeout_ms = 1000;
    recorder->block_partition = -2;
    recorder_produce(mock->endpoints, "stuck", 0, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_running(recorder, 1);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 30000, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, KAFFE_ERROR_FATAL);
    assert_non_null(strstr(err.message, "(handlers still running: 1, messages not acknowledged: 0, "
                                        "finished and not committed: 0)"));
    recorder_await_log(recorder, "consumer.stopped",
                       "left_behind=yes partitions=1 handlers=1 uncommitted=0");
    assert_int_equal(threads_named("kaffe-fetch"), 1);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_TIMED_OUT);
    threads_await_end("kaffe-fetch"); /* nothing but the handler's own thread is left */
    threads_await_end("kaffe-control");
    assert_int_equal(threads_named("kaffe-work"), 1);
    recorder_unblock(recorder); /* the handler ends, and with it what it held */
    recorder_await_handled(recorder, 1);
    assert_int_equal(kafka_client_committed(mock->endpoints, "stuck", "stuck", 0), -1001);
}

static kaffe_consumer *of_handler;

static kaffe_status wait_and_free(const kaffe_message *m, void *ctx)
{
    kaffe_error err;
    assert_int_equal(kaffe_consumer_wait(of_handler, 0, &err), KAFFE_INVALID);
    assert_int_equal(kaffe_consumer_free(of_handler), KAFFE_INVALID);
    kaffe_consumer_stop(of_handler); /* that may be called */
    return recorder_handle_message(m, ctx);
}

static void a_handler_may_stop_but_not_wait_or_free(void **state)
{
    const struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, mock->endpoints, "inside", "inside");
    kaffe_error err;
    options.handle_message = wait_and_free;
    recorder_produce(mock->endpoints, "inside", 0, 1);
    of_handler = kaffe_consumer_new(&options, &err);
    assert_int_equal(kaffe_consumer_wait(of_handler, 0, &err), KAFFE_INVALID); /* not started */
    assert_int_equal(kaffe_consumer_start(of_handler, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_start(of_handler, &err), KAFFE_INVALID);
    assert_int_equal(kaffe_consumer_wait(of_handler, INT64_MAX, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_free(of_handler), KAFFE_OK);
    assert_int_equal(kafka_client_committed(mock->endpoints, "inside", "inside", 0), 1);
    recorder_free(recorder);
}

static void brokers_that_are_away_are_waited_for_and_told_once(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, mock->endpoints, "absent", "absent");
    recorder_produce(mock->endpoints, "absent", 0, 3);
    mock_cluster_down(mock);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "brokers.unreachable", mock->endpoints);
    mock_cluster_up(mock);
    recorder_await_handled(recorder, 3);
    recorder_await_log(recorder, "brokers.reachable", mock->endpoints);
    assert_int_equal(recorder_log_count(recorder, "brokers.unreachable"), 1);
    recorder_stop(consumer);
    recorder_free(recorder);
}

static void a_stop_returns_in_time_when_the_brokers_are_gone(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "gone", "gone");
    options.shutdown_timeout_ms = 2000;
    options.offset_commit_interval_ms = 3600000;
    recorder_produce(mock->endpoints, "gone", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    mock_cluster_down(mock);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 30000, NULL), KAFFE_TIMED_OUT);
    recorder_await_log(recorder, "consumer.stopped",
                       "left_behind=yes partitions=1 handlers=0 uncommitted=3");
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    mock_cluster_up(mock);
    recorder_free(recorder);
}

/* It takes connections and requests, and answers nothing for a minute. */
static void a_stop_returns_in_time_when_a_broker_hangs(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "hangs", "hangs");
    kaffe_error err;
    options.shutdown_timeout_ms = 2000;
    options.offset_commit_interval_ms = 3600000;
    mock_cluster_create(mock, "hangs", 1);
    recorder_produce(mock->endpoints, "hangs", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 60000);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 20000, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags & KAFFE_ERROR_FATAL, KAFFE_ERROR_FATAL); /* it has stopped */
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 0);
    recorder_free(recorder);
}

static void a_pause_before_a_retry_holds_up_no_stop(void **state)
{
    const struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "pause", "pause");
    int64_t hour_ms = 3600000;
    options.retry_backoff_ms = hour_ms;
    options.retry_backoff_max_ms = hour_ms;
    options.shutdown_timeout_ms = hour_ms;
    recorder->fail_partition = 0;
    recorder->fail_offset = 1;
    recorder->fail_times = -1;
    recorder_produce(mock->endpoints, "pause", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "message.failed", "offset=1 attempt=1");
    recorder_stop(consumer); /* at once, and all is committed */
    assert_int_equal(kafka_client_committed(mock->endpoints, "pause", "pause", 0), 1);
    recorder_free(recorder);
}

struct outlasting {
    atomic_bool running;
    atomic_bool told; /* that its partition goes */
    atomic_bool released;
};

static kaffe_status outlast(const kaffe_message *m, void *ctx)
{
    struct outlasting *outlasting = ctx;
    atomic_store(&outlasting->running, true);
    while (!atomic_load(&outlasting->released)) {
        if (kaffe_is_revoked(m))
            atomic_store(&outlasting->told, true);
        poll(NULL, 0, 5);
    }
    return KAFFE_OK;
}

static void await(const atomic_bool *flag)
{
    int64_t until_ms = kf_clock_ms() + 60000;
    while (!atomic_load(flag)) {
        assert_true(kf_clock_ms() < until_ms);
        poll(NULL, 0, 5);
    }
}

/* A rebalance waits for its handler, with all the time in the world; the stop has less. */
static void a_stop_shortens_a_rebalance_that_waits_for_a_handler(void **state)
{
    static struct outlasting outlasting; /* its thread may outlive this function */
    const struct mock_cluster *mock = *state;
    struct recorder *other = recorder_new();
    kaffe_consumer_options options = recorder_options(other, mock->endpoints, "drain", "drain");
    kaffe_consumer_options others = options;
    kaffe_error err;
    options.handle_message = outlast;
    options.ctx = &outlasting;
    options.partition_assigned = options.partition_revoked = NULL;
    options.rebalance_delay_ms = 3600000;
    options.shutdown_timeout_ms = 2000;
    recorder_produce(mock->endpoints, "drain", 0, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    await(&outlasting.running);
    kaffe_consumer *second = recorder_start(&others);
    await(&outlasting.told);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_TIMED_OUT);
    assert_non_null(strstr(err.message, "handlers still running: 1"));
    atomic_store(&outlasting.released, true);
    kaffe_consumer_free(consumer);
    recorder_stop_after_rebalance(second);
    threads_await_end("kaffe-work");
    recorder_free(other);
}

static void a_consumer_that_never_started_is_freed(void **state)
{
    const struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "gone", "never");
    kaffe_error err;
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    assert_non_null(consumer);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_CLOSED);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(kaffe_consumer_free(NULL), KAFFE_OK);
    options.max_bytes = 12;
    options.topics = "";
    assert_null(kaffe_consumer_new(&options, &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_non_null(strstr(err.message, "max_bytes = 12"));
    assert_non_null(strstr(err.message, "topics"));
    recorder_await_log(recorder, "options.invalid", "max_bytes = 12");
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuck_handler_is_left_behind_in_time),
        cmocka_unit_test(a_handler_may_stop_but_not_wait_or_free),
        cmocka_unit_test(brokers_that_are_away_are_waited_for_and_told_once),
        cmocka_unit_test(a_stop_returns_in_time_when_the_brokers_are_gone),
        cmocka_unit_test(a_stop_returns_in_time_when_a_broker_hangs),
        cmocka_unit_test(a_pause_before_a_retry_holds_up_no_stop),
        cmocka_unit_test(a_stop_shortens_a_rebalance_that_waits_for_a_handler),
        cmocka_unit_test(a_consumer_that_never_started_is_freed),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
