/* SPDX-License-Identifier: MIT
 * Problems are reported one by one and joined in one message, as many as fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "problem_lines.h"
#include "problems.h"

static void no_problem_is_ok_and_clears_the_error(void **state)
{
    (void)state;
    struct kf_problems problems = { 0 };
    kaffe_error err;
    memset(&err, 0xaa, sizeof err);
    assert_int_equal(kf_problems_status(&problems, &err), KAFFE_OK);
    assert_int_equal(err.status, KAFFE_OK);
    assert_string_equal(err.message, "");
}

static void a_few_are_joined_in_order(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
    kaffe_error err;
    kf_problems_add(&problems, "%s = %d: too low", "a", 1);
    kf_problems_add(&problems, "b is required");
    assert_int_equal(kf_problems_status(&problems, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "a = 1: too low; b is required");
    assert_string_equal(lines.text, "a = 1: too low\nb is required\n");
}

static void what_does_not_fit_is_counted_and_still_reported(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
    kaffe_error err;
    kf_problems_add(&problems, "%0180d", 1);
    kf_problems_add(&problems, "%040d", 2);
    kf_problems_add(&problems, "short");
    assert_int_equal(kf_problems_status(&problems, &err), KAFFE_INVALID);
    assert_string_equal(err.message + 180, "; and 2 more");
    assert_int_equal(lines.count, 3);
}

static void one_that_is_too_long_is_cut(void **state)
{
    (void)state;
    struct kf_problems problems = { 0 };
    kaffe_error err;
    kf_problems_add(&problems, "%02000d", 1);
    kf_problems_add(&problems, "another");
    assert_int_equal(kf_problems_status(&problems, &err), KAFFE_INVALID);
    assert_non_null(strstr(err.message, "000; and 1 more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_problem_is_ok_and_clears_the_error),
        cmocka_unit_test(a_few_are_joined_in_order),
        cmocka_unit_test(what_does_not_fit_is_counted_and_still_reported),
        cmocka_unit_test(one_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
