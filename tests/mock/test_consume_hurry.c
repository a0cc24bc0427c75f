/* SPDX-License-Identifier: MIT
 * kaffe_is_revoked: a long handler hurries when its partition goes, and what it finishes counts. */
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

static int start_broker(void **state)
{
    kaffe_error err;
    *state = kaffe_mock_broker_new("slow:1", &err);
    return *state ? 0 : -1;
}

static int stop_broker(void **state)
{
    kaffe_mock_broker_free(*state);
    return 0;
}

/* Works on until it is told to hurry. */
static kaffe_status work_until_revoked(const kaffe_message *m, void *ctx)
{
    kaffe_status status = recorder_handle_message(m, ctx);
    int64_t deadline_ms = kf_clock_ms() + 60000;
    while (!kaffe_is_revoked(m) && kf_clock_ms() < deadline_ms)
        poll(NULL, 0, 1);
    return kaffe_is_revoked(m) ? status : kaffe_fail(m, "nobody told it to hurry");
}

static void a_long_handler_is_told_to_hurry(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "slow", "slow");
    kaffe_consumer_counters counters;
    options.handle_message = work_until_revoked;
    options.shutdown_timeout_ms = 30000;
    recorder_produce(endpoints, "slow", 0, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 1);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, NULL), KAFFE_OK);
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.messages_handled, 1);
    assert_int_equal(counters.revocations, 1);
    assert_int_equal(counters.late_finishes, 0);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(recorder->count, 1); /* the next one is for whoever comes */
    assert_int_equal(kafka_client_committed(endpoints, "slow", "slow", 0), 1);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_handler_is_told_to_hurry),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
