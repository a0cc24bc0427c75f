/* SPDX-License-Identifier: MIT
 * Pauses double up to the longest and are never shortened by more than a fifth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backoff.h"

static void without_jitter_pauses_double_up_to_the_longest(void **state)
{
    (void)state;
    const int64_t expected[] = { 100, 200, 400, 800, 1000, 1000 };
    for (uint32_t failures = 1; failures <= 6; failures++)
        assert_int_equal(kf_backoff_ms(100, 1000, failures, 0), expected[failures - 1]);
}

static void no_failure_is_taken_as_the_first(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(100, 1000, 0, 0), 100);
}

static void the_longest_bounds_the_first_too(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(5000, 1000, 1, 0), 1000);
}

static void jitter_takes_up_to_a_fifth(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(1000, 30000, 1, UINT32_MAX), 801);
    assert_int_equal(kf_backoff_ms(1000, 30000, 1, UINT32_MAX / 2), 901);
    for (uint32_t failures = 1; failures < 20; failures++) {
        int64_t pause = kf_backoff_ms(100, 30000, failures, 0);
        for (uint64_t random = 0; random <= UINT32_MAX; random += 0x01234567) {
            int64_t jittered = kf_backoff_ms(100, 30000, failures, (uint32_t)random);
            assert_in_range(jittered, pause - pause / 5, pause);
        }
    }
}

static void a_pause_of_1_is_never_0(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(1, 1, 1, UINT32_MAX), 1);
}

static void a_first_pause_of_0_stays_0(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(0, 1000, UINT32_MAX, UINT32_MAX), 0);
}

static void nothing_overflows(void **state)
{
    (void)state;
    assert_int_equal(kf_backoff_ms(100, 30000, UINT32_MAX, 0), 30000);
    assert_int_equal(kf_backoff_ms(1, INT64_MAX, UINT32_MAX, 0), INT64_MAX);
    assert_int_equal(kf_backoff_ms(INT64_MAX, INT64_MAX, 9, 0), INT64_MAX);
    assert_true(kf_backoff_ms(3, INT64_MAX, UINT32_MAX, UINT32_MAX) >= INT64_MAX / 5 * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_jitter_pauses_double_up_to_the_longest),
        cmocka_unit_test(no_failure_is_taken_as_the_first),
        cmocka_unit_test(the_longest_bounds_the_first_too),
        cmocka_unit_test(jitter_takes_up_to_a_fifth),
        cmocka_unit_test(a_pause_of_1_is_never_0),
        cmocka_unit_test(a_first_pause_of_0_stays_0),
        cmocka_unit_test(nothing_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
