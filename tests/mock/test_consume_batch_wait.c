/* SPDX-License-Identifier: MIT
 * max_batch_wait_ms: a batch that is not full waits for more, but never for ever, and holds up
 * nobody who wants to stop. */
#include "recorder.h"

#include "clock.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kafka_client.h"

#define LONG_MS 60000

static int start_broker(void **state)
{
    return recorder_start_broker(state, "waiting:1,going:1,stopping:1");
}

static kaffe_consumer_options batch_options(struct recorder *recorder, void **state,
                                            const char *topic, int64_t wait_ms)
{
    kaffe_consumer_options options =
        recorder_options(recorder, kaffe_mock_broker_endpoints(*state), topic, topic);
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_batch_count = 10;
    options.max_batch_wait_ms = wait_ms;
    return options;
}

/* Waits until something new has been fetched. */
static int64_t await_more_fetched(kaffe_consumer *consumer, int64_t before)
{
    kaffe_consumer_counters counters;
    int64_t deadline_ms = kf_clock_ms() + LONG_MS;
    do {
        assert_true(kf_clock_ms() < deadline_ms);
        poll(NULL, 0, 2);
        kaffe_consumer_count(consumer, &counters);
    } while (counters.fetched_bytes <= before);
    return counters.fetched_bytes;
}

static void a_batch_waits_until_it_is_full(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = batch_options(recorder, state, "waiting", LONG_MS);
    recorder_produce(endpoints, "waiting", 0, 4);
    kaffe_consumer *consumer = recorder_start(&options);
    int64_t held = await_more_fetched(consumer, 0);
    recorder_produce(endpoints, "waiting", 0, 3);
    await_more_fetched(consumer, held);
    recorder_produce(endpoints, "waiting", 0, 13);
    recorder_await_handled(recorder, 20);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 0, 20);
    for (size_t i = 0; i < recorder->count; i++)
        assert_int_equal(recorder->entries[i].batch_count, 10);
    recorder_free(recorder);
}

static void a_batch_that_does_not_fill_is_handed_out_in_the_end(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = batch_options(recorder, state, "going", 300);
    recorder_produce(kaffe_mock_broker_endpoints(*state), "going", 0, 14);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 14);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 0, 14);
    assert_int_equal(recorder->entries[0].batch_count, 10);
    assert_int_equal(recorder->entries[10].batch_count, 4);
    recorder_free(recorder);
}

static void a_stop_does_not_wait_for_the_batch(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = batch_options(recorder, state, "stopping", LONG_MS);
    recorder_produce(endpoints, "stopping", 0, 4);
    kaffe_consumer *consumer = recorder_start(&options);
    await_more_fetched(consumer, 0);
    int64_t began_ms = kf_clock_ms();
    recorder_stop(consumer);
    assert_true(kf_clock_ms() - began_ms < LONG_MS / 2);
    assert_int_equal(recorder->count, 0); /* they come again, to whoever is next */
    assert_true(kafka_client_committed(endpoints, "stopping", "stopping", 0) < 0);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_waits_until_it_is_full),
        cmocka_unit_test(a_batch_that_does_not_fill_is_handed_out_in_the_end),
        cmocka_unit_test(a_stop_does_not_wait_for_the_batch),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
