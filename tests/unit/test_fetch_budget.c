/* SPDX-License-Identifier: MIT
 * How much a stream asks for: within max_bytes, and never so little that nothing comes. */
#include "budget.h"
#include "buffer_pool.h"
#include "slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_empty_stream_asks_for_half(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 1000000 };
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(500000));
}

static void what_is_held_and_asked_for_never_exceeds_max_bytes(void **state)
{
    (void)state;
    const size_t limits[] = { 4096, 5000, 8192, 100000, 1000000, (size_t)1 << 30 };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct kf_budget budget = { .max_bytes = limits[i] };
        for (int rounds = 0; rounds < 10; rounds++) {
            size_t ask = kf_budget_ask(&budget);
            budget.held_bytes += ask;
            assert_true(budget.held_bytes <= budget.max_bytes);
        }
        assert_true(budget.held_bytes > 0);
    }
}

static void a_full_stream_asks_for_nothing_until_half_is_free(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000, .held_bytes = 60000 };
    assert_int_equal(kf_budget_ask(&budget), 0);
    budget.held_bytes = 100000 - kf_buffer_class_below(50000);
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(50000));
}

static void large_batches_are_waited_for_until_one_fits(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000, .held_bytes = 30000 };
    kf_budget_saw_batch(&budget, 70000);
    assert_int_equal(kf_budget_ask(&budget), 0);
    budget.held_bytes = 20000;
    assert_true(kf_budget_ask(&budget) >= 70000 + KF_SLICE_HEAD);
    assert_true(kf_budget_ask(&budget) <= 80000);
}

static void as_many_large_batches_as_fit_are_asked_for(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 4000000 };
    kf_budget_saw_batch(&budget, 1000000); /* a second one would come cut */
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_above(1000000 + KF_SLICE_HEAD));
    budget.largest_batch = 600000;
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_above(1800000 + KF_SLICE_HEAD));
    budget.largest_batch = 10000;
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(2000000));
}

static void a_large_batch_is_forgotten_in_time(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000 };
    kf_budget_saw_batch(&budget, 90000);
    for (int i = 0; i < 40; i++)
        kf_budget_saw_batch(&budget, 1000);
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(50000));
}

static void batches_beyond_max_bytes_are_fetched_with_nothing_held(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000 };
    kf_budget_saw_batch(&budget, 300000);
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(100000));
    budget.held_bytes = 4096;
    assert_int_equal(kf_budget_ask(&budget), 0);
}

static void a_cut_batch_is_asked_for_with_more_up_to_its_size(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000 };
    size_t asked = kf_budget_ask(&budget) - KF_SLICE_HEAD;
    int rounds = 0;
    while (asked < 450000) {
        assert_true(kf_budget_saw_cut(&budget, asked, 450000));
        size_t next = kf_budget_ask(&budget) - KF_SLICE_HEAD;
        assert_true(next > asked);
        asked = next;
        assert_true(++rounds < 6);
    }
    assert_true(asked < 450000 + 450000 / 8);
    budget.held_bytes = 4096; /* alone */
    assert_int_equal(kf_budget_ask(&budget), 0);
}

static void after_the_large_one_the_usual_is_asked_for(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000 };
    assert_true(kf_budget_saw_cut(&budget, 49000, 60000));
    kf_budget_saw_batch(&budget, 60000);
    for (int i = 0; i < 40; i++)
        kf_budget_saw_batch(&budget, 1000);
    assert_int_equal(kf_budget_ask(&budget), kf_buffer_class_below(50000));
}

static void a_batch_cut_though_all_of_it_was_allowed_is_hopeless(void **state)
{
    (void)state;
    struct kf_budget budget = { .max_bytes = 100000 };
    assert_false(kf_budget_saw_cut(&budget, 60000, 60000));
    assert_true(kf_budget_saw_cut(&budget, 60000, 0)); /* its size is not known yet */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_stream_asks_for_half),
        cmocka_unit_test(what_is_held_and_asked_for_never_exceeds_max_bytes),
        cmocka_unit_test(a_full_stream_asks_for_nothing_until_half_is_free),
        cmocka_unit_test(large_batches_are_waited_for_until_one_fits),
        cmocka_unit_test(as_many_large_batches_as_fit_are_asked_for),
        cmocka_unit_test(a_large_batch_is_forgotten_in_time),
        cmocka_unit_test(batches_beyond_max_bytes_are_fetched_with_nothing_held),
        cmocka_unit_test(a_cut_batch_is_asked_for_with_more_up_to_its_size),
        cmocka_unit_test(after_the_large_one_the_usual_is_asked_for),
        cmocka_unit_test(a_batch_cut_though_all_of_it_was_allowed_is_hopeless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
