/* SPDX-License-Identifier: MIT
 * max_count is exact: so many messages are handled in all, whatever runs side by side or fails. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int start_broker(void **state)
{
    int failed = recorder_start_broker(state, "many:8,one:1");
    const char *endpoints = failed ? NULL : kaffe_mock_broker_endpoints(*state);
    for (int32_t p = 0; endpoints && p < 8; p++)
        recorder_produce(endpoints, "many", p, 300);
    if (endpoints)
        recorder_produce(endpoints, "one", 0, 10);
    return failed;
}

static void read_so_many(const kaffe_reader_options *options, struct recorder *recorder)
{
    kaffe_consumer_counters counters;
    kaffe_error err;
    kaffe_consumer *reader = recorder_start_reader(options);
    if (kaffe_consumer_wait(reader, 60000, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    kaffe_consumer_count(reader, &counters);
    assert_int_equal(counters.messages_handled, options->max_count);
    assert_int_equal(recorder->handled, options->max_count);
    assert_int_equal(kaffe_consumer_free(reader), KAFFE_OK);
}

static void with_several_workers_exactly_so_many_are_handled(void **state)
{
    static const int64_t counts[] = { 1, 2, 7, 100, 1000, 2399, 2400 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct recorder *recorder = recorder_new();
        kaffe_reader_options options =
            recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "many");
        options.max_count = counts[i];
        read_so_many(&options, recorder);
        assert_int_equal(recorder->count, counts[i]);
        recorder_free(recorder);
    }
}

static void batches_are_cut_to_what_is_left(void **state)
{
    static const int64_t counts[] = { 1, 31, 100, 2399 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct recorder *recorder = recorder_new();
        kaffe_reader_options options =
            recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "many");
        options.handle_message = NULL;
        options.handle_messages = recorder_handle_messages;
        options.max_batch_count = 30;
        options.max_count = counts[i];
        read_so_many(&options, recorder);
        assert_int_equal(recorder->count, counts[i]);
        recorder_free(recorder);
    }
}

static void a_batch_with_all_that_is_left_does_not_wait_for_more(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "one");
    options.handle_message = NULL;
    options.handle_messages = recorder_handle_messages;
    options.max_batch_wait_ms = 60000;
    options.max_count = 10;
    read_so_many(&options, recorder);
    assert_int_equal(recorder->entries[0].batch_count, 10);
    recorder_free(recorder);
}

static void what_fails_does_not_count(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "one");
    recorder->fail_partition = 0;
    recorder->fail_offset = 4;
    recorder->fail_times = 3;
    options.max_count = 5;
    read_so_many(&options, recorder);
    assert_int_equal(recorder->count, 8);
    recorder_free(recorder);
}

/* The failing partition gives back what it took, and the others get it. */
static void a_partition_that_fails_for_ever_does_not_keep_its_share(void **state)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options =
        recorder_reader_options(recorder, kaffe_mock_broker_endpoints(*state), "many");
    recorder->fail_partition = 3;
    recorder->fail_offset = 0;
    recorder->fail_times = -1;
    options.max_count = 2100;
    read_so_many(&options, recorder);
    recorder_assert_in_order(recorder, 2, 0, 300);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_several_workers_exactly_so_many_are_handled),
        cmocka_unit_test(batches_are_cut_to_what_is_left),
        cmocka_unit_test(a_batch_with_all_that_is_left_does_not_wait_for_more),
        cmocka_unit_test(what_fails_does_not_count),
        cmocka_unit_test(a_partition_that_fails_for_ever_does_not_keep_its_share),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
