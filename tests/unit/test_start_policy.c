/* SPDX-License-Identifier: MIT
 * Where a partition starts, from what the group has committed. */
#include "start_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t none = -1001;

static void a_commit_overrides_both_settings_and_zero_is_one(void **state)
{
    (void)state;
    struct kf_topic_commits commits = { .any = true };
    assert_int_equal(kf_start_decide(0, 0, &commits, true), KF_START_COMMITTED);
    assert_int_equal(kf_start_decide(0, 0, &commits, false), KF_START_COMMITTED);
    assert_int_equal(kf_start_decide(41, 0, &commits, false), KF_START_COMMITTED);
}

static void a_new_group_starts_where_it_was_told(void **state)
{
    (void)state;
    struct kf_topic_commits nothing = { 0 };
    assert_int_equal(kf_start_decide(none, 3, &nothing, true), KF_START_EARLIEST);
    assert_int_equal(kf_start_decide(none, 3, &nothing, false), KF_START_LATEST);
}

static void a_partition_that_appeared_later_starts_at_its_beginning(void **state)
{
    (void)state;
    struct kf_topic_commits commits = { 0 };
    kf_topic_commits_add(&commits, 17, NULL);
    kf_topic_commits_add(&commits, none, NULL);
    assert_int_equal(kf_start_decide(none, 1, &commits, false), KF_START_NEW_PARTITION);
}

static void a_sibling_that_was_pinned_just_now_does_not_make_this_one_new(void **state)
{
    (void)state;
    char mark[KF_START_MARK_SIZE];
    struct kf_topic_commits commits = { 0 };
    kf_topic_commits_add(&commits, 17, kf_start_mark(mark, 4));
    assert_int_equal(kf_start_decide(none, 3, &commits, false), KF_START_LATEST);
    assert_int_equal(kf_start_decide(none, 4, &commits, false), KF_START_NEW_PARTITION);
}

static void the_widest_mark_counts(void **state)
{
    (void)state;
    char mark[KF_START_MARK_SIZE];
    struct kf_topic_commits commits = { 0 };
    kf_topic_commits_add(&commits, 1, kf_start_mark(mark, 8));
    kf_topic_commits_add(&commits, 1, kf_start_mark(mark, 2));
    kf_topic_commits_add(&commits, none, kf_start_mark(mark, 99)); /* of no commit */
    assert_int_equal(commits.marked_count, 8);
}

static void a_mark_is_kept_and_nothing_else_is(void **state)
{
    (void)state;
    char mark[KF_START_MARK_SIZE];
    char kept[KF_START_MARK_SIZE];
    assert_string_equal(kf_start_mark_kept(kept, kf_start_mark(mark, 32)), mark);
    assert_string_equal(kf_start_mark_kept(kept, "kaffe: latest of many"), "");
    assert_string_equal(kf_start_mark_kept(kept, "somebody else's"), "");
    assert_string_equal(kf_start_mark_kept(kept, NULL), "");
}

static void other_peoples_metadata_is_no_mark(void **state)
{
    (void)state;
    const char *const foreign[] = { "",
                                    "bgABAC4AAQBE",
                                    "kaffe: latest of ",
                                    "kaffe: latest of -3 partitions",
                                    "kaffe: latest of 99999999999999999999 partitions",
                                    "kaffe" };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        struct kf_topic_commits commits = { 0 };
        kf_topic_commits_add(&commits, 5, foreign[i]);
        assert_true(commits.any);
        assert_int_equal(commits.marked_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_overrides_both_settings_and_zero_is_one),
        cmocka_unit_test(a_new_group_starts_where_it_was_told),
        cmocka_unit_test(a_partition_that_appeared_later_starts_at_its_beginning),
        cmocka_unit_test(a_sibling_that_was_pinned_just_now_does_not_make_this_one_new),
        cmocka_unit_test(the_widest_mark_counts),
        cmocka_unit_test(a_mark_is_kept_and_nothing_else_is),
        cmocka_unit_test(other_peoples_metadata_is_no_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
