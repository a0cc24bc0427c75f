/* SPDX-License-Identifier: MIT
 * Memory to decompress into: who may have some, who waits, and in which order. */
#include "scratches.h"

#include "pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LIMIT 1000000

static int granted_count;
static struct kf_scratch_wait *granted_last;

static void granted(struct kf_scratch_wait *wait)
{
    granted_count++;
    granted_last = wait;
}

static struct kf_scratches *begin(size_t limit_bytes)
{
    static struct kf_scratches scratches;
    granted_count = 0;
    granted_last = NULL;
    assert_int_equal(kf_scratches_init(&scratches, limit_bytes, granted), 0);
    return &scratches;
}

static void end(struct kf_scratches *scratches)
{
    kf_scratches_fini(scratches);
    assert_int_equal(scratches->used_bytes, 0);
    assert_null(scratches->first);
}

/* As a codec does that needs so much. @return false: refused */
static bool grow(struct kf_scratch *scratch, size_t capacity)
{
    struct kf_scratch_account *account = scratch->account;
    if (!account->resize(account, scratch->capacity, capacity)) {
        scratch->refused = capacity;
        return false;
    }
    scratch->data = kf_pages_resize(scratch->data, scratch->capacity, capacity);
    assert_non_null(scratch->data);
    scratch->capacity = capacity;
    return true;
}

static void all_scratches_together_stay_within_the_limit(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait waits[2] = { 0 };
    struct kf_scratch a, b;
    assert_true(kf_scratches_take(scratches, &waits[0], &a));
    assert_true(kf_scratches_take(scratches, &waits[1], &b));
    assert_true(grow(&a, 600000));
    assert_false(grow(&b, 400001));
    assert_true(grow(&b, 400000));
    assert_int_equal(kf_scratches_used(scratches), LIMIT);
    kf_scratches_give(scratches, &a);
    kf_scratches_give(scratches, &b);
    end(scratches);
}

static void spare_ones_are_used_again_and_make_way(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait wait = { 0 };
    struct kf_scratch a, b;
    assert_true(kf_scratches_take(scratches, &wait, &a));
    assert_true(grow(&a, 900000));
    kf_scratches_give(scratches, &a);
    assert_true(kf_scratches_take(scratches, &wait, &a));
    assert_int_equal(a.capacity, 900000);
    kf_scratches_give(scratches, &a);
    b = (struct kf_scratch){ .account = &scratches->account };
    assert_true(grow(&b, 500000));
    assert_int_equal(kf_scratches_used(scratches), 500000);
    kf_scratches_give(scratches, &b);
    end(scratches);
}

static void who_waits_holds_nothing_and_gets_all_it_wanted(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait waits[2] = { 0 };
    struct kf_scratch a, b;
    assert_true(kf_scratches_take(scratches, &waits[0], &a));
    assert_true(kf_scratches_take(scratches, &waits[1], &b));
    assert_true(grow(&a, 500000));
    assert_true(grow(&b, 300000));
    assert_false(grow(&b, 700000));
    kf_scratches_wait(scratches, &waits[1], &b);
    assert_int_equal(granted_count, 0);
    assert_null(b.data);
    kf_scratches_give(scratches, &a);
    assert_int_equal(granted_count, 1);
    assert_ptr_equal(granted_last, &waits[1]);
    assert_true(kf_scratches_take(scratches, &waits[1], &b));
    assert_int_equal(b.capacity, 700000);
    kf_scratches_give(scratches, &b);
    assert_int_equal(kf_scratches_waits(scratches), 1);
    end(scratches);
}

static void a_large_one_is_not_passed_by_small_ones(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait waits[3] = { 0 };
    struct kf_scratch a, large, small;
    assert_true(kf_scratches_take(scratches, &waits[0], &a));
    assert_true(grow(&a, 500000));
    assert_true(kf_scratches_take(scratches, &waits[1], &large));
    assert_false(grow(&large, 1000000));
    kf_scratches_wait(scratches, &waits[1], &large);
    assert_false(kf_scratches_take(scratches, &waits[2], &small));
    assert_false(grow(&a, 600000));
    kf_scratches_give(scratches, &a);
    assert_ptr_equal(granted_last, &waits[1]);
    assert_int_equal(granted_count, 1);
    assert_true(kf_scratches_take(scratches, &waits[1], &large));
    kf_scratches_give(scratches, &large);
    assert_int_equal(granted_count, 2);
    assert_true(kf_scratches_take(scratches, &waits[2], &small));
    kf_scratches_give(scratches, &small);
    end(scratches);
}

static void who_leaves_lets_the_next_one_through(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait waits[3] = { 0 };
    struct kf_scratch a, b, c;
    assert_true(kf_scratches_take(scratches, &waits[0], &a));
    assert_true(grow(&a, 800000));
    assert_true(kf_scratches_take(scratches, &waits[1], &b));
    assert_false(grow(&b, 900000));
    kf_scratches_wait(scratches, &waits[1], &b);
    assert_false(kf_scratches_take(scratches, &waits[2], &c));
    kf_scratches_leave(&waits[1]);
    assert_ptr_equal(granted_last, &waits[2]);
    kf_scratches_leave(&waits[2]); /* with a grant that it never used */
    kf_scratches_give(scratches, &a);
    end(scratches);
}

static void it_is_scarce_when_half_of_it_is_used(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(LIMIT);
    struct kf_scratch_wait wait = { 0 };
    struct kf_scratch a;
    assert_true(kf_scratches_take(scratches, &wait, &a));
    assert_true(grow(&a, 500000));
    assert_false(kf_scratches_are_scarce(scratches));
    assert_true(grow(&a, 500001));
    assert_true(kf_scratches_are_scarce(scratches));
    kf_scratch_fini(&a);
    assert_false(kf_scratches_are_scarce(scratches));
    end(scratches);
}

static void without_a_limit_one_batch_still_has_one(void **state)
{
    (void)state;
    struct kf_scratches *scratches = begin(0);
    assert_int_equal(kf_scratches_largest(scratches), 256u << 20);
    end(scratches);
    scratches = begin(LIMIT);
    assert_int_equal(kf_scratches_largest(scratches), LIMIT);
    end(scratches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_scratches_together_stay_within_the_limit),
        cmocka_unit_test(spare_ones_are_used_again_and_make_way),
        cmocka_unit_test(who_waits_holds_nothing_and_gets_all_it_wanted),
        cmocka_unit_test(a_large_one_is_not_passed_by_small_ones),
        cmocka_unit_test(who_leaves_lets_the_next_one_through),
        cmocka_unit_test(it_is_scarce_when_half_of_it_is_used),
        cmocka_unit_test(without_a_limit_one_batch_still_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
