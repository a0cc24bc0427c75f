/* SPDX-License-Identifier: MIT
 * Good options become complete settings; of bad ones, the error says as much as it can hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_settings.h"
#include "problem_lines.h"

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
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

static void consumer_defaults_are_filled_in(void **state)
{
    (void)state;
    struct kf_consumer_settings settings;
    kaffe_consumer_options options = good_consumer();
    kaffe_error err;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(err.status, KAFFE_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(settings.options.workers, 0);
    assert_int_equal(settings.options.max_bytes, 1000000);
    assert_int_equal(settings.options.min_bytes, 1);
    assert_int_equal(settings.options.max_wait_time_ms, 500);
    assert_int_equal(settings.options.max_batch_wait_ms, 0);
    assert_int_equal(settings.options.rebalance_delay_ms, 10000);
    assert_int_equal(settings.options.heartbeat_interval_ms, 1000);
    assert_string_equal(settings.options.partition_assignment_strategy, "roundrobin");
    assert_string_equal(settings.options.offset_reset_policy, "earliest");
    assert_string_equal(settings.options.client_id, "kaffe");
    assert_null(settings.options.group_instance_id);
    assert_int_equal(settings.offset_reset_policy, KF_RESET_EARLIEST);
    assert_int_equal(settings.max_poll_interval_ms, 300000);
    assert_int_equal(settings.endpoints.count, 1);
    assert_int_equal(settings.topics.count, 2);
    assert_string_equal(settings.topics.items[1], "refunds");
    assert_null(settings.log.write);
    kf_consumer_settings_fini(&settings);
}

static void producer_defaults_are_filled_in(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    kaffe_producer_options options = { .endpoints = "localhost:9092" };
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_ptr_equal(settings.options.partition_strategy, kaffe_partition_md5);
    assert_string_equal(settings.options.compression, "none");
    assert_int_equal(settings.options.linger_ms, 5);
    assert_int_equal(settings.options.delivery_timeout_ms, 120000);
    assert_int_equal(settings.topics.count, 0);
    assert_null(settings.options.topics);
    kf_producer_settings_fini(&settings);
}

static void none_is_a_real_zero(void **state)
{
    (void)state;
    struct kf_consumer_settings settings;
    kaffe_consumer_options options = good_consumer();
    options.max_wait_time_ms = KAFFE_NONE;
    options.rebalance_delay_ms = KAFFE_NONE;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_int_equal(settings.options.max_wait_time_ms, 0);
    assert_int_equal(settings.options.rebalance_delay_ms, 0);
    kf_consumer_settings_fini(&settings);
}

static void settings_outlive_the_options_and_their_strings(void **state)
{
    (void)state;
    struct kf_consumer_settings settings;
    char group[] = "group";
    char policy[] = "stop";
    kaffe_consumer_options options = good_consumer();
    options.consumer_group = group;
    options.offset_reset_policy = policy;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    memset(group, 'x', sizeof group);
    memset(policy, 'x', sizeof policy);
    assert_string_equal(settings.options.consumer_group, "group");
    assert_string_equal(settings.options.offset_reset_policy, "stop");
    assert_int_equal(settings.offset_reset_policy, KF_RESET_STOP);
    kf_consumer_settings_fini(&settings);
}

static void the_poll_interval_leaves_room_for_hand_over_and_session(void **state)
{
    (void)state;
    struct kf_consumer_settings settings;
    kaffe_consumer_options options = good_consumer();
    options.rebalance_delay_ms = 600000;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_int_equal(settings.max_poll_interval_ms, 630000);
    kf_consumer_settings_fini(&settings);
    options.session_timeout_ms = 1000000;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_int_equal(settings.max_poll_interval_ms, 1000000);
    kf_consumer_settings_fini(&settings);
}

static void the_error_joins_what_fits_and_counts_the_rest(void **state)
{
    (void)state;
    struct kf_consumer_settings settings;
    struct problem_lines lines = { 0 };
    kaffe_error err;
    kaffe_consumer_options options = good_consumer();
    options.workers = -1;
    options.max_bytes = 1;
    options.min_bytes = -5;
    options.max_batch_count = -1;
    assert_int_equal(kf_consumer_settings_init(&settings, &options, sizeof options,
                                               problem_lines_collect, &lines, &err),
                     KAFFE_INVALID);
    assert_int_equal(lines.count, 4);
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_string_equal(
        err.message,
        "workers = -1: must be 1..1024 threads (0: one per assigned partition, at most 64); "
        "max_bytes = 1: must be 4096..1073741824 bytes (0: the default 1000000); and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consumer_defaults_are_filled_in),
        cmocka_unit_test(producer_defaults_are_filled_in),
        cmocka_unit_test(none_is_a_real_zero),
        cmocka_unit_test(settings_outlive_the_options_and_their_strings),
        cmocka_unit_test(the_poll_interval_leaves_room_for_hand_over_and_session),
        cmocka_unit_test(the_error_joins_what_fits_and_counts_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
