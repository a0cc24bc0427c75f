/* SPDX-License-Identifier: MIT
 * A group whose broker is away: at the start, later, and at the end. */
#include "group_member.h"
#include "mock_cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static bool is_unreachable(struct group_member *member)
{
    return member->unreachable > 0;
}

static void an_absent_broker_is_told_once_and_awaited(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    kaffe_error err;
    struct kf_group_offset read = { .topic = "orders", .partition = 0, .offset = 77 };
    mock_cluster_down(mock);
    group_member_start(&member, mock->endpoints, "patient", "orders", NULL);
    assert_true(group_member_until(&member, is_unreachable));
    assert_int_equal(kf_group_committed(member.group, &read, 1, 100, &err), KAFFE_TIMED_OUT);
    assert_int_equal(read.offset, 77);
    for (int i = 0; i < 4; i++)
        kf_group_serve(member.group);
    assert_int_equal(member.reachable, 0);
    mock_cluster_up(mock);
    assert_true(group_member_until(&member, group_member_holds));
    assert_int_equal(member.unreachable, 1);
    assert_int_equal(member.reachable, 1);
    group_member_free(&member);
}

static bool is_reachable(struct group_member *member)
{
    return member->reachable > 0;
}

static void a_broker_that_comes_back_is_noticed_without_a_rebalance(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    group_member_start(&member, mock->endpoints, "returning", "orders", NULL);
    assert_true(group_member_until(&member, group_member_holds));
    mock_cluster_down(mock);
    assert_true(group_member_until(&member, is_unreachable));
    mock_cluster_up(mock);
    assert_true(group_member_until(&member, is_reachable));
    assert_int_equal(member.unreachable, 1);
    group_member_free(&member);
}

static void freeing_a_member_without_its_broker_returns(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    group_member_start(&member, mock->endpoints, "abandoned", "orders", NULL);
    assert_true(group_member_until(&member, group_member_holds));
    mock_cluster_down(mock);
    group_member_free(&member);
    assert_int_equal(member.revoked, 0);
    mock_cluster_up(mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_absent_broker_is_told_once_and_awaited),
        cmocka_unit_test(a_broker_that_comes_back_is_noticed_without_a_rebalance),
        cmocka_unit_test(freeing_a_member_without_its_broker_returns),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
