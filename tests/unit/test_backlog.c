/* SPDX-License-Identifier: MIT
 * Records that wait for their report: each is told once, at its deadline if not before, and who
 * looks after them knows when that is. */
#include "backlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t timeout_ms = 2000;

struct told {
    int count;
    kaffe_status status;
};

static void note(const kaffe_result *result, void *ctx)
{
    struct told *told = ctx;
    told->count++;
    told->status = result->status;
}

static void silence(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

static const struct kf_log mute = { .write = silence };

static struct kf_delivery *add(struct kf_backlog *backlog, struct told *told)
{
    const struct kf_delivery wish = {
        .bytes = 10, .delivered = note, .ctx = told, .topic = "orders"
    };
    struct kf_delivery *delivery = NULL;
    assert_int_equal(kf_backlog_add(backlog, &wish, &delivery), KAFFE_OK);
    return delivery;
}

static int begin(void **state)
{
    static struct kf_backlog backlog;
    *state = &backlog;
    return kf_backlog_init(&backlog, &mute, timeout_ms, 1 << 20);
}

static int end(void **state)
{
    kf_backlog_fini(*state);
    return 0;
}

static void a_record_ends_at_its_deadline_and_that_is_known_before(void **state)
{
    struct told told = { 0 };
    struct kf_delivery *delivery = add(*state, &told);
    int64_t deadline_ms = delivery->deadline_ms;
    assert_int_equal(kf_backlog_expire(*state, deadline_ms - timeout_ms), deadline_ms);
    assert_int_equal(kf_backlog_expire(*state, deadline_ms - 1), deadline_ms);
    assert_int_equal(told.count, 0);
    assert_int_equal(kf_backlog_expire(*state, deadline_ms), INT64_MAX);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.status, KAFFE_MAYBE_WRITTEN);
}

static void the_next_deadline_is_that_of_the_first_that_waits(void **state)
{
    struct told told[2] = { 0 };
    const kaffe_result written = { .status = KAFFE_OK };
    struct kf_delivery *first = add(*state, &told[0]);
    struct kf_delivery *second = add(*state, &told[1]);
    second->deadline_ms = first->deadline_ms + 7;
    int64_t later_ms = second->deadline_ms;
    assert_int_equal(kf_backlog_expire(*state, 0), first->deadline_ms);
    kf_backlog_end(*state, first, &written);
    assert_int_equal(told[0].count, 1);
    assert_int_equal(kf_backlog_expire(*state, 0), later_ms);
    assert_int_equal(kf_backlog_expire(*state, later_ms), INT64_MAX);
    assert_int_equal(told[0].count, 1);
    assert_int_equal(told[1].count, 1);
}

static void a_report_that_comes_after_the_deadline_tells_nobody(void **state)
{
    struct told told = { 0 };
    const kaffe_result written = { .status = KAFFE_OK };
    struct kf_delivery *delivery = add(*state, &told);
    kf_backlog_expire(*state, delivery->deadline_ms);
    kf_backlog_end(*state, delivery, &written);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.status, KAFFE_MAYBE_WRITTEN);
}

static void abort_ends_all_whatever_their_deadlines(void **state)
{
    struct told told = { 0 };
    add(*state, &told);
    add(*state, &told);
    kf_backlog_abort(*state);
    assert_int_equal(kf_backlog_expire(*state, 0), INT64_MAX);
    assert_int_equal(told.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_ends_at_its_deadline_and_that_is_known_before,
                                        begin, end),
        cmocka_unit_test_setup_teardown(the_next_deadline_is_that_of_the_first_that_waits, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_report_that_comes_after_the_deadline_tells_nobody, begin,
                                        end),
        cmocka_unit_test_setup_teardown(abort_ends_all_whatever_their_deadlines, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
