/* SPDX-License-Identifier: MIT
 * All that is wrong with options is said at once: option, value, remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kaffe.h"
#include "problem_lines.h"

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    (void)batch, (void)ctx;
    return KAFFE_OK;
}

static void worker_close(void *ctx, void *worker_ctx)
{
    (void)ctx, (void)worker_ctx;
}

static kaffe_consumer_options good_consumer(void)
{
    return (kaffe_consumer_options){
        .endpoints = "localhost:9092",
        .topics = "orders, refunds",
        .consumer_group = "group",
        .handle_message = handle_message,
    };
}

static void assert_consumer_problems(const kaffe_consumer_options *options, const char *expected)
{
    struct problem_lines lines = { 0 };
    kaffe_status status = kaffe_consumer_options_check(options, problem_lines_collect, &lines);
    assert_string_equal(lines.text, expected);
    assert_int_equal(status, *expected ? KAFFE_INVALID : KAFFE_OK);
}

static void assert_producer_problems(const kaffe_producer_options *options, const char *expected)
{
    struct problem_lines lines = { 0 };
    kaffe_status status = kaffe_producer_options_check(options, problem_lines_collect, &lines);
    assert_string_equal(lines.text, expected);
    assert_int_equal(status, *expected ? KAFFE_INVALID : KAFFE_OK);
}

static void everything_missing_is_said_at_once(void **state)
{
    (void)state;
    kaffe_consumer_options options = { 0 };
    assert_consumer_problems(
        &options,
        "endpoints is required: Brokers to ask first, as host:port; IPv6 as [::1]:9092\n"
        "topics is required: Topics to consume, all by one group member\n"
        "consumer_group is required: The group whose members share the partitions and whose "
        "commits say where to go on\n"
        "handle_message is required, or handle_messages\n");
    assert_int_equal(kaffe_consumer_options_check(NULL, NULL, NULL), KAFFE_INVALID);
}

static void empty_strings_are_not_defaults(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.consumer_group = "";
    options.endpoints = "";
    options.topics = "";
    options.client_id = "";
    options.offset_reset_policy = "";
    assert_consumer_problems(&options, "endpoints = \"\": must not be empty\n"
                                       "topics = \"\": must not be empty\n"
                                       "consumer_group = \"\": must not be empty\n"
                                       "offset_reset_policy = \"\": must not be empty (NULL: the "
                                       "default earliest)\n"
                                       "client_id = \"\": must not be empty (NULL: the default "
                                       "kaffe)\n");
}

static void numbers_out_of_range_name_range_unit_and_default(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.workers = 1025;
    options.max_bytes = 12;
    options.max_wait_time_ms = 30001;
    options.max_batch_count = KAFFE_NONE;
    assert_consumer_problems(
        &options, "workers = 1025: must be 1..1024 threads (0: one per assigned partition, at most "
                  "64)\n"
                  "max_bytes = 12: must be 4096..1073741824 bytes (0: the default 1000000)\n"
                  "max_wait_time_ms = 30001: must be 1..30000 ms (0: the default 500), or "
                  "KAFFE_NONE\n"
                  "max_batch_count = -1: must be 1..100000 messages (0: the default 1000)\n");
}

static void the_ends_of_a_range_are_in_it(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.workers = 1024;
    options.max_bytes = 4096;
    options.min_bytes = 1073741824;
    assert_consumer_problems(&options, "");
    options.workers = INT64_MAX;
    options.max_bytes = 4095;
    options.min_bytes = INT64_MIN;
    struct problem_lines lines = { 0 };
    assert_int_equal(kaffe_consumer_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_int_equal(lines.count, 3);
}

static void a_misspelt_choice_brings_the_nearest(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.offset_reset_policy = "Earlyest";
    options.partition_assignment_strategy = "sticky";
    assert_consumer_problems(&options,
                             "offset_reset_policy = \"Earlyest\": must be one of earliest, latest, "
                             "stop (did you mean earliest?)\n"
                             "partition_assignment_strategy = \"sticky\": must be one of "
                             "roundrobin, range\n");
}

static void cooperative_sticky_is_refused_by_name_and_reason(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.partition_assignment_strategy = "cooperative-sticky";
    assert_consumer_problems(&options,
                             "partition_assignment_strategy = \"cooperative-sticky\": not "
                             "supported by libkaffe " KAFFE_VERSION
                             ": its hand-over repeats messages; must be one of roundrobin, "
                             "range\n");
}

static void heartbeats_must_fit_three_times_into_the_session(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.session_timeout_ms = 2000;
    assert_consumer_problems(&options, "heartbeat_interval_ms = 1000 (the default): must be at "
                                       "most a third of session_timeout_ms = 2000\n");
    options.heartbeat_interval_ms = 666;
    assert_consumer_problems(&options, "");
    options.heartbeat_interval_ms = 667;
    assert_consumer_problems(&options, "heartbeat_interval_ms = 667: must be at most a third of "
                                       "session_timeout_ms = 2000\n");
    options.session_timeout_ms = 1; /* wrong by itself: nothing more is to be said */
    assert_consumer_problems(&options, "session_timeout_ms = 1: must be 1000..3600000 ms (0: the "
                                       "default 30000)\n");
}

static void the_first_backoff_is_not_above_the_longest(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.retry_backoff_ms = 60000;
    assert_consumer_problems(&options, "retry_backoff_ms = 60000: must be at most "
                                       "retry_backoff_max_ms = 30000 (the default)\n");
    options.retry_backoff_max_ms = 60000;
    assert_consumer_problems(&options, "");
}

