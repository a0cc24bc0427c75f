/* SPDX-License-Identifier: MIT
 * The parts of memory_limit_bytes. */
#include "memory_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MIB ((int64_t)1 << 20)
#define MESSAGE 128

static kaffe_consumer_options options_of(int64_t limit, int64_t workers, int64_t max_batch_count)
{
    return (kaffe_consumer_options){ .memory_limit_bytes = limit,
                                     .workers = workers,
                                     .max_batch_count = max_batch_count };
}

static void the_parts_do_not_exceed_the_limit(void **state)
{
    (void)state;
    for (int64_t limit = 16 * MIB; limit < INT64_MAX / 8; limit = limit * 2 + 1) {
        const kaffe_consumer_options options = options_of(limit, 1024, 100000);
        struct kf_memory_plan plan = kf_memory_plan_of(&options, MESSAGE);
        int64_t messages = plan.batch_count * 1024 * MESSAGE;
        assert_true((int64_t)plan.fetched_bytes + (int64_t)plan.decompressed_bytes +
                        plan.dead_letters_bytes + messages <=
                    limit);
        assert_true(plan.dead_letters_bytes >= MIB && plan.dead_letters_bytes <= INT32_MAX);
    }
}

static void a_batch_has_as_many_messages_as_its_workers_may_list(void **state)
{
    (void)state;
    const kaffe_consumer_options usual = options_of(256 * MIB, 0, 1000);
    assert_int_equal(kf_memory_plan_of(&usual, MESSAGE).batch_count, 1000);
    const kaffe_consumer_options tight = options_of(16 * MIB, 0, 1000);
    assert_int_equal(kf_memory_plan_of(&tight, MESSAGE).batch_count, 128);
    const kaffe_consumer_options absurd = options_of(16 * MIB, 1024, 1000);
    assert_int_equal(kf_memory_plan_of(&absurd, 100000).batch_count, 1);
}

static void without_a_limit_nothing_is_limited(void **state)
{
    (void)state;
    const kaffe_consumer_options options = options_of(0, 0, 100000);
    struct kf_memory_plan plan = kf_memory_plan_of(&options, MESSAGE);
    assert_int_equal(plan.fetched_bytes, 0);
    assert_int_equal(plan.decompressed_bytes, 0);
    assert_int_equal(plan.batch_count, 100000);
    assert_int_equal(plan.dead_letters_bytes, INT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_do_not_exceed_the_limit),
        cmocka_unit_test(a_batch_has_as_many_messages_as_its_workers_may_list),
        cmocka_unit_test(without_a_limit_nothing_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
