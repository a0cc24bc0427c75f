/* SPDX-License-Identifier: MIT
 * What all streams together may fill: one half common, one half shared out. */
#include "allowance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MIB ((size_t)1 << 20)

static struct kf_allowance of(size_t limit_bytes, size_t stream_count)
{
    return (struct kf_allowance){ .limit_bytes = limit_bytes, .stream_count = stream_count };
}

static void what_streams_cost_is_not_for_bytes(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(100 * MIB, 1000);
    assert_int_equal(kf_allowance_total(&allowance), 100 * MIB - 1000 * KF_STREAM_COST);
    assert_false(kf_allowance_is_crowded(&allowance));
}

static void too_many_streams_leave_a_quarter_and_are_told(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(10 * MIB, 10000);
    assert_true(kf_allowance_is_crowded(&allowance));
    assert_int_equal(kf_allowance_total(&allowance), 10 * MIB / 4);
}

static void the_common_half_is_what_nobody_holds_or_was_promised(void **state)
{
    (void)state;
    struct kf_allowance allowance = of(100 * MIB, 0);
    assert_int_equal(kf_allowance_common(&allowance, 0), 50 * MIB);
    allowance.promised_bytes = 20 * MIB;
    assert_int_equal(kf_allowance_common(&allowance, 10 * MIB), 20 * MIB);
    assert_int_equal(kf_allowance_common(&allowance, 30 * MIB), 0);
    assert_int_equal(kf_allowance_common(&allowance, 90 * MIB), 0);
}

static void whatever_the_others_hold_a_stream_has_its_share(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(100 * MIB, 100);
    size_t share = kf_allowance_share(&allowance);
    assert_true(share > 400 << 10);
    assert_true(kf_allowance_admits(&allowance, 90 * MIB, 0, share));
    assert_false(kf_allowance_admits(&allowance, 90 * MIB, 1, share));
    assert_false(kf_allowance_admits(&allowance, 90 * MIB, 0, share + 1));
}

/* Those that hold no more than their share, and those that came out of the common half. */
static void all_that_is_admitted_stays_within_the_total(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 5000; count = count * 3 + 1) {
        size_t used = 0;
        const struct kf_allowance allowance = of(64 * MIB, count);
        while (kf_allowance_admits(&allowance, used, 64 * MIB, 100000))
            used += 100000;
        for (size_t i = 0; i < count; i++)
            if (kf_allowance_admits(&allowance, used, 0, kf_allowance_share(&allowance)))
                used += kf_allowance_share(&allowance);
        assert_true(used <= kf_allowance_total(&allowance));
    }
}

static void a_share_too_small_for_a_buffer_is_none(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(64 * MIB, 15000);
    assert_int_equal(kf_allowance_share(&allowance), 0);
}

static void a_single_batch_may_fill_the_common_half(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(100 * MIB, 0);
    assert_int_equal(kf_allowance_largest(&allowance), 50 * MIB);
    assert_true(kf_allowance_admits(&allowance, 0, 0, 50 * MIB));
}

static void without_a_limit_all_is_admitted(void **state)
{
    (void)state;
    const struct kf_allowance allowance = of(SIZE_MAX, 100000);
    assert_int_equal(kf_allowance_common(&allowance, 1000 * MIB), SIZE_MAX);
    assert_int_equal(kf_allowance_share(&allowance), SIZE_MAX);
    assert_true(kf_allowance_admits(&allowance, 1000 * MIB, 100 * MIB, 1000 * MIB));
    assert_false(kf_allowance_is_crowded(&allowance));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_streams_cost_is_not_for_bytes),
        cmocka_unit_test(too_many_streams_leave_a_quarter_and_are_told),
        cmocka_unit_test(the_common_half_is_what_nobody_holds_or_was_promised),
        cmocka_unit_test(whatever_the_others_hold_a_stream_has_its_share),
        cmocka_unit_test(all_that_is_admitted_stays_within_the_total),
        cmocka_unit_test(a_share_too_small_for_a_buffer_is_none),
        cmocka_unit_test(a_single_batch_may_fill_the_common_half),
        cmocka_unit_test(without_a_limit_all_is_admitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
