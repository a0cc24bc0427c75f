/* SPDX-License-Identifier: MIT
 * Which calls are overdue: one that is found again and again, and no other. */
#include "handler_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t timeout_ms = 1000;

static enum kf_handler_news look(struct kf_handler_watch *watch, uint64_t turn, int64_t offset,
                                 int64_t now_ms)
{
    const struct kf_handler_call call = { .turn = turn, .offset = offset };
    return kf_handler_watch_look(watch, &call, now_ms, timeout_ms);
}

static void a_call_is_told_of_once_when_it_outlasts_the_timeout(void **state)
{
    (void)state;
    struct kf_handler_watch watch = { 0 };
    assert_int_equal(look(&watch, 1, 7, 5000), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 1, 7, 5999), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 1, 7, 6000), KF_HANDLER_OVERDUE);
    assert_true(watch.is_overdue);
    assert_int_equal(kf_handler_watch_age_ms(&watch, 6000), 1000);
    assert_int_equal(look(&watch, 1, 7, 9000), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 1, 7, 900000), KF_HANDLER_NO_NEWS);
    assert_true(watch.is_overdue);
}

static void its_return_is_told_whatever_follows(void **state)
{
    (void)state;
    const struct kf_handler_call follow[] = {
        { .turn = 1, .offset = KF_NO_CALL }, /* nothing more */
        { .turn = 1, .offset = 8 }, /* the next message */
        { .turn = 2, .offset = 7 }, /* the same one, once more */
    };
    for (size_t i = 0; i < sizeof follow / sizeof *follow; i++) {
        struct kf_handler_watch watch = { 0 };
        look(&watch, 1, 7, 0);
        assert_int_equal(look(&watch, 1, 7, 1000), KF_HANDLER_OVERDUE);
        assert_int_equal(look(&watch, follow[i].turn, follow[i].offset, 1500), KF_HANDLER_RETURNED);
        assert_false(watch.is_overdue);
        assert_int_equal(look(&watch, follow[i].turn, follow[i].offset, 2499), KF_HANDLER_NO_NEWS);
    }
}

static void many_quick_messages_in_one_turn_are_not_one_slow_call(void **state)
{
    (void)state;
    struct kf_handler_watch watch = { 0 };
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(look(&watch, 1, i, i * 900), KF_HANDLER_NO_NEWS);
}

static void a_message_that_is_tried_again_and_again_is_not_one_slow_call(void **state)
{
    (void)state;
    struct kf_handler_watch watch = { 0 };
    for (uint64_t turn = 1; turn < 100; turn++)
        assert_int_equal(look(&watch, turn, 7, (int64_t)turn * 900), KF_HANDLER_NO_NEWS);
}

/* Parked, waiting for messages, for a batch's wait, or for a dead letter. */
static void no_call_is_never_overdue(void **state)
{
    (void)state;
    struct kf_handler_watch watch = { 0 };
    assert_int_equal(look(&watch, 0, KF_NO_CALL, 0), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 0, KF_NO_CALL, 1000000), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 3, KF_NO_CALL, 2000000), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 3, KF_NO_CALL, 3000000), KF_HANDLER_NO_NEWS);
    assert_false(watch.is_overdue);
}

/* The first look is all that is known of a call: its age is counted from there. */
static void the_first_offset_of_a_first_turn_is_a_call_like_any_other(void **state)
{
    (void)state;
    struct kf_handler_watch watch = { 0 };
    assert_int_equal(look(&watch, 1, 0, 500000), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 1, 0, 500999), KF_HANDLER_NO_NEWS);
    assert_int_equal(look(&watch, 1, 0, 501000), KF_HANDLER_OVERDUE);
}

static void looks_are_frequent_enough_and_not_too_frequent(void **state)
{
    (void)state;
    assert_int_equal(kf_handler_watch_interval_ms(100), 10);
    assert_int_equal(kf_handler_watch_interval_ms(50), 10);
    assert_int_equal(kf_handler_watch_interval_ms(2000), 200);
    assert_int_equal(kf_handler_watch_interval_ms(86400000), 500);
}

static void reminders_come_when_the_age_has_doubled(void **state)
{
    (void)state;
    int64_t said_ms = 0;
    int count = 0;
    for (int64_t age_ms = 1000; age_ms <= 64000; age_ms += 100)
        count += kf_handler_watch_remind(&said_ms, age_ms);
    assert_int_equal(count, 6); /* 2, 4, 8, 16, 32 and 64 s */
    assert_false(kf_handler_watch_remind(&said_ms, 0)); /* all have returned */
    assert_false(kf_handler_watch_remind(&said_ms, 1000));
    assert_true(kf_handler_watch_remind(&said_ms, 2000));
}

static void when_the_longest_returns_the_next_one_reminds_by_its_own_age(void **state)
{
    (void)state;
    int64_t said_ms = 0;
    kf_handler_watch_remind(&said_ms, 1000);
    assert_true(kf_handler_watch_remind(&said_ms, 600000));
    assert_false(kf_handler_watch_remind(&said_ms, 3000));
    assert_false(kf_handler_watch_remind(&said_ms, 5900));
    assert_true(kf_handler_watch_remind(&said_ms, 6000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_told_of_once_when_it_outlasts_the_timeout),
        cmocka_unit_test(its_return_is_told_whatever_follows),
        cmocka_unit_test(many_quick_messages_in_one_turn_are_not_one_slow_call),
        cmocka_unit_test(a_message_that_is_tried_again_and_again_is_not_one_slow_call),
        cmocka_unit_test(no_call_is_never_overdue),
        cmocka_unit_test(the_first_offset_of_a_first_turn_is_a_call_like_any_other),
        cmocka_unit_test(looks_are_frequent_enough_and_not_too_frequent),
        cmocka_unit_test(reminders_come_when_the_age_has_doubled),
        cmocka_unit_test(when_the_longest_returns_the_next_one_reminds_by_its_own_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
