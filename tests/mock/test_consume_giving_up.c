/* SPDX-License-Identifier: MIT
 * A message that fails for the last time: it ends the consumer, or is skipped. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"

#define TOPICS "stop:2,skip:1,batch:1,hopeless:1"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static void stop_ends_the_consumer_with_what_is_finished_committed(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "stop", "stop");
    kaffe_error err;
    options.max_attempts = 3;
    recorder->fail_partition = 1;
    recorder->fail_offset = 5;
    recorder->fail_times = -1;
    recorder_produce(endpoints, "stop", 1, 10);
    kaffe_consumer *consumer = recorder_start(&options);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_FAILED);
    assert_string_equal(err.message, "stop[1]@5: failed 3 times: not today");
    assert_int_equal(recorder->count, 8);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(kafka_client_committed(endpoints, "stop", "stop", 1), 5);
    recorder_free(recorder);
}

static void skip_goes_on_without_the_message(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "skip", "skip");
    options.max_attempts = 2;
    options.on_failure = "skip";
    recorder->fail_partition = 0;
    recorder->fail_offset = 9; /* the last one: it is committed as well */
    recorder->fail_times = -1;
    recorder_produce(endpoints, "skip", 0, 10);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "message.skipped",
                       "topic=skip partition=0 offset=9 attempts=2 error=\"not today\"");
    recorder_stop(consumer);
    assert_int_equal(recorder->count, 11);
    assert_int_equal(kafka_client_committed(endpoints, "skip", "skip", 0), 10);
    recorder_free(recorder);
}

static void a_batch_goes_on_without_its_culprit(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "batch", "batch");
    kaffe_consumer_counters counters;
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_attempts = 2;
    options.on_failure = "skip";
    recorder->fail_partition = 0;
    recorder->fail_offset = 12;
    recorder->fail_times = -1;
    recorder_produce(endpoints, "batch", 0, 40);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 39);
    recorder_await_log(recorder, "message.skipped", "offset=12 attempts=2");
    kaffe_consumer_count(consumer, &counters);
    recorder_stop(consumer);
    assert_int_equal(counters.skipped, 1);
    assert_int_equal(counters.dead_letters, 0);
    assert_int_equal(kafka_client_committed(endpoints, "batch", "batch", 0), 40);
    recorder_free(recorder);
}

static kaffe_status call_it_hopeless(const kaffe_message *m, void *ctx)
{
    (void)recorder_handle_message(m, ctx);
    return kaffe_fail_permanently(m, "card %s", "unknown");
}

static void a_permanent_failure_stops_at_once(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "hopeless", "hopeless");
    kaffe_error err;
    options.handle_message = call_it_hopeless;
    recorder_produce(endpoints, "hopeless", 0, 2);
    kaffe_consumer *consumer = recorder_start(&options);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_FAILED);
    assert_string_equal(err.message, "hopeless[0]@0: failed 1 time: card unknown");
    kaffe_consumer_free(consumer);
    assert_int_equal(recorder->count, 1);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_ends_the_consumer_with_what_is_finished_committed),
        cmocka_unit_test(skip_goes_on_without_the_message),
        cmocka_unit_test(a_batch_goes_on_without_its_culprit),
        cmocka_unit_test(a_permanent_failure_stops_at_once),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
