/* SPDX-License-Identifier: MIT
 * A reader's options become a consumer's settings without a group; each wrong one is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client_settings.h"
#include "problem_lines.h"

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

static kaffe_reader_options good(void)
{
    return (kaffe_reader_options){ .endpoints = "localhost:9092",
                                   .topics = "orders, refunds",
                                   .handle_message = handle_message };
}

static void defaults_are_filled_in_and_there_is_no_group(void **state)
{
    (void)state;
    struct kf_reader_settings reader;
    struct kf_consumer_settings settings;
    kaffe_reader_options options = good();
    assert_int_equal(
        kf_reader_settings_init(&reader, &settings, &options, sizeof options, NULL, NULL, NULL),
        KAFFE_OK);
    assert_null(settings.options.consumer_group);
    assert_int_equal(settings.topics.count, 2);
    assert_int_equal(settings.options.max_bytes, 1000000);
    assert_int_equal(settings.options.max_attempts, 0);
    assert_int_equal(settings.options.start_timeout_ms, 0);
    assert_string_equal(settings.options.client_id, "kaffe");
    assert_ptr_equal(settings.options.handle_message, handle_message);
    assert_int_equal(settings.offset_reset_policy, KF_RESET_EARLIEST);
    assert_int_equal(reader.start_at.kind, KF_POSITION_EARLIEST);
    assert_int_equal(reader.stop_at.kind, KF_POSITION_NEVER);
    assert_int_equal(reader.partitions.count, 0);
    assert_int_equal(reader.max_count, 0);
    kf_consumer_settings_fini(&settings);
    kf_reader_settings_fini(&reader);
}

static void what_is_given_is_carried_over(void **state)
{
    (void)state;
    struct kf_reader_settings reader;
    struct kf_consumer_settings settings;
    char client_id[] = "mine";
    int ctx;
    kaffe_reader_options options = good();
    options.client_id = client_id;
    options.ctx = &ctx;
    options.partitions = "1-2";
    options.start_at = "-5";
    options.stop_at = "end";
    options.max_count = 7;
    options.offset_reset_policy = "stop";
    options.max_wait_time_ms = KAFFE_NONE;
    options.retry_backoff_ms = 11;
    options.start_timeout_ms = 200;
    options.shutdown_timeout_ms = 300000;
    assert_int_equal(
        kf_reader_settings_init(&reader, &settings, &options, sizeof options, NULL, NULL, NULL),
        KAFFE_OK);
    memset(client_id, 'x', sizeof client_id);
    assert_string_equal(settings.options.client_id, "mine");
    assert_ptr_equal(settings.options.ctx, &ctx);
    assert_int_equal(settings.offset_reset_policy, KF_RESET_STOP);
    assert_int_equal(settings.options.max_wait_time_ms, 0);
    assert_int_equal(settings.options.retry_backoff_ms, 11);
    assert_int_equal(settings.options.start_timeout_ms, 200);
    assert_int_equal(settings.options.shutdown_timeout_ms, 300000);
    assert_int_equal(settings.options.rebalance_delay_ms, 300000);
    assert_int_equal(reader.partitions.count, 1);
    assert_int_equal(reader.start_at.number, 5);
    assert_int_equal(reader.stop_at.kind, KF_POSITION_LATEST);
    assert_int_equal(reader.max_count, 7);
    kf_consumer_settings_fini(&settings);
    kf_reader_settings_fini(&reader);
}

static void each_wrong_option_is_named_with_its_remedy(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_reader_options options = { .endpoints = "localhost:9092",
                                     .topics = "orders",
                                     .partitions = "3-1",
                                     .start_at = "yesterday",
                                     .stop_at = "-10",
                                     .max_count = -5 };
    assert_int_equal(kaffe_reader_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_string_equal(
        lines.text,
        "max_count = -5: must be 1..9223372036854775807 messages (0: no limit), or KAFFE_NONE\n"
        "start_at = \"yesterday\": must be earliest, latest, an offset, -N for the last N, or "
        "@milliseconds\n"
        "stop_at = \"-10\": must be never, end, an offset, or @milliseconds\n"
        "partitions = \"3-1\": must be numbers and ranges, such as 0,3-5\n"
        "handle_message is required, or handle_messages\n");
    options = good();
    assert_int_equal(kaffe_reader_options_check(&options, problem_lines_collect, &lines), KAFFE_OK);
    assert_int_equal(lines.count, 5);
}

static void an_empty_text_is_named_once(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_reader_options options = good();
    options.start_at = "";
    options.stop_at = "";
    options.partitions = "";
    assert_int_equal(kaffe_reader_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_int_equal(lines.count, 3);
    assert_int_equal(kaffe_reader_options_check(NULL, problem_lines_collect, &lines),
                     KAFFE_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_filled_in_and_there_is_no_group),
        cmocka_unit_test(what_is_given_is_carried_over),
        cmocka_unit_test(each_wrong_option_is_named_with_its_remedy),
        cmocka_unit_test(an_empty_text_is_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
