/* SPDX-License-Identifier: MIT
 * Where a group starts: commits, settings, and lookups that fail. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "group_member.h"
#include "kafka_client.h"
#include "mock_cluster.h"

static int start_broker(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "zero", 1);
    mock_cluster_create(&mock, "latest", 2);
    mock_cluster_create(&mock, "marked", 1);
    mock_cluster_create(&mock, "lookup", 1);
    mock_cluster_create(&mock, "commits", 1);
    *state = &mock;
    return 0;
}

static int stop_broker(void **state)
{
    mock_cluster_stop(*state);
    return 0;
}

static void a_commit_of_zero_overrides_latest(void **state)
{
    const struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, mock->endpoints, "zero", "zero");
    recorder_produce(mock->endpoints, "zero", 0, 3);
    kafka_client_commit(mock->endpoints, "zero", "zero", 0, 0);
    options.start_with_earliest_message = false;
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 3);
    recorder_await_log(recorder, "partition.started", "offset=0 reason=committed");
    recorder_stop(consumer);
    recorder_free(recorder);
}

static void latest_is_committed_before_anything_is_handed_out(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, mock->endpoints, "latest", "latest");
    recorder_produce(mock->endpoints, "latest", 0, 7);
    mock_cluster_fail(mock, MOCK_OFFSET_COMMIT, 2, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    options.start_with_earliest_message = false;
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "commit.failed", "group=latest");
    assert_int_equal(recorder_log_count(recorder, "partition.started"), 0);
    recorder_await_log(recorder, "partition.started", "partition=0 offset=7 reason=latest");
    recorder_await_log(recorder, "partition.started", "partition=1 offset=0 reason=latest");
    assert_int_equal(kafka_client_committed(mock->endpoints, "latest", "latest", 0), 7);
    assert_int_equal(kafka_client_committed(mock->endpoints, "latest", "latest", 1), 0);
    recorder_produce(mock->endpoints, "latest", 0, 3);
    recorder_await_handled(recorder, 3);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 7, 3);
    recorder_free(recorder);
}

static void assert_committed_as(const char *endpoints, const char *group, const char *topic,
                                int64_t offset, const char *metadata)
{
    struct group_member member;
    kaffe_error err;
    struct kf_group_offset read = { .topic = topic, .partition = 0 };
    group_member_start(&member, endpoints, group, topic, NULL);
    assert_int_equal(kf_group_committed(member.group, &read, 1, 30000, &err), KAFFE_OK);
    assert_int_equal(read.offset, offset);
    assert_non_null(read.metadata);
    assert_string_equal(read.metadata, metadata);
    group_member_free(&member);
}

static void later_members_keep_the_mark_of_a_latest_start(void **state)
{
    struct mock_cluster *mock = *state;
    for (int round = 1; round <= 2; round++) {
        struct recorder *recorder = recorder_new();
        kaffe_consumer_options options =
            recorder_options(recorder, mock->endpoints, "marked", "marked");
        options.start_with_earliest_message = false;
        kaffe_consumer *consumer = recorder_start(&options);
        recorder_await_log(recorder, "partition.started", round == 1 ? "latest" : "committed");
        recorder_produce(mock->endpoints, "marked", 0, 3);
        recorder_await_handled(recorder, 3);
        recorder_stop(consumer);
        recorder_free(recorder);
    }
    assert_committed_as(mock->endpoints, "marked", "marked", 6, "kaffe: latest of 1 partitions");
}

static void a_lookup_that_fails_is_asked_again_and_never_means_no_commit(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, mock->endpoints, "lookup", "lookup");
    recorder_produce(mock->endpoints, "lookup", 0, 10);
    kafka_client_commit(mock->endpoints, "lookup", "lookup", 0, 6);
    mock_cluster_fail(mock, MOCK_OFFSET_FETCH, 3, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 4);
    recorder_await_log(recorder, "offsets.lookup_failed", "group=lookup");
    assert_int_equal(recorder_log_count(recorder, "offsets.lookup_failed"), 1);
    recorder_stop(consumer);
    recorder_assert_in_order(recorder, 0, 6, 4);
    recorder_free(recorder);
}

static void a_refused_commit_is_sent_again(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, mock->endpoints, "commits", "commits");
    mock_cluster_fail(mock, MOCK_OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    recorder_produce(mock->endpoints, "commits", 0, 4);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_log(recorder, "commit.failed", "group=commits");
    recorder_await_handled(recorder, 4);
    recorder_stop(consumer);
    assert_int_equal(kafka_client_committed(mock->endpoints, "commits", "commits", 0), 4);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_of_zero_overrides_latest),
        cmocka_unit_test(latest_is_committed_before_anything_is_handed_out),
        cmocka_unit_test(later_members_keep_the_mark_of_a_latest_start),
        cmocka_unit_test(a_lookup_that_fails_is_asked_again_and_never_means_no_commit),
        cmocka_unit_test(a_refused_commit_is_sent_again),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