static void functions_must_make_sense_together(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.handle_messages = handle_messages;
    options.worker_close = worker_close;
    assert_consumer_problems(&options, "handle_message and handle_messages are both set: one of "
                                       "them must be NULL\n"
                                       "worker_close is set without worker_open: there is no "
                                       "worker_ctx to close\n");
}

static void every_bad_endpoint_is_named(void **state)
{
    (void)state;
    kaffe_producer_options options = { .endpoints = "a, b:1, kafka+ssl://c:2, d:0" };
    assert_producer_problems(
        &options, "endpoints: \"a\": has no port; write host:port, Kafka's usual port is 9092\n"
                  "endpoints: \"kafka+ssl://c:2\": needs security_protocol ssl, or sasl_ssl\n"
                  "endpoints: \"d:0\": the port must be a number, 1..65535\n");
    options.endpoints = ",";
    assert_producer_problems(&options, "endpoints: no endpoint is named; write host:port\n");
}

static void topic_names_follow_kafkas_rule(void **state)
{
    (void)state;
    char longest[250];
    char too_long[251];
    memset(longest, 'a', sizeof longest);
    memset(too_long, 'a', sizeof too_long);
    longest[249] = too_long[250] = '\0';
    kaffe_producer_options options = { .endpoints = "a:1", .topics = longest };
    assert_producer_problems(&options, "");
    options.topics = "or ders,.,..,...,a.b_c-D9,^orders.*,a.b_c-D9,ordres\xc3\xa9";
    assert_producer_problems(
        &options,
        "topics: \"or ders\": must have letters, digits, dots, underscores and hyphens only\n"
        "topics: \".\": must not be . or ..\n"
        "topics: \"..\": must not be . or ..\n"
        "topics: \"^orders.*\": patterns are not supported by libkaffe " KAFFE_VERSION
        "; name each topic\n"
        "topics: \"a.b_c-D9\": is named twice; once is enough\n"
        "topics: \"ordres\xc3\xa9\": must have letters, digits, dots, underscores and hyphens "
        "only\n");
    options.topics = " , ";
    assert_producer_problems(&options, "topics: no topic is named\n");
    options.topics = too_long;
    struct problem_lines lines = { 0 };
    assert_int_equal(kaffe_producer_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_non_null(strstr(lines.text, "must have at most 249 characters"));
}

static void a_topic_leaves_room_for_the_name_of_its_dead_letters(void **state)
{
    (void)state;
    char topic[247];
    memset(topic, 'a', sizeof topic);
    topic[246] = '\0';
    kaffe_consumer_options options = good_consumer();
    options.topics = topic;
    assert_consumer_problems(&options, "");
    options.on_failure = "dead_letter";
    assert_consumer_problems(&options,
                             "dead_letter_topic is required: aaaaaaaaaaaaaaaaaaaa... with .dlq "
                             "behind it has more than 249 characters\n");
    topic[245] = '\0';
    assert_consumer_problems(&options, "");
    topic[245] = 'a';
    options.dead_letter_topic = "graveyard";
    assert_consumer_problems(&options, "");
}

static void dead_letters_do_not_go_in_circles(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.dead_letter_topic = "refunds";
    assert_consumer_problems(&options, "dead_letter_topic = \"refunds\": is one of topics, and its "
                                       "letters would come back: name another\n");
}

static void a_static_members_name_follows_the_same_rule(void **state)
{
    (void)state;
    kaffe_consumer_options options = good_consumer();
    options.group_instance_id = "pod 1";
    assert_consumer_problems(&options, "group_instance_id = \"pod 1\": must have letters, digits, "
                                       "dots, underscores and hyphens only\n");
}

static void producer_limits_fit_together(void **state)
{
    (void)state;
    kaffe_producer_options options = {
        .endpoints = "a:1",
        .linger_ms = 51,
        .delivery_timeout_ms = 100,
        .queue_max_bytes = 1048576,
        .max_message_bytes = 1048577,
        .compression = "gzip9",
    };
    assert_producer_problems(
        &options, "compression = \"gzip9\": must be one of none, gzip, snappy, lz4, zstd (did you "
                  "mean gzip?)\n"
                  "linger_ms = 51: must be at most half of delivery_timeout_ms = 100\n"
                  "max_message_bytes = 1048577: must be at most queue_max_bytes = 1048576\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_missing_is_said_at_once),
        cmocka_unit_test(empty_strings_are_not_defaults),
        cmocka_unit_test(numbers_out_of_range_name_range_unit_and_default),
        cmocka_unit_test(the_ends_of_a_range_are_in_it),
        cmocka_unit_test(a_misspelt_choice_brings_the_nearest),
        cmocka_unit_test(cooperative_sticky_is_refused_by_name_and_reason),
        cmocka_unit_test(heartbeats_must_fit_three_times_into_the_session),
        cmocka_unit_test(the_first_backoff_is_not_above_the_longest),
        cmocka_unit_test(functions_must_make_sense_together),
        cmocka_unit_test(every_bad_endpoint_is_named),
        cmocka_unit_test(topic_names_follow_kafkas_rule),
        cmocka_unit_test(a_topic_leaves_room_for_the_name_of_its_dead_letters),
        cmocka_unit_test(dead_letters_do_not_go_in_circles),
        cmocka_unit_test(a_static_members_name_follows_the_same_rule),
        cmocka_unit_test(producer_limits_fit_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
