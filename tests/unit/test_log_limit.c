/* SPDX-License-Identifier: MIT
 * Never more than ten events in any second, and what was left out is told. */
#include "log_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_storm_is_ten_lines_in_any_second(void **state)
{
    (void)state;
    char fields[512];
    char event[16] = "fault.a";
    int64_t said[4000];
    size_t count = 0;
    struct kf_log_limit limit = { 0 };
    for (int64_t now_ms = 1; now_ms < 30000; now_ms++) {
        event[6] = (char)('a' + now_ms % 23);
        kaffe_log_level level = now_ms % 3 ? KAFFE_LOG_WARN : KAFFE_LOG_ERROR;
        if (kf_log_limit_sum_up(&limit, false, now_ms, fields, sizeof fields))
            said[count++] = now_ms;
        if (kf_log_limit_admit(&limit, level, event, now_ms))
            said[count++] = now_ms;
    }
    assert_true(count > 200);
    for (size_t i = KF_LOG_LINES; i < count; i++)
        assert_true(said[i] - said[i - KF_LOG_LINES] > 1000);
}

static void what_repeats_leaves_room_for_what_is_new(void **state)
{
    (void)state;
    struct kf_log_limit limit = { 0 };
    for (int i = 0; i < 1000; i++)
        kf_log_limit_admit(&limit, KAFFE_LOG_WARN, "message.failed", 1000);
    assert_true(kf_log_limit_admit(&limit, KAFFE_LOG_INFO, "consumer.stopped", 1000));
    assert_true(kf_log_limit_admit(&limit, KAFFE_LOG_ERROR, "consumer.failed", 1000));
    assert_true(kf_log_limit_admit(&limit, KAFFE_LOG_ERROR, "consumer.failed", 1000));
    assert_false(kf_log_limit_admit(&limit, KAFFE_LOG_ERROR, "consumer.failed", 1000));
}

static void what_was_left_out_is_summed_up_by_event_when_it_is_over(void **state)
{
    (void)state;
    char fields[512];
    struct kf_log_limit limit = { 0 };
    for (int i = 0; i < 10; i++)
        kf_log_limit_admit(&limit, KAFFE_LOG_WARN, "message.failed", 1000);
    for (int i = 0; i < 5; i++)
        kf_log_limit_admit(&limit, KAFFE_LOG_INFO, "partition.started", 1001);
    assert_false(kf_log_limit_sum_up(&limit, false, 1900, fields, sizeof fields));
    assert_true(kf_log_limit_sum_up(&limit, false, 2001, fields, sizeof fields));
    assert_string_equal(fields, "count=8 events=\"message.failed 4, partition.started 4\"");
    assert_false(kf_log_limit_sum_up(&limit, true, 9000, fields, sizeof fields));
}

static void a_lasting_storm_is_summed_up_now_and_then(void **state)
{
    (void)state;
    char fields[512];
    int sums = 0;
    struct kf_log_limit limit = { 0 };
    for (int64_t now_ms = 1; now_ms < 60000; now_ms += 10) {
        kf_log_limit_admit(&limit, KAFFE_LOG_WARN, "message.failed", now_ms);
        sums += kf_log_limit_sum_up(&limit, false, now_ms, fields, sizeof fields);
    }
    assert_int_equal(sums, 5);
}

static void more_events_than_have_a_place_are_counted(void **state)
{
    (void)state;
    char fields[512];
    char event[16];
    struct kf_log_limit limit = { 0 };
    for (int i = 0; i < 30; i++) {
        snprintf(event, sizeof event, "fault.n%d", i);
        kf_log_limit_lost(&limit, event, 1000);
    }
    assert_true(kf_log_limit_sum_up(&limit, true, 1000, fields, sizeof fields));
    assert_non_null(strstr(fields, "count=30 events=\"fault.n0 1, "));
    assert_non_null(strstr(fields, "fault.n5 1\""));
}

static void a_summary_that_was_not_written_is_told_later(void **state)
{
    (void)state;
    char fields[512];
    struct kf_log_limit limit = { 0 };
    kf_log_limit_lost(&limit, "message.failed", 1000);
    const struct kf_log_limit before = limit;
    assert_true(kf_log_limit_sum_up(&limit, true, 1000, fields, sizeof fields));
    kf_log_limit_restore(&limit, &before, 1000);
    assert_true(kf_log_limit_sum_up(&limit, false, 2000, fields, sizeof fields));
    assert_string_equal(fields, "count=1 events=\"message.failed 1\"");
}

static void a_function_of_the_users_gets_more_of_them(void **state)
{
    (void)state;
    int admitted = 0;
    struct kf_log_limit limit = { .lines = KF_LOG_CALLS };
    for (int i = 0; i < 1000; i++)
        admitted += kf_log_limit_admit(&limit, KAFFE_LOG_WARN, "message.failed", 1000);
    assert_int_equal(admitted, 60);
    assert_true(kf_log_limit_admit(&limit, KAFFE_LOG_INFO, "consumer.stopped", 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_storm_is_ten_lines_in_any_second),
        cmocka_unit_test(what_repeats_leaves_room_for_what_is_new),
        cmocka_unit_test(what_was_left_out_is_summed_up_by_event_when_it_is_over),
        cmocka_unit_test(a_lasting_storm_is_summed_up_now_and_then),
        cmocka_unit_test(more_events_than_have_a_place_are_counted),
        cmocka_unit_test(a_summary_that_was_not_written_is_told_later),
        cmocka_unit_test(a_function_of_the_users_gets_more_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
