/* SPDX-License-Identifier: MIT
 * Partitions that change hands while messages of them are out: verdicts in time count, later ones
 * do not, and a partition that comes back waits for those that are still out. */
#include "ack_crew.h"
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"

#define TOPICS "back:2,drain:2,storm:4,overdue:2"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static kaffe_consumer_options async_options(struct recorder *recorder, struct ack_crew *crew,
                                            const char *endpoints, const char *topic)
{
    kaffe_consumer_options options = recorder_options(recorder, endpoints, topic, topic);
    options.handle_message = ack_crew_handle_message;
    options.ctx = crew;
    options.partition_assigned = NULL;
    options.partition_revoked = NULL;
    options.async_message_ack = true;
    return options;
}

static void start(struct ack_crew *crew, const kaffe_consumer_options *options, size_t threads)
{
    kaffe_error err;
    crew->consumer = kaffe_consumer_new(options, &err);
    if (!crew->consumer)
        fail_msg("%s", err.message);
    ack_crew_start(crew, threads);
    assert_int_equal(kaffe_consumer_start(crew->consumer, &err), KAFFE_OK);
}

/* Verdicts on all that has been handed out so far: so many count, so many are stale. */
static void ack_all(struct ack_crew *crew, size_t counting, size_t stale)
{
    pthread_mutex_lock(&crew->lock);
    for (size_t i = 0; i < crew->count; i++) {
        kaffe_status status = kaffe_ack(crew->consumer, crew->items[i].token);
        counting -= status == KAFFE_OK;
        stale -= status == KAFFE_STALE;
    }
    crew->count = 0;
    pthread_mutex_unlock(&crew->lock);
    assert_int_equal(counting, 0);
    assert_int_equal(stale, 0);
}

static void what_is_out_is_waited_for_when_its_partition_comes_back(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *log = recorder_new();
    struct recorder *second = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(log, crew, endpoints, "back");
    kaffe_consumer_options others = recorder_options(second, endpoints, "back", "back");
    kaffe_consumer_counters counters;
    options.rebalance_delay_ms = 200;
    recorder_produce(endpoints, "back", 0, 3);
    recorder_produce(endpoints, "back", 1, 3);
    start(crew, &options, 0);
    ack_crew_await_handed_out(crew, 6);
    kaffe_consumer *other = recorder_start(&others);
    recorder_await_log(log, "partition.fenced", "unacknowledged=3");
    recorder_await_handled(second, 3); /* the other one's share, from the start */
    recorder_await_log(log, "group.assigned", "partitions=1");
    assert_int_equal(recorder_log_count(log, "partition.started"), 2);
    assert_int_equal(crew->handed_out, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_true(kaffe_is_revoked(crew->items[i].m)); /* still lent */
        assert_int_equal(crew->items[i].m->value.size, 1);
    }
    ack_all(crew, 0, 6);
    ack_crew_await_handed_out(crew, 9); /* now its own share is back */
    assert_int_equal(recorder_log_count(log, "partition.started"), 3);
    kaffe_consumer_count(crew->consumer, &counters);
    assert_int_equal(counters.acks_after_revoke, 6);
    assert_int_equal(counters.revocations_unclean, 1);
    assert_int_equal(counters.messages_handled, 0);
    ack_all(crew, 3, 0);
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(crew->consumer);
    ack_crew_free(crew);
    recorder_free(log);
    recorder_free(second);
}

static void what_is_overdue_is_no_longer_waited_for(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *log = recorder_new();
    struct recorder *second = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(log, crew, endpoints, "overdue");
    kaffe_consumer_options others = recorder_options(second, endpoints, "overdue", "overdue");
    kaffe_consumer_counters counters;
    options.rebalance_delay_ms = 200;
    options.ack_timeout_ms = 100;
    recorder_produce(endpoints, "overdue", 0, 1);
    recorder_produce(endpoints, "overdue", 1, 1);
    start(crew, &options, 0);
    ack_crew_await_handed_out(crew, 2);
    kaffe_consumer *other = recorder_start(&others);
    recorder_await_log(log, "partition.fenced", "unacknowledged=1");
    ack_crew_await_handed_out(crew, 3); /* its share is back, nobody having said a word */
    kaffe_consumer_count(crew->consumer, &counters);
    assert_int_equal(counters.unacknowledged, 3);
    ack_all(crew, 1, 2);
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(crew->consumer);
    ack_crew_free(crew);
    recorder_free(log);
    recorder_free(second);
}

static void verdicts_during_the_hand_over_count(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *log = recorder_new();
    struct recorder *second = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(log, crew, endpoints, "drain");
    kaffe_consumer_options others = recorder_options(second, endpoints, "drain", "drain");
    options.rebalance_delay_ms = 60000;
    recorder_produce(endpoints, "drain", 0, 3);
    recorder_produce(endpoints, "drain", 1, 3);
    start(crew, &options, 0);
    ack_crew_await_handed_out(crew, 6);
    kaffe_consumer *other = recorder_start(&others);
    while (!kaffe_is_revoked(crew->items[0].m))
        continue;
    ack_all(crew, 6, 0);
    recorder_await_log(log, "group.revoked", "drained=yes");
    assert_int_equal(recorder_log_count(log, "partition.fenced"), 0);
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(crew->consumer);
    ack_crew_free(crew);
    recorder_free(log);
    recorder_free(second);
}

/* What is committed at the end is never more than what is finished, however often partitions went
 * and came while four threads acknowledged, failed and repeated themselves. */
static void partitions_come_and_go_while_verdicts_rain(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *log = recorder_new();
    struct recorder *second = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(log, crew, endpoints, "storm");
    kaffe_consumer_options others = recorder_options(second, endpoints, "storm", "storm");
    options.rebalance_delay_ms = 1; /* most of what is out is too late */
    options.max_in_flight = 64;
    crew->failing = 10;
    crew->repeating = 10;
    for (int32_t partition = 0; partition < 4; partition++)
        recorder_produce(endpoints, "storm", partition, 2000);
    start(crew, &options, 4);
    for (int round = 0; round < 3; round++) {
        kaffe_consumer *other = recorder_start(&others);
        recorder_await_log(second, "group.assigned", "partitions=2");
        recorder_stop_after_rebalance(other);
        recorder_unblock(second);
    }
    ack_crew_await_finished(crew, 2000);
    ack_crew_end(crew);
    recorder_stop_after_rebalance(crew->consumer);
    assert_false(crew->wrong_bytes);
    for (int32_t partition = 0; partition < 4; partition++) {
        int64_t committed = kafka_client_committed(endpoints, "storm", "storm", partition);
        for (int64_t offset = 0; offset < committed; offset++)
            if (crew->times[partition][offset] == 0) { /* then the other one has done it */
                bool handled = false;
                for (size_t i = 0; i < second->count && !handled; i++)
                    handled = second->entries[i].partition == partition &&
                              second->entries[i].offset == offset;
                assert_true(handled);
            }
    }
    ack_crew_free(crew);
    recorder_free(log);
    recorder_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_out_is_waited_for_when_its_partition_comes_back),
        cmocka_unit_test(what_is_overdue_is_no_longer_waited_for),
        cmocka_unit_test(verdicts_during_the_hand_over_count),
        cmocka_unit_test(partitions_come_and_go_while_verdicts_rain),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
