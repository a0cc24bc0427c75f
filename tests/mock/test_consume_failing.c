/* SPDX-License-Identifier: MIT
 * A handler that fails: retried in place, in order, without holding up anybody else. */
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

#define TOPICS "orders:2,batch:1,patient:1,mute:1"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static void a_failed_message_comes_again_and_other_partitions_go_on(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "orders", "failing");
    kaffe_consumer_counters counters;
    recorder->fail_partition = 0;
    recorder->fail_offset = 3;
    recorder->fail_times = 1000000;
    recorder_produce(endpoints, "orders", 0, 10);
    recorder_produce(endpoints, "orders", 1, 10);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 13); /* all of partition 1, three of partition 0 */
    recorder_await_log(recorder, "message.failed",
                       "topic=orders partition=0 offset=3 attempt=3 retry_in_ms=");
    recorder_await_log(recorder, "message.failed", "error=\"not today\"");
    pthread_mutex_lock(&recorder->lock);
    assert_int_equal(recorder->handled, 13); /* nothing behind it, nothing instead of it */
    recorder->fail_times = 0;
    pthread_mutex_unlock(&recorder->lock);
    recorder_await_handled(recorder, 20);
    kaffe_consumer_count(consumer, &counters);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 0, 10);
    recorder_assert_in_order(recorder, 1, 0, 10);
    int32_t attempt = 0;
    for (size_t i = 0; i < recorder->count; i++) {
        const struct recorder_entry *entry = &recorder->entries[i];
        bool failed_one = entry->partition == 0 && entry->offset == 3;
        assert_int_equal(entry->attempt, failed_one ? ++attempt : 1);
    }
    assert_true(attempt > 3);
    assert_int_equal(counters.failures, attempt - 1);
    assert_int_equal(kafka_client_committed(endpoints, "failing", "orders", 0), 10);
    recorder_free(recorder);
}

static void a_failed_batch_comes_again_from_its_culprit_on(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "batch", "batch");
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_batch_count = 8;
    recorder->fail_partition = 0;
    recorder->fail_offset = 12;
    recorder->fail_times = 2;
    recorder_produce(endpoints, "batch", 0, 40);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 40);
    recorder_await_log(recorder, "message.failed", "offset=12 attempt=1");
    recorder_stop(consumer);
    int32_t times = 0;
    int64_t end = 0;
    for (size_t i = 0; i < recorder->count; i += recorder->entries[i].batch_count) {
        const struct recorder_entry *first = &recorder->entries[i];
        if (first->offset > 12 || first->offset + (int64_t)first->batch_count <= 12)
            continue;
        assert_int_equal(first->attempt, ++times);
        assert_true(times == 1 || first->offset == 12);
        assert_true(times == 1 || first->offset + (int64_t)first->batch_count == end);
        end = first->offset + (int64_t)first->batch_count;
    }
    assert_int_equal(times, 3);
    recorder_free(recorder);
}

static void only_the_finished_prefix_is_committed_and_a_stop_ends_a_backoff(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "patient", "patient");
    options.retry_backoff_ms = 3600000;
    options.retry_backoff_max_ms = 3600000;
    recorder->fail_partition = 0;
    recorder->fail_offset = 5;
    recorder->fail_times = -1;
    recorder_produce(endpoints, "patient", 0, 10);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "message.failed", "offset=5");
    recorder_stop(consumer); /* an hour before the backoff ends */
    assert_int_equal(recorder->count, 6);
    assert_int_equal(kafka_client_committed(endpoints, "patient", "patient", 0), 5);
    recorder_free(recorder);
}

static kaffe_status refuse_without_words(const kaffe_message *m, void *ctx)
{
    kaffe_status status = recorder_handle_message(m, ctx);
    return m->attempt == 1 ? KAFFE_INVALID : status;
}

static void whatever_but_ok_is_a_failure(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "mute", "mute");
    options.handle_message = refuse_without_words;
    recorder_produce(endpoints, "mute", 0, 1);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 2);
    recorder_await_log(recorder, "message.failed", "offset=0 attempt=1");
    recorder_await_log(recorder, "message.failed", "error=\"invalid\"");
    recorder_stop(consumer);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_message_comes_again_and_other_partitions_go_on),
        cmocka_unit_test(a_failed_batch_comes_again_from_its_culprit_on),
        cmocka_unit_test(only_the_finished_prefix_is_committed_and_a_stop_ends_a_backoff),
        cmocka_unit_test(whatever_but_ok_is_a_failure),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
