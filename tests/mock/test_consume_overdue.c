/* SPDX-License-Identifier: MIT
 * Handlers that run for too long: said once with the message they have, counted, seen in the
 * health; and nobody else is. */
#include "recorder.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>

static int start_broker(void **state)
{
    return recorder_start_broker(state, "orders:2,batch:1,retried:1,opened:1,late:1");
}

static void block(struct recorder *recorder, int32_t partition)
{
    pthread_mutex_lock(&recorder->lock);
    recorder->block_partition = partition;
    pthread_mutex_unlock(&recorder->lock);
}

static void await_health(kaffe_consumer *consumer, kaffe_status status, kaffe_error *err)
{
    int64_t until_ms = kf_clock_ms() + 60000;
    while (kaffe_consumer_health(consumer, err) != status) {
        assert_true(kf_clock_ms() < until_ms);
        poll(NULL, 0, 10);
    }
}

static kaffe_consumer_counters counters_of(kaffe_consumer *consumer)
{
    kaffe_consumer_counters counters;
    kaffe_consumer_count(consumer, &counters);
    return counters;
}

static void a_handler_that_hangs_is_said_once_and_others_go_on(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "orders", "hanging");
    kaffe_error err;
    options.handler_timeout_ms = 200;
    recorder_produce(endpoints, "orders", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    assert_int_equal(kaffe_consumer_health(consumer, &err), KAFFE_OK);
    assert_string_equal(err.message, "");
    block(recorder, 0);
    recorder_produce(endpoints, "orders", 0, 2);
    recorder_await_log(recorder, "handler.overdue", "topic=orders partition=0 offset=3 age_ms=");
    await_health(consumer, KAFFE_TIMED_OUT, &err);
    assert_memory_equal(err.message, "orders[0]@3: its handler runs for ", 34);
    assert_non_null(strstr(err.message, " ms: handler_timeout_ms = 200"));
    assert_int_equal(counters_of(consumer).handlers_overdue, 1);
    recorder_produce(endpoints, "orders", 1, 5);
    recorder_await_handled(recorder, 8);
    recorder_await_log(recorder, "handler.overdue", "handlers=1"); /* it has run twice as long */
    recorder_unblock(recorder);
    recorder_await_log(recorder, "handler.returned", "topic=orders partition=0 offset=3 age_ms=");
    await_health(consumer, KAFFE_OK, &err);
    recorder_await_handled(recorder, 10);
    assert_int_equal(recorder_log_count(recorder, "action=report"), 1);
    assert_int_equal(counters_of(consumer).handler_timeouts, 1);
    assert_int_equal(counters_of(consumer).handlers_overdue, 0);
    recorder_stop(consumer);
    recorder_free(recorder);
}

static void a_batch_that_hangs_is_named_by_its_first_message(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "batch", "batch");
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.handler_timeout_ms = 200;
    recorder_produce(endpoints, "batch", 0, 4);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 4);
    block(recorder, 0);
    recorder_produce(endpoints, "batch", 0, 4);
    recorder_await_log(recorder, "handler.overdue", "topic=batch partition=0 offset=4 age_ms=");
    recorder_unblock(recorder);
    recorder_await_log(recorder, "handler.returned", "topic=batch partition=0 offset=4 age_ms=");
    recorder_stop(consumer);
    recorder_free(recorder);
}

/* Retries of one message for much longer than the timeout. */
static void a_message_that_keeps_failing_is_not_overdue(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "retried", "retried");
    options.handler_timeout_ms = 100;
    options.retry_backoff_ms = 1;
    options.retry_backoff_max_ms = 40;
    recorder->fail_partition = 0;
    recorder->fail_times = 20;
    recorder_produce(endpoints, "retried", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    assert_int_equal(counters_of(consumer).failures, 20);
    assert_int_equal(counters_of(consumer).handler_timeouts, 0);
    recorder_stop(consumer);
    assert_int_equal(recorder_log_count(recorder, "handler.overdue"), 0);
    recorder_free(recorder);
}

static kaffe_status open_slowly(void *ctx, void **worker_ctx, kaffe_error *err)
{
    struct recorder *recorder = ctx;
    (void)worker_ctx, (void)err;
    pthread_mutex_lock(&recorder->lock);
    while (recorder->block_partition == -2)
        pthread_cond_wait(&recorder->changed, &recorder->lock);
    pthread_mutex_unlock(&recorder->lock);
    return KAFFE_OK;
}

static void a_worker_open_that_hangs_is_told_of_too(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "opened", "opened");
    kaffe_error err;
    options.handler_timeout_ms = 200;
    options.worker_open = open_slowly;
    recorder->block_partition = -2;
    recorder_produce(endpoints, "opened", 0, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "worker.overdue", "call=worker_open workers=1 age_ms=");
    await_health(consumer, KAFFE_TIMED_OUT, &err);
    assert_memory_equal(err.message, "worker_open runs for ", 21);
    recorder_unblock(recorder);
    recorder_await_log(recorder, "worker.opened", "workers=1");
    recorder_await_handled(recorder, 1);
    await_health(consumer, KAFFE_OK, &err);
    recorder_stop(consumer);
    recorder_free(recorder);
}

/* It is given up by a stop while it hangs: told of, and of its return, as before. */
static void a_handler_that_hangs_while_its_partition_goes_is_told_of(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "late", "late");
    options.handler_timeout_ms = 200;
    options.on_handler_timeout = "exit"; /* a stop has a timeout of its own */
    options.shutdown_timeout_ms = 60000;
    options.rebalance_delay_ms = 60000;
    recorder->block_partition = 0;
    recorder_produce(endpoints, "late", 0, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_running(recorder, 1);
    kaffe_consumer_stop(consumer);
    recorder_await_log(recorder, "handler.overdue", "topic=late partition=0 offset=0 age_ms=");
    recorder_unblock(recorder);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, NULL), KAFFE_OK);
    recorder_await_log(recorder, "handler.returned", "topic=late partition=0 offset=0 age_ms=");
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    recorder_free(recorder);
}

static void health_tells_the_beginning_and_the_end(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "retried", "ending");
    kaffe_error err;
    options.max_attempts = 1;
    recorder->fail_partition = 0;
    recorder->fail_times = -1;
    recorder_produce(endpoints, "retried", 0, 1);
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    assert_int_equal(kaffe_consumer_health(consumer, &err), KAFFE_CLOSED);
    assert_string_equal(err.message, "the consumer was never started");
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_FAILED);
    assert_int_equal(kaffe_consumer_health(consumer, &err), KAFFE_FAILED);
    assert_non_null(strstr(err.message, "retried[0]@0: failed 1 time"));
    assert_int_equal(kaffe_consumer_health(consumer, NULL), KAFFE_FAILED);
    kaffe_consumer_free(consumer);
    recorder->fail_times = 0;
    consumer = recorder_start(&options);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_health(consumer, &err), KAFFE_CLOSED);
    assert_string_equal(err.message, "the consumer has stopped");
    kaffe_consumer_free(consumer);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_that_hangs_is_said_once_and_others_go_on),
        cmocka_unit_test(a_batch_that_hangs_is_named_by_its_first_message),
        cmocka_unit_test(a_message_that_keeps_failing_is_not_overdue),
        cmocka_unit_test(a_worker_open_that_hangs_is_told_of_too),
        cmocka_unit_test(a_handler_that_hangs_while_its_partition_goes_is_told_of),
        cmocka_unit_test(health_tells_the_beginning_and_the_end),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
