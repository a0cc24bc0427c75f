/* SPDX-License-Identifier: MIT
 * Buffers for fetched records: their classes, what is charged, what is kept. */
#include "buffer_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_class_is_never_an_eighth_too_large(void **state)
{
    (void)state;
    for (size_t size = 4096; size < (size_t)80 << 20; size += size / 100 + 1) {
        size_t above = kf_buffer_class_above(size);
        assert_true(above >= size);
        assert_true(above - size <= size / 8);
    }
}

static void classes_meet(void **state)
{
    (void)state;
    assert_int_equal(kf_buffer_class_above(0), 4096);
    assert_int_equal(kf_buffer_class_above(4096), 4096);
    assert_int_equal(kf_buffer_class_above(4097), 4608);
    assert_int_equal(kf_buffer_class_above(8191), 8192);
    assert_int_equal(kf_buffer_class_above(8193), 9216);
    assert_int_equal(kf_buffer_class_below(1), 4096);
    assert_int_equal(kf_buffer_class_below(4607), 4096);
    assert_int_equal(kf_buffer_class_below(4608), 4608);
    assert_int_equal(kf_buffer_class_below(1000000), 983040);
    for (size_t size = 4096; size < (size_t)80 << 20; size = kf_buffer_class_above(size + 1)) {
        assert_int_equal(kf_buffer_class_above(size), size);
        assert_int_equal(kf_buffer_class_below(size), size);
    }
}

static void a_buffer_is_aligned_and_as_large_as_its_class(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(0);
    struct kf_buffer *buffer = kf_buffer_get(pool, 5000);
    assert_int_equal(buffer->capacity, 5120);
    assert_int_equal((uintptr_t)buffer->data % 16, 0);
    memset(buffer->data, 7, buffer->capacity);
    kf_buffer_put(buffer);
    kf_buffer_pool_free(pool);
}

static void what_is_out_is_charged_by_capacity(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(1 << 20);
    struct kf_buffer *a = kf_buffer_get(pool, 1);
    struct kf_buffer *b = kf_buffer_get(pool, 5000);
    assert_int_equal(kf_buffer_pool_used(pool), 4096 + 5120);
    kf_buffer_put(a);
    assert_int_equal(kf_buffer_pool_used(pool), 5120);
    kf_buffer_put(b);
    assert_int_equal(kf_buffer_pool_used(pool), 0);
    kf_buffer_pool_free(pool);
}

static void a_freed_buffer_is_used_again(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(1 << 20);
    struct kf_buffer *a = kf_buffer_get(pool, 5000);
    kf_buffer_put(a);
    assert_ptr_equal(kf_buffer_get(pool, 5100), a);
    kf_buffer_put(a);
    struct kf_buffer *b = kf_buffer_get(pool, 6000); /* another class */
    assert_ptr_not_equal(a, b);
    kf_buffer_put(b);
    kf_buffer_pool_free(pool);
}

/* A pool full of what nobody asks for any more must not keep what is asked for from staying. */
static void classes_that_are_not_used_any_more_drain(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(100000);
    struct kf_buffer *old[10];
    for (int i = 0; i < 10; i++)
        old[i] = kf_buffer_get(pool, 10000);
    for (int i = 0; i < 10; i++)
        kf_buffer_put(old[i]);
    struct kf_buffer *kept = NULL;
    for (int i = 0; i < 20; i++) {
        struct kf_buffer *a = kf_buffer_get(pool, 30000);
        struct kf_buffer *b = kf_buffer_get(pool, 30000);
        kept = a;
        kf_buffer_put(b);
        kf_buffer_put(a);
    }
    assert_ptr_equal(kf_buffer_get(pool, 30000), kept);
    kf_buffer_put(kept);
    kf_buffer_pool_free(pool);
}

static void the_pool_outlives_its_owner_until_the_last_buffer_is_back(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(1 << 20);
    struct kf_buffer *a = kf_buffer_get(pool, 10000);
    struct kf_buffer *b = kf_buffer_get(pool, 10000);
    kf_buffer_put(a);
    kf_buffer_pool_free(pool);
    memset(b->data, 1, b->capacity);
    kf_buffer_put(b); /* leaks and double frees are the sanitizers' to find */
}

static void an_absurd_size_is_no_memory(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(0);
    assert_null(kf_buffer_get(pool, SIZE_MAX / 2));
    assert_int_equal(kf_buffer_pool_used(pool), 0);
    kf_buffer_pool_free(pool);
}

static void what_is_kept_makes_way_for_what_is_out(void **state)
{
    (void)state;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(1 << 20);
    kf_buffer_pool_limit(pool, 20000);
    struct kf_buffer *a = kf_buffer_get(pool, 8192);
    struct kf_buffer *b = kf_buffer_get(pool, 8192);
    kf_buffer_put(a);
    assert_int_equal(kf_buffer_pool_total(pool), 2 * 8192);
    struct kf_buffer *c = kf_buffer_get(pool, 10000); /* another class */
    assert_int_equal(kf_buffer_pool_total(pool), 8192 + 10240);
    kf_buffer_put(b);
    kf_buffer_put(c);
    assert_true(kf_buffer_pool_total(pool) <= 20000);
    kf_buffer_pool_limit(pool, 0);
    assert_int_equal(kf_buffer_pool_total(pool), 0);
    kf_buffer_pool_free(pool);
}

static void count_up(void *ctx)
{
    ++*(int *)ctx;
}

static void who_awaits_room_is_woken_once(void **state)
{
    (void)state;
    int woken = 0;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(0);
    struct kf_buffer *buffers[3];
    kf_buffer_pool_on_room(pool, count_up, &woken);
    for (size_t i = 0; i < 3; i++)
        buffers[i] = kf_buffer_get(pool, 4096);
    assert_false(kf_buffer_pool_await(pool, 3 * 4096)); /* no more are out */
    assert_true(kf_buffer_pool_await(pool, 4096));
    kf_buffer_put(buffers[0]);
    assert_int_equal(woken, 0);
    kf_buffer_put(buffers[1]);
    assert_int_equal(woken, 1);
    kf_buffer_put(buffers[2]);
    assert_int_equal(woken, 1);
    kf_buffer_pool_free(pool);
}

static void a_pool_that_is_freed_wakes_nobody(void **state)
{
    (void)state;
    int woken = 0;
    struct kf_buffer_pool *pool = kf_buffer_pool_new(0);
    struct kf_buffer *buffer = kf_buffer_get(pool, 4096);
    kf_buffer_pool_on_room(pool, count_up, &woken);
    assert_true(kf_buffer_pool_await(pool, 0));
    kf_buffer_pool_free(pool);
    kf_buffer_put(buffer);
    assert_int_equal(woken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_makes_way_for_what_is_out),
        cmocka_unit_test(who_awaits_room_is_woken_once),
        cmocka_unit_test(a_pool_that_is_freed_wakes_nobody),
        cmocka_unit_test(a_class_is_never_an_eighth_too_large),
        cmocka_unit_test(classes_meet),
        cmocka_unit_test(a_buffer_is_aligned_and_as_large_as_its_class),
        cmocka_unit_test(what_is_out_is_charged_by_capacity),
        cmocka_unit_test(a_freed_buffer_is_used_again),
        cmocka_unit_test(classes_that_are_not_used_any_more_drain),
        cmocka_unit_test(the_pool_outlives_its_owner_until_the_last_buffer_is_back),
        cmocka_unit_test(an_absurd_size_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
