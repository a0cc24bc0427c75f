/* SPDX-License-Identifier: MIT
 * When a failure is tried again, when on_failure decides, and on whom failures are laid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failure_policy.h"

static enum kf_failure_action decide(const struct kf_failure_policy *policy, int32_t failures,
                                     bool permanent, int64_t *pause_ms)
{
    const struct kf_blame blame = { .offset = 7, .until = 8, .failures = failures };
    return kf_failure_decide(policy, &blame, permanent, 0, pause_ms);
}

static void attempts_are_retries_with_growing_pauses_up_to_the_limit(void **state)
{
    (void)state;
    const struct kf_failure_policy policy = {
        .last = KF_FAILURE_SKIP, .max_attempts = 4, .backoff_ms = 100, .backoff_max_ms = 300
    };
    const int64_t pauses[] = { 100, 200, 300 };
    int64_t pause_ms;
    for (int32_t failures = 1; failures <= 3; failures++) {
        assert_int_equal(decide(&policy, failures, false, &pause_ms), KF_FAILURE_RETRY);
        assert_int_equal(pause_ms, pauses[failures - 1]);
    }
    assert_int_equal(decide(&policy, 4, false, &pause_ms), KF_FAILURE_SKIP);
    assert_int_equal(pause_ms, 0);
}

static void without_a_limit_it_is_tried_for_ever(void **state)
{
    (void)state;
    const struct kf_failure_policy policy = { .last = KF_FAILURE_STOP,
                                              .backoff_ms = 100,
                                              .backoff_max_ms = 1000 };
    int64_t pause_ms;
    assert_int_equal(decide(&policy, INT32_MAX - 1, false, &pause_ms), KF_FAILURE_RETRY);
    assert_int_equal(pause_ms, 1000);
}

static void one_attempt_is_no_retry(void **state)
{
    (void)state;
    const struct kf_failure_policy policy = { .last = KF_FAILURE_DEAD_LETTER, .max_attempts = 1 };
    int64_t pause_ms;
    assert_int_equal(decide(&policy, 1, false, &pause_ms), KF_FAILURE_DEAD_LETTER);
}

static void a_permanent_failure_is_decided_at_once_limit_or_not(void **state)
{
    (void)state;
    struct kf_failure_policy policy = { .last = KF_FAILURE_STOP, .max_attempts = 5 };
    int64_t pause_ms;
    assert_int_equal(decide(&policy, 1, true, &pause_ms), KF_FAILURE_STOP);
    policy.max_attempts = 0;
    assert_int_equal(decide(&policy, 1, true, &pause_ms), KF_FAILURE_STOP);
}

static void failures_of_another_message_begin_at_one(void **state)
{
    (void)state;
    struct kf_blame blame = { 0 };
    kf_blame_add(&blame, 0, 1);
    assert_int_equal(blame.failures, 1);
    kf_blame_add(&blame, 0, 1);
    assert_int_equal(blame.failures, 2);
    kf_blame_add(&blame, 4, 5);
    assert_int_equal(blame.offset, 4);
    assert_int_equal(blame.failures, 1);
}

static void a_batch_that_fails_as_a_whole_is_to_blame_as_a_whole(void **state)
{
    (void)state;
    struct kf_blame blame = { 0 };
    kf_blame_add(&blame, 10, 20);
    kf_blame_add(&blame, 10, 20);
    assert_int_equal(blame.until, 20);
    assert_int_equal(blame.failures, 2);
}

static void who_was_named_once_is_to_blame_alone(void **state)
{
    (void)state;
    struct kf_blame blame = { 0 };
    kf_blame_add(&blame, 10, 20);
    kf_blame_add(&blame, 10, 11);
    kf_blame_add(&blame, 10, 20);
    assert_int_equal(blame.until, 11);
    assert_int_equal(blame.failures, 3);
}

static void failures_never_overflow_an_attempt(void **state)
{
    (void)state;
    struct kf_blame blame = { .offset = 1, .until = 2, .failures = INT32_MAX - 1 };
    kf_blame_add(&blame, 1, 2);
    assert_int_equal(blame.failures, INT32_MAX - 1);
}

static void on_failure_is_stop_unless_it_says_otherwise(void **state)
{
    (void)state;
    kaffe_consumer_options options = { .max_attempts = 3,
                                       .retry_backoff_ms = 5,
                                       .retry_backoff_max_ms = 9 };
    assert_int_equal(kf_failure_policy_of(&options).last, KF_FAILURE_STOP);
    options.on_failure = "stop";
    assert_int_equal(kf_failure_policy_of(&options).last, KF_FAILURE_STOP);
    options.on_failure = "skip";
    assert_int_equal(kf_failure_policy_of(&options).last, KF_FAILURE_SKIP);
    options.on_failure = "dead_letter";
    struct kf_failure_policy policy = kf_failure_policy_of(&options);
    assert_int_equal(policy.last, KF_FAILURE_DEAD_LETTER);
    assert_int_equal(policy.max_attempts, 3);
    assert_int_equal(policy.backoff_ms, 5);
    assert_int_equal(policy.backoff_max_ms, 9);
    assert_string_equal(kf_failure_action_text(policy.last), "dead_letter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_are_retries_with_growing_pauses_up_to_the_limit),
        cmocka_unit_test(without_a_limit_it_is_tried_for_ever),
        cmocka_unit_test(one_attempt_is_no_retry),
        cmocka_unit_test(a_permanent_failure_is_decided_at_once_limit_or_not),
        cmocka_unit_test(failures_of_another_message_begin_at_one),
        cmocka_unit_test(a_batch_that_fails_as_a_whole_is_to_blame_as_a_whole),
        cmocka_unit_test(who_was_named_once_is_to_blame_alone),
        cmocka_unit_test(failures_never_overflow_an_attempt),
        cmocka_unit_test(on_failure_is_stop_unless_it_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
