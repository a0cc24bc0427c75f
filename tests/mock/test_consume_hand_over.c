/* SPDX-License-Identifier: MIT
 * Partitions that change hands while handlers run or wait. That a clean hand-over duplicates
 * nothing is shown on the real Kafka: the mock cluster refuses commits during a rebalance. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "consumer_state.h"
#include "kafka_client.h"

#include <time.h>

#define TOPICS "late:2,slow:1,backoff:2"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static void a_late_handler_is_fenced_and_waited_for(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *first = recorder_new();
    struct recorder *second = recorder_new();
    kaffe_consumer_options options = recorder_options(first, endpoints, "late", "late");
    kaffe_consumer_options others = recorder_options(second, endpoints, "late", "late");
    kaffe_consumer_counters counters;
    options.rebalance_delay_ms = 200;
    first->block_partition = -2;
    recorder_produce(endpoints, "late", 0, 3);
    recorder_produce(endpoints, "late", 1, 3);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_running(first, 2);
    kaffe_consumer *other = recorder_start(&others);
    recorder_await_log(first, "group.revoked", "drained=no");
    recorder_await_log(first, "partition.fenced", "topic=late");
    recorder_await_handled(second, 3); /* the other one's share, from the start */
    recorder_await_log(first, "group.assigned", "partitions=1");
    /* Its own share is back, but the old handler still runs. */
    assert_int_equal(recorder_log_count(first, "partition.started"), 2);
    assert_int_equal(first->count, 0);
    recorder_unblock(first);
    recorder_await_handled(first, 5); /* two that came too late, three again */
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.late_finishes, 2);
    assert_int_equal(counters.revocations_unclean, 1);
    assert_false(first->overlap);
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(consumer);
    recorder_free(first);
    recorder_free(second);
}

static void a_backoff_does_not_hold_up_a_revocation(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *first = recorder_new();
    struct recorder *second = recorder_new();
    kaffe_consumer_options options = recorder_options(first, endpoints, "backoff", "backoff");
    kaffe_consumer_options others = recorder_options(second, endpoints, "backoff", "backoff");
    options.retry_backoff_ms = 3600000;
    options.retry_backoff_max_ms = 3600000;
    options.rebalance_delay_ms = 3600000;
    first->fail_partition = 0;
    first->fail_times = -1;
    recorder_produce(endpoints, "backoff", 0, 1);
    recorder_produce(endpoints, "backoff", 1, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(first, "message.failed", "partition=0");
    kaffe_consumer *other = recorder_start(&others);
    recorder_await_log(first, "group.revoked", "drained=yes");
    recorder_await_log(second, "group.assigned", "partitions=1");
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(consumer);
    recorder_free(first);
    recorder_free(second);
}

static void a_handler_slower_than_every_timeout_keeps_its_partition(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "slow", "slow");
    kaffe_error err;
    recorder->block_partition = -2;
    recorder_produce(endpoints, "slow", 0, 2);
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    consumer->settings.max_poll_interval_ms = options.session_timeout_ms;
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    recorder_await_running(recorder, 1);
    nanosleep(&(struct timespec){ .tv_sec = 6 }, NULL); /* one and a half of both */
    recorder_unblock(recorder);
    recorder_await_handled(recorder, 2);
    assert_int_equal(recorder->revoked, 0);
    recorder_stop(consumer);
    assert_int_equal(recorder->count, 2);
    assert_int_equal(kafka_client_committed(endpoints, "slow", "slow", 0), 2);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_handler_is_fenced_and_waited_for),
        cmocka_unit_test(a_backoff_does_not_hold_up_a_revocation),
        cmocka_unit_test(a_handler_slower_than_every_timeout_keeps_its_partition),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
