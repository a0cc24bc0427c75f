/* SPDX-License-Identifier: MIT
 * max_count, shared out: never more than that, and nobody who was refused is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quota.h"

static void without_a_limit_everything_is_given(void **state)
{
    (void)state;
    struct kf_quota quota;
    kf_quota_init(&quota, 0);
    assert_int_equal(kf_quota_take(&quota, 5), INT64_MAX);
    assert_false(kf_quota_give(&quota, INT64_MAX, 3));
    assert_false(kf_quota_is_spent(&quota));
    assert_false(kf_quota_renewed(&quota));
}

static void what_is_taken_is_gone_until_it_is_given_back(void **state)
{
    (void)state;
    struct kf_quota quota;
    kf_quota_init(&quota, 10);
    assert_int_equal(kf_quota_take(&quota, 7), 7);
    assert_int_equal(kf_quota_take(&quota, 7), 3);
    assert_int_equal(kf_quota_take(&quota, 7), 0);
    assert_true(kf_quota_give(&quota, 7, 5)); /* somebody was refused */
    assert_true(kf_quota_renewed(&quota));
    assert_false(kf_quota_renewed(&quota));
    assert_int_equal(kf_quota_take(&quota, 7), 2);
    assert_false(kf_quota_give(&quota, 2, 2));
    assert_false(kf_quota_is_spent(&quota));
    assert_true(kf_quota_give(&quota, 3, 3));
    assert_true(kf_quota_is_spent(&quota));
    assert_int_equal(kf_quota_take(&quota, 1), 0);
}

static void giving_back_is_no_news_when_nobody_was_refused(void **state)
{
    (void)state;
    struct kf_quota quota;
    kf_quota_init(&quota, 10);
    assert_int_equal(kf_quota_take(&quota, 10), 10);
    assert_false(kf_quota_give(&quota, 10, 0));
    assert_false(kf_quota_renewed(&quota));
    assert_int_equal(kf_quota_take(&quota, 20), 10);
    assert_true(kf_quota_give(&quota, 10, 10));
    assert_true(kf_quota_is_spent(&quota));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_everything_is_given),
        cmocka_unit_test(what_is_taken_is_gone_until_it_is_given_back),
        cmocka_unit_test(giving_back_is_no_news_when_nobody_was_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
