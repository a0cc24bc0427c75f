/* SPDX-License-Identifier: MIT
 * "0,3-5": which partitions that means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "partition_ranges.h"

static struct kf_partition_ranges read_ranges(const char *text)
{
    struct kf_partition_ranges ranges;
    assert_int_equal(kf_partition_ranges_read(&ranges, text), KF_RANGES_OK);
    return ranges;
}

static void numbers_and_ranges_are_chosen_and_nothing_else(void **state)
{
    (void)state;
    struct kf_partition_ranges ranges = read_ranges(" 0, 3-5 ,7-7");
    for (int32_t i = 0; i < 10; i++)
        assert_int_equal(kf_partition_ranges_have(&ranges, i),
                         i == 0 || (i >= 3 && i <= 5) || i == 7);
    kf_partition_ranges_fini(&ranges);
}

static void without_a_list_all_are_chosen(void **state)
{
    (void)state;
    struct kf_partition_ranges ranges = read_ranges(NULL);
    assert_true(kf_partition_ranges_have(&ranges, 0));
    assert_true(kf_partition_ranges_have(&ranges, 12345));
    assert_int_equal(kf_partition_ranges_beyond(&ranges, 1), -1);
    kf_partition_ranges_fini(&ranges);
}

static void the_first_partition_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct kf_partition_ranges ranges = read_ranges("2,4-9,0");
    assert_int_equal(kf_partition_ranges_beyond(&ranges, 10), -1);
    assert_int_equal(kf_partition_ranges_beyond(&ranges, 6), 6);
    assert_int_equal(kf_partition_ranges_beyond(&ranges, 3), 4);
    assert_int_equal(kf_partition_ranges_beyond(&ranges, 1), 2);
    kf_partition_ranges_fini(&ranges);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",   ",",   "1,",    ",1",  "1,,2", "a",          "-1",
                                         "1-", "5-3", "1-2-3", "1 2", "1- 2", "2147483647", "1;2" };
    struct kf_partition_ranges ranges;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(kf_partition_ranges_read(&ranges, wrong[i]), KF_RANGES_WRONG);
        assert_null(ranges.items);
    }
    ranges = read_ranges("2147483646");
    assert_true(kf_partition_ranges_have(&ranges, 2147483646));
    kf_partition_ranges_fini(&ranges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_ranges_are_chosen_and_nothing_else),
        cmocka_unit_test(without_a_list_all_are_chosen),
        cmocka_unit_test(the_first_partition_that_is_not_there_is_named),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
