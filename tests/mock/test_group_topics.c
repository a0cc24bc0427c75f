/* SPDX-License-Identifier: MIT
 * A group whose topics are not all there yet. */
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

static bool misses_its_topic(struct group_member *member)
{
    return member->unknown_topics > 0;
}

static void a_missing_topic_is_said_once_and_awaited(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    rd_kafka_mock_topic_set_error(mock->cluster, "later", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    group_member_start(&member, mock->endpoints, "waiting", "later", NULL);
    assert_true(group_member_until(&member, misses_its_topic));
    rd_kafka_mock_topic_set_error(mock->cluster, "later", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_true(group_member_until(&member, group_member_holds));
    assert_int_equal(member.unknown_topics, 1);
    assert_int_equal(member.failed, 0);
    group_member_free(&member);
}

static bool holds_both(struct group_member *member)
{
    return member->partitions == 8;
}

static void a_missing_topic_among_others_is_noticed_when_it_comes(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    rd_kafka_mock_topic_set_error(mock->cluster, "tardy", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    group_member_start(&member, mock->endpoints, "mixed", "orders,tardy", NULL);
    assert_true(group_member_until(&member, group_member_holds));
    assert_int_equal(member.partitions, 4);
    rd_kafka_mock_topic_set_error(mock->cluster, "tardy", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_true(group_member_until(&member, holds_both));
    assert_int_equal(member.unknown_topics, 1);
    group_member_free(&member);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_topic_is_said_once_and_awaited),
        cmocka_unit_test(a_missing_topic_among_others_is_noticed_when_it_comes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
