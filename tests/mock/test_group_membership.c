/* SPDX-License-Identifier: MIT
 * Joining, sharing, committing and leaving, on the mock cluster. */
#include "clock.h"
#include "group_member.h"
#include "mock_cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static int start(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 4);
    *state = &mock;
    return 0;
}

static int stop(void **state)
{
    mock_cluster_stop(*state);
    return 0;
}

static void leave(struct group_member *member)
{
    kf_group_leave(member->group, false);
    assert_true(group_member_until(member, group_member_left));
    group_member_free(member);
}

static void a_lone_member_gets_all_partitions_and_leaves(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    group_member_start(&member, mock->endpoints, "lone", "orders", NULL);
    assert_true(group_member_until(&member, group_member_holds));
    assert_int_equal(member.partitions, 4);
    assert_int_equal(member.assigned, 1);
    kf_group_leave(member.group, false);
    assert_true(group_member_until(&member, group_member_left));
    assert_int_equal(member.revoked, 1);
    assert_int_equal(member.revoked_lost, 0);
    group_member_free(&member);
}

static void what_is_committed_is_read_back_with_its_metadata(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    kaffe_error err;
    group_member_start(&member, mock->endpoints, "committing", "orders", NULL);
    assert_true(group_member_until(&member, group_member_holds));

    const struct kf_group_offset commit[] = {
        { .topic = "orders", .partition = 0, .offset = 0 },
        { .topic = "orders", .partition = 2, .offset = 42, .metadata = "K1:AbC=" },
    };
    assert_int_equal(kf_group_commit(member.group, commit, 2, &err), KAFFE_OK);
    assert_int_equal(kf_group_commit(member.group, commit, 2, &err), KAFFE_INVALID);
    assert_true(group_member_until(&member, group_member_answered));
    assert_int_equal(member.committed, 1);
    assert_int_equal(member.commits_failed, 0);
    assert_int_equal(member.offset_count, 2);
    assert_int_equal(member.offsets[1].offset, 42);
    assert_int_equal(member.offsets[1].error, 0);

    struct kf_group_offset read[] = {
        { .topic = "orders", .partition = 0 },
        { .topic = "orders", .partition = 1 },
        { .topic = "orders", .partition = 2 },
    };
    assert_int_equal(kf_group_committed(member.group, read, 3, 5000, &err), KAFFE_OK);
    assert_int_equal(read[0].offset, 0);
    assert_int_equal(read[1].offset, KF_NO_COMMIT);
    assert_null(read[1].metadata);
    assert_int_equal(read[2].offset, 42);
    assert_string_equal(read[2].metadata, "K1:AbC=");

    int32_t count = 0;
    assert_int_equal(kf_group_partition_count(member.group, "orders", 5000, &count, &err),
                     KAFFE_OK);
    assert_int_equal(count, 4);
    leave(&member);
}

/* Answered inside the revocation, by settling. */
static void commit_while_revoked(struct group_member *member)
{
    kaffe_error err;
    const struct kf_group_offset commit = { .topic = "orders", .partition = 1, .offset = 7 };
    assert_int_equal(kf_group_commit(member->group, &commit, 1, &err), KAFFE_OK);
    assert_true(kf_group_commit_settle(member->group, kf_clock_ms() + 5000));
}

static bool share(struct group_member *a, struct group_member *b)
{
    return a->partitions == 2 && b->partitions == 2;
}

static void a_second_member_takes_its_share_after_the_first_has_settled(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member first;
    struct group_member second;
    group_member_start(&first, mock->endpoints, "shared", "orders", NULL);
    assert_true(group_member_until(&first, group_member_holds));
    first.while_revoked = commit_while_revoked;
    group_member_start(&second, mock->endpoints, "shared", "orders", NULL);
    assert_true(group_members_until(&first, &second, share));
    assert_true(first.revoked >= 1); /* the mock cluster may need a second round */
    assert_int_equal(first.assigned, first.revoked + 1);
    assert_int_equal(first.revoked_lost, 0);
    assert_int_equal(first.committed, first.revoked);
    /* The mock cluster, unlike Kafka, takes no commit while a group rebalances. */
    assert_int_equal(first.commit_error.status, KAFFE_KAFKA);
    assert_int_equal(first.offsets[0].error, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS);
    first.while_revoked = NULL;
    leave(&second);
    leave(&first);
}

static void leaving_before_an_assignment_came_returns(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    group_member_start(&member, mock->endpoints, "hasty", "orders", NULL);
    kf_group_leave(member.group, false);
    assert_true(group_member_until(&member, group_member_left));
    assert_int_equal(member.assigned, 0);
    assert_int_equal(member.revoked, 0);
    group_member_free(&member);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lone_member_gets_all_partitions_and_leaves),
        cmocka_unit_test(what_is_committed_is_read_back_with_its_metadata),
        cmocka_unit_test(a_second_member_takes_its_share_after_the_first_has_settled),
        cmocka_unit_test(leaving_before_an_assignment_came_returns),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
