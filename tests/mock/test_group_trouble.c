/* SPDX-License-Identifier: MIT
 * What a group says when the cluster refuses. */
#include "clock.h"
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

static void a_refused_commit_is_reported_and_the_next_may_pass(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    kaffe_error err;
    const struct kf_group_offset commit = { .topic = "orders", .partition = 3, .offset = 9 };
    group_member_start(&member, mock->endpoints, "refused", "orders", NULL);
    assert_true(group_member_until(&member, group_member_holds));

    mock_cluster_fail(mock, MOCK_OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    assert_int_equal(kf_group_commit(member.group, &commit, 1, &err), KAFFE_OK);
    assert_true(group_member_until(&member, group_member_answered));
    assert_int_equal(member.commits_failed, 1);
    assert_int_equal(member.commit_error.kafka_code, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    assert_int_equal(member.commit_error.flags, 0);
    assert_int_equal(member.offset_count, 1);
    assert_int_equal(member.offsets[0].error, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);

    assert_int_equal(kf_group_commit(member.group, &commit, 1, &err), KAFFE_OK);
    assert_true(kf_group_commit_settle(member.group, kf_clock_ms() + 10000));
    assert_int_equal(member.commits_failed, 1);
    assert_int_equal(member.offsets[0].error, 0);
    group_member_free(&member);
}

static void an_error_is_never_taken_for_no_commit(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    kaffe_error err;
    struct kf_group_offset read = { .topic = "orders", .partition = 0, .offset = 77 };
    struct kf_group_offset one_is_wrong[] = { read, { .topic = "orders", .partition = 99 } };
    group_member_start(&member, mock->endpoints, "asking", "orders", NULL);
    assert_int_equal(kf_group_committed(member.group, &read, 1, 10000, &err), KAFFE_OK);
    assert_int_equal(read.offset, KF_NO_COMMIT);

    read.offset = 77;
    mock_cluster_fail(mock, MOCK_OFFSET_FETCH, 1, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(kf_group_committed(member.group, &read, 1, 10000, &err), KAFFE_DENIED);
    assert_int_equal(err.kafka_code, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(read.offset, 77);

    assert_int_equal(kf_group_committed(member.group, one_is_wrong, 2, 10000, &err), KAFFE_KAFKA);
    assert_non_null(strstr(err.message, "committed offset of orders/99: "));

    mock_cluster_fail(mock, MOCK_OFFSET_FETCH, 1, RD_KAFKA_RESP_ERR_UNKNOWN);
    assert_int_equal(kf_group_committed(member.group, &read, 1, 10000, &err), KAFFE_KAFKA);
    assert_int_equal(read.offset, 77);
    group_member_free(&member);
}

static bool has_failed(struct group_member *member)
{
    return member->failed > 0;
}

static void a_fenced_member_is_out_for_good(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    group_member_start(&member, mock->endpoints, "fenced", "orders", "instance-1");
    assert_true(group_member_until(&member, group_member_holds));
    mock_cluster_fail(mock, MOCK_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    assert_true(group_member_until(&member, has_failed));
    assert_int_equal(member.failure.status, KAFFE_KAFKA);
    assert_int_equal(member.failure.kafka_code, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    assert_int_equal(member.failure.flags, KAFFE_ERROR_FATAL);
    assert_int_equal(member.revoked_lost, 1);
    kf_group_leave(member.group, false);
    assert_true(group_member_until(&member, group_member_left));
    assert_int_equal(member.failed, 1);
    group_member_free(&member);
}

static void a_member_without_permission_is_out_for_good(void **state)
{
    struct mock_cluster *mock = *state;
    struct group_member member;
    mock_cluster_fail(mock, MOCK_JOIN_GROUP, 1, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    group_member_start(&member, mock->endpoints, "denied", "orders", NULL);
    assert_true(group_member_until(&member, has_failed));
    assert_int_equal(member.failure.status, KAFFE_DENIED);
    assert_non_null(strstr(member.failure.message, "group denied: "));
    group_member_free(&member);
}

static void what_librdkafka_refuses_is_said_in_its_words(void **state)
{
    struct mock_cluster *mock = *state;
    kaffe_error err;
    const struct kf_log log = { 0 };
    const struct kf_text_list topics = { 0 };
    const struct kf_group_events events = { 0 };
    const struct kf_group_settings settings = { .endpoints = mock->endpoints,
                                                .consumer_group = "wrong",
                                                .partition_assignment_strategy = "nonsense",
                                                .topics = &topics,
                                                .session_timeout_ms = 4000,
                                                .heartbeat_interval_ms = 200,
                                                .max_poll_interval_ms = 300000 };
    assert_null(kf_group_new(&settings, &log, &events, NULL, -1, &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_non_null(strstr(err.message, "nonsense"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_commit_is_reported_and_the_next_may_pass),
        cmocka_unit_test(an_error_is_never_taken_for_no_commit),
        cmocka_unit_test(a_fenced_member_is_out_for_good),
        cmocka_unit_test(what_librdkafka_refuses_is_said_in_its_words),
        cmocka_unit_test(a_member_without_permission_is_out_for_good),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
