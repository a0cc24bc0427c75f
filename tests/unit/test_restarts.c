/* SPDX-License-Identifier: MIT
 * How often what failed is started again, and how soon. */
#include "restarts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct kf_restart_policy three_in_a_minute = {
    .max_restarts = 3, .window_ms = 60000, .backoff_ms = 1000, .backoff_max_ms = 30000
};

/* Fails right after a start. @return the pause without jitter; -1: no more */
static int64_t fail_at(struct kf_restarts *restarts, const struct kf_restart_policy *policy,
                       int64_t now_ms)
{
    int64_t pause_ms = -2;
    return kf_restarts_decide(restarts, policy, now_ms, now_ms, 0, &pause_ms) ? pause_ms : -1;
}

static void one_more_than_max_restarts_within_the_window_is_too_many(void **state)
{
    struct kf_restarts restarts = { 0 };
    (void)state;
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 1000), 1000);
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 2000), 2000);
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 3000), 4000);
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 60999), -1);
}

static void a_restart_that_is_older_than_the_window_does_not_count(void **state)
{
    struct kf_restarts restarts = { 0 };
    (void)state;
    for (int64_t at_ms = 1000; at_ms <= 3000; at_ms += 1000)
        assert_true(fail_at(&restarts, &three_in_a_minute, at_ms) > 0);
    assert_true(fail_at(&restarts, &three_in_a_minute, 61000) > 0); /* the first is out of it */
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 61999), -1);
    assert_true(fail_at(&restarts, &three_in_a_minute, 62000) > 0);
}

static void none_is_no_restart_at_all(void **state)
{
    struct kf_restarts restarts = { 0 };
    const struct kf_restart_policy none = { .window_ms = 1000, .backoff_ms = 1 };
    (void)state;
    assert_int_equal(fail_at(&restarts, &none, 1000), -1);
    assert_int_equal(fail_at(&restarts, &none, 100000), -1);
}

static void the_pause_doubles_up_to_its_limit(void **state)
{
    struct kf_restarts restarts = { 0 };
    const struct kf_restart_policy many = {
        .max_restarts = KF_RESTARTS_MAX, .window_ms = 1000, .backoff_ms = 100, .backoff_max_ms = 500
    };
    const int64_t wanted[] = { 100, 200, 400, 500, 500 };
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(fail_at(&restarts, &many, (int64_t)i), wanted[i]);
}

static void who_has_run_for_a_while_begins_with_the_short_pause_again(void **state)
{
    struct kf_restarts restarts = { 0 };
    int64_t pause_ms;
    (void)state;
    fail_at(&restarts, &three_in_a_minute, 1000);
    assert_int_equal(fail_at(&restarts, &three_in_a_minute, 2000), 2000);
    assert_true(kf_restarts_decide(&restarts, &three_in_a_minute, 10000, 70000, 0, &pause_ms));
    assert_int_equal(pause_ms, 1000);
}

static void the_ring_goes_round(void **state)
{
    struct kf_restarts restarts = { 0 };
    const struct kf_restart_policy most = {
        .max_restarts = KF_RESTARTS_MAX, .window_ms = 1000, .backoff_ms = 1, .backoff_max_ms = 1
    };
    int64_t now_ms = 0;
    (void)state;
    for (int i = 0; i < 5 * KF_RESTARTS_MAX; i++, now_ms += 10) /* 100 in each second */
        assert_int_equal(fail_at(&restarts, &most, now_ms), 1);
    assert_int_equal(fail_at(&restarts, &most, now_ms - 1), -1);
}

static void nobody_is_restarted_into_the_same_refusal(void **state)
{
    (void)state;
    assert_true(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_FAILED }));
    assert_true(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_TIMED_OUT }));
    assert_true(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_DENIED }));
    assert_true(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_KAFKA, .kafka_code = 25 }));
    assert_false(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_KAFKA, .kafka_code = 82 }));
    assert_false(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_INVALID }));
    assert_false(kf_restarts_are_of_use(&(kaffe_error){ .status = KAFFE_UNSUPPORTED }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_more_than_max_restarts_within_the_window_is_too_many),
        cmocka_unit_test(a_restart_that_is_older_than_the_window_does_not_count),
        cmocka_unit_test(none_is_no_restart_at_all),
        cmocka_unit_test(the_pause_doubles_up_to_its_limit),
        cmocka_unit_test(who_has_run_for_a_while_begins_with_the_short_pause_again),
        cmocka_unit_test(the_ring_goes_round),
        cmocka_unit_test(nobody_is_restarted_into_the_same_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
