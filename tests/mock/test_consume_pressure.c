/* SPDX-License-Identifier: MIT
 * What is fetched ahead stays bounded while handlers stand still. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MAX_BYTES 20000
#define PARTITIONS 32
#define MESSAGES 60
#define LARGE (3 * MAX_BYTES)

static int start_broker(void **state)
{
    return recorder_start_broker(state, "left:32,right:32,large:1");
}

/* In batches well below max_bytes. */
static void produce_sized(const char *endpoints, const char *topic, int32_t partition,
                          size_t message_size, size_t count)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints,
                                       .max_message_bytes = message_size > 4000 ? 1000000 : 6000 };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    char *value = calloc(message_size, 1);
    kaffe_record *records = calloc(count, sizeof *records);
    for (size_t i = 0; i < count; i++)
        records[i].value = (kaffe_bytes){ value, message_size };
    for (int32_t p = partition; p >= 0; p--)
        if (kaffe_produce_batch(producer, topic, p, records, count, NULL, &err) != KAFFE_OK)
            fail_msg("%s", err.message);
    kaffe_producer_free(producer);
    free(records);
    free(value);
}

static int64_t held_by(kaffe_consumer *consumer)
{
    kaffe_consumer_counters counters;
    kaffe_consumer_count(consumer, &counters);
    return counters.fetched_bytes;
}

/* 2 topics of 32 partitions: the seed's own example. */
static void blocked_handlers_hold_at_most_max_bytes_per_partition(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, endpoints, "left,right", "pressure");
    const struct timespec moment = { .tv_nsec = 10000000 };
    options.max_bytes = MAX_BYTES;
    recorder->block_partition = -2;
    produce_sized(endpoints, "left", PARTITIONS - 1, 1000, MESSAGES);
    produce_sized(endpoints, "right", PARTITIONS - 1, 1000, MESSAGES);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_running(recorder, 2 * PARTITIONS);
    int64_t most = 0;
    for (int i = 0; i < 100; i++) {
        int64_t held = held_by(consumer);
        assert_in_range(held, 1, 2 * PARTITIONS * MAX_BYTES);
        most = held > most ? held : most;
        nanosleep(&moment, NULL);
    }
    assert_true(most > PARTITIONS * MAX_BYTES); /* it does fetch ahead */
    recorder_unblock(recorder);
    recorder_await_handled(recorder, 2 * PARTITIONS * MESSAGES);
    recorder_stop(consumer);
    recorder_free(recorder);
}

static void a_message_larger_than_max_bytes_comes_through(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "large", "large");
    options.max_bytes = MAX_BYTES;
    produce_sized(endpoints, "large", 0, 100, 5);
    produce_sized(endpoints, "large", 0, LARGE, 1);
    produce_sized(endpoints, "large", 0, 100, 5);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 11);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 0, 11);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocked_handlers_hold_at_most_max_bytes_per_partition),
        cmocka_unit_test(a_message_larger_than_max_bytes_comes_through),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
