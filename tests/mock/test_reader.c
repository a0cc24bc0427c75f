/* SPDX-License-Identifier: MIT
 * A reader reads from start_at to stop_at, the partitions that were chosen, and then stops. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TOPICS "four:4,two:2,one:1,empty:3,rest:1"

static int start_broker(void **state)
{
    int failed = recorder_start_broker(state, TOPICS);
    const char *endpoints = failed ? NULL : kaffe_mock_broker_endpoints(*state);
    for (int32_t p = 0; endpoints && p < 4; p++)
        recorder_produce(endpoints, "four", p, 100);
    for (int32_t p = 0; endpoints && p < 2; p++)
        recorder_produce(endpoints, "two", p, 50);
    if (endpoints)
        recorder_produce(endpoints, "one", 0, 20);
    return failed;
}

static void up_to_the_end_everything_is_handled_once(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_consumer_counters counters;
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "four,two,empty");
    options.stop_at = "end";
    kaffe_consumer *reader = recorder_start_reader(&options);
    kaffe_error err;
    assert_int_equal(kaffe_consumer_wait(reader, 60000, &err), KAFFE_OK);
    kaffe_consumer_count(reader, &counters);
    assert_int_equal(counters.messages_handled, 500);
    assert_int_equal(counters.commits, 0);
    assert_int_equal(counters.partitions, 0);
    assert_int_equal(counters.fetched_bytes, 0);
    assert_int_equal(kaffe_consumer_free(reader), KAFFE_OK);
    assert_int_equal(recorder->count, 500);
    assert_int_equal(recorder_log_count(recorder, "partition.finished"), 9);
    recorder_free(recorder);
}

struct reading {
    const char *start_at;
    const char *stop_at;
    int64_t from;
    int64_t to;
};

static void each_position_means_what_it_says(void **state)
{
    static const struct reading readings[] = {
        { NULL, "end", 0, 20 },  { "earliest", "7", 0, 7 }, { "5", "6", 5, 6 },
        { "-3", "end", 17, 20 }, { "-100", "end", 0, 20 },  { "latest", "end", 20, 20 },
        { "10", "10", 10, 10 },  { "10", "3", 10, 10 },     { "0", "0", 0, 0 },
        { "30", "end", 20, 20 }, { "19", "20", 19, 20 },    { "@1", "end", 20, 20 },
    };
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct recorder *recorder = recorder_new();
        kaffe_reader_options options =
            recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "one");
        options.start_at = readings[i].start_at;
        options.stop_at = readings[i].stop_at;
        recorder_await_end(recorder_start_reader(&options));
        assert_int_equal(recorder->count, readings[i].to - readings[i].from);
        recorder_assert_in_order(recorder, 0, readings[i].from, readings[i].to - readings[i].from);
        recorder_free(recorder);
    }
}

static void only_the_chosen_partitions_are_read(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "four");
    options.partitions = "0,2-3";
    options.stop_at = "end";
    recorder_await_end(recorder_start_reader(&options));
    assert_int_equal(recorder->count, 300);
    recorder_assert_in_order(recorder, 0, 0, 100);
    recorder_assert_in_order(recorder, 1, 0, 0);
    recorder_assert_in_order(recorder, 2, 0, 100);
    recorder_assert_in_order(recorder, 3, 0, 100);
    recorder_free(recorder);
}

static void a_partition_that_is_not_there_is_named(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "four,two");
    options.partitions = "1-2";
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_string_equal(err.message,
                        "partitions: topic two has no partition 2, it has 2, counted from 0");
    assert_int_equal(recorder->count, 0);
    recorder_free(recorder);
}

static void without_an_end_it_reads_on_until_it_is_stopped(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options = recorder_reader_options(recorder, endpoints, "rest");
    options.start_at = "latest";
    recorder_produce(endpoints, "rest", 0, 5);
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "partition.started", "offset=5 reason=start_at");
    recorder_produce(endpoints, "rest", 0, 5);
    recorder_await_handled(recorder, 5);
    recorder_stop(reader);
    recorder_assert_in_order(recorder, 0, 5, 5);
    recorder_await_log(recorder, "consumer.started", "topics=rest");
    recorder_await_log(recorder, "consumer.stopped", "topics=rest handled=5 failures=0");
    recorder_free(recorder);
}

static void a_stop_beyond_the_end_is_waited_for(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, endpoints, "empty");
    options.partitions = "2";
    options.stop_at = "8";
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_produce(endpoints, "empty", 2, 7);
    recorder_await_handled(recorder, 7);
    assert_int_equal(kaffe_consumer_wait(reader, 0, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, 0);
    recorder_produce(endpoints, "empty", 2, 7);
    recorder_await_end(reader);
    recorder_assert_in_order(recorder, 2, 0, 8);
    recorder_free(recorder);
}

static void an_offset_beyond_the_end_is_reset_by_the_policy(void **state)
{
    static const char *const policies[] = { "earliest", "latest", "stop" };
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    for (size_t i = 0; i < 3; i++) {
        struct recorder *recorder = recorder_new();
        kaffe_error err;
        kaffe_reader_options options = recorder_reader_options(recorder, endpoints, "one");
        options.start_at = "30";
        options.offset_reset_policy = policies[i];
        kaffe_consumer *reader = recorder_start_reader(&options);
        if (i == 0)
            recorder_await_handled(recorder, 20);
        else if (i == 1)
            recorder_await_log(recorder, "offset.reset", "from=30 to=20");
        if (i < 2)
            recorder_stop(reader);
        else
            recorder_await_failure(reader, &err);
        if (i == 2)
            assert_int_equal(err.status, KAFFE_FAILED);
        assert_int_equal(recorder->count, i == 0 ? 20 : 0);
        recorder_free(recorder);
    }
}

static void a_failed_message_comes_again_and_the_end_waits_for_it(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "one");
    recorder->fail_partition = 0;
    recorder->fail_offset = 19;
    recorder->fail_times = 3;
    options.stop_at = "end";
    recorder_await_end(recorder_start_reader(&options));
    assert_int_equal(recorder->count, 23);
    assert_int_equal(recorder->entries[22].attempt, 4);
    recorder_assert_in_order(recorder, 0, 0, 20);
    recorder_free(recorder);
}

static void batches_end_at_the_stop_and_do_not_wait_for_more(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "four");
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_batch_count = 30;
    options.max_batch_wait_ms = 60000;
    options.start_at = "5";
    options.stop_at = "77";
    recorder_await_end(recorder_start_reader(&options));
    assert_int_equal(recorder->count, 4 * 72);
    for (int32_t p = 0; p < 4; p++)
        recorder_assert_in_order(recorder, p, 5, 72);
    recorder_free(recorder);
}

static void stopping_waits_for_the_handler_in_hand(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "one");
    options.shutdown_timeout_ms = 300;
    recorder->block_partition = 0;
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_running(recorder, 1);
    kaffe_consumer_stop(reader);
    assert_int_equal(kaffe_consumer_wait(reader, 60000, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, KAFFE_ERROR_FATAL);
    assert_non_null(strstr(err.message, "a handler has not returned"));
    recorder_unblock(recorder);
    recorder_await_handled(recorder, 1); /* free does not wait for it any more */
    kaffe_consumer_free(reader);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_the_end_everything_is_handled_once),
        cmocka_unit_test(each_position_means_what_it_says),
        cmocka_unit_test(only_the_chosen_partitions_are_read),
        cmocka_unit_test(a_partition_that_is_not_there_is_named),
        cmocka_unit_test(without_an_end_it_reads_on_until_it_is_stopped),
        cmocka_unit_test(a_stop_beyond_the_end_is_waited_for),
        cmocka_unit_test(an_offset_beyond_the_end_is_reset_by_the_policy),
        cmocka_unit_test(a_failed_message_comes_again_and_the_end_waits_for_it),
        cmocka_unit_test(batches_end_at_the_stop_and_do_not_wait_for_more),
        cmocka_unit_test(stopping_waits_for_the_handler_in_hand),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
