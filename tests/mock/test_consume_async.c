/* SPDX-License-Identifier: MIT
 * Messages that are acknowledged by calls, from many threads, in any order: what is committed, what
 * comes again, and how much is out at once. */
#include "ack_crew.h"
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "kafka_client.h"

#define TOPICS                                                                                     \
    "any:2,strict:1,batch:2,prefix:1,skip:1,letters:1,letters.dlq:1,stop:1,late:1,refused:1"

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

/* The line in the log comes before it. */
static void await_health(struct ack_crew *crew, kaffe_status status, kaffe_error *err)
{
    int64_t deadline_ms = kf_clock_ms() + 60000;
    while (kaffe_consumer_health(crew->consumer, err) != status && kf_clock_ms() < deadline_ms)
        continue;
    assert_int_equal(err->status, status);
}

static void acks_come_from_many_threads_in_any_order(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "any");
    kaffe_consumer_counters counters;
    options.max_bytes = 20000;
    crew->failing = 10;
    crew->repeating = 20;
    recorder_produce(endpoints, "any", 0, 5000);
    recorder_produce(endpoints, "any", 1, 5000);
    start(crew, &options, 6);
    ack_crew_await_finished(crew, 10000);
    kaffe_consumer_count(crew->consumer, &counters);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    ack_crew_assert_all_once(crew, 0, 5000);
    ack_crew_assert_all_once(crew, 1, 5000);
    assert_int_equal(counters.messages_handled, 10000);
    assert_int_equal(counters.failures, crew->handed_out - 10000);
    assert_true(counters.acks_repeated + counters.acks_outdated > 0);
    assert_int_equal(counters.unacknowledged, 0);
    assert_int_equal(kafka_client_committed(endpoints, "any", "any", 0), 5000);
    assert_int_equal(kafka_client_committed(endpoints, "any", "any", 1), 5000);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void one_in_flight_is_strict_order(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "strict");
    options.max_in_flight = 1;
    options.retry_backoff_ms = 1;
    options.retry_backoff_max_ms = 2;
    crew->failing = 20;
    recorder_produce(endpoints, "strict", 0, 300);
    start(crew, &options, 4);
    ack_crew_await_finished(crew, 300);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    ack_crew_assert_all_once(crew, 0, 300);
    assert_int_equal(crew->most, 1);
    assert_int_equal(kafka_client_committed(endpoints, "strict", "strict", 0), 300);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void batches_are_acknowledged_message_by_message(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "batch");
    options.handle_message = NULL;
    options.handle_messages = ack_crew_handle_messages;
    options.max_batch_count = 50;
    options.max_batch_wait_ms = 5;
    options.max_in_flight = 120;
    crew->failing = 5;
    recorder_produce(endpoints, "batch", 0, 3000);
    recorder_produce(endpoints, "batch", 1, 3000);
    start(crew, &options, 4);
    ack_crew_await_finished(crew, 6000);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    ack_crew_assert_all_once(crew, 0, 3000);
    ack_crew_assert_all_once(crew, 1, 3000);
    assert_in_range(crew->most, 2, 240);
    assert_int_equal(kafka_client_committed(endpoints, "batch", "batch", 1), 3000);
    ack_crew_free(crew);
    recorder_free(recorder);
}

/* The fourth one never gets its verdict. */
static kaffe_status ack_all_but_one(const kaffe_message *m, void *ctx)
{
    struct ack_crew *crew = ctx;
    ack_crew_handle_message(m, ctx);
    return m->offset == 3 ? KAFFE_OK : kaffe_ack(crew->consumer, kaffe_message_ack_token(m));
}

static void nothing_behind_an_unfinished_message_is_ever_committed(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "prefix");
    kaffe_consumer_counters counters;
    kaffe_error err;
    options.handle_message = ack_all_but_one;
    options.max_in_flight = 20;
    options.ack_timeout_ms = 100;
    options.shutdown_timeout_ms = 2000;
    recorder_produce(endpoints, "prefix", 0, 100);
    start(crew, &options, 0);
    ack_crew_await_handed_out(crew, 23);
    recorder_await_log(recorder, "ack.overdue", "topic=prefix partition=0 offset=3");
    kaffe_consumer_count(crew->consumer, &counters);
    assert_int_equal(counters.unacknowledged, 1);
    assert_int_equal(counters.acks_overdue, 1);
    assert_int_equal(counters.messages_handled, 22);
    await_health(crew, KAFFE_TIMED_OUT, &err);
    assert_non_null(strstr(err.message, "prefix[0]@3: not acknowledged for "));
    assert_int_equal(recorder_log_count(recorder, "ack.overdue"), 1);
    kaffe_consumer_stop(crew->consumer);
    assert_int_equal(kaffe_consumer_wait(crew->consumer, 60000, &err), KAFFE_TIMED_OUT);
    recorder_await_log(recorder, "consumer.stopped",
                       "left_behind=yes partitions=1 handlers=0 uncommitted=0 unacknowledged=1");
    assert_int_equal(crew->handed_out, 23); /* never a second time */
    assert_int_equal(kaffe_ack(crew->consumer, crew->items[3].token), KAFFE_STALE);
    assert_int_equal(kaffe_ack(crew->consumer, crew->items[4].token), KAFFE_STALE);
    kaffe_consumer_count(crew->consumer, &counters);
    assert_int_equal(counters.acks_after_stop, 2);
    assert_int_equal(kaffe_consumer_free(crew->consumer), KAFFE_OK);
    assert_int_equal(kafka_client_committed(endpoints, "prefix", "prefix", 0), 3);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void an_overdue_verdict_still_counts(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "late");
    kaffe_error err;
    options.ack_timeout_ms = 100;
    crew->idle = true;
    recorder_produce(endpoints, "late", 0, 3);
    start(crew, &options, 2);
    recorder_await_log(recorder, "ack.overdue", "topic=late partition=0 offset=0");
    ack_crew_rest(crew, false);
    ack_crew_await_finished(crew, 3);
    recorder_await_log(recorder, "ack.caught_up", "topic=late partition=0 done=3");
    await_health(crew, KAFFE_OK, &err);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    assert_int_equal(kafka_client_committed(endpoints, "late", "late", 0), 3);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void what_fails_for_the_last_time_is_skipped(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "skip");
    options.max_attempts = 2;
    options.on_failure = "skip";
    crew->failing = 50;
    recorder_produce(endpoints, "skip", 0, 500);
    start(crew, &options, 4);
    kaffe_consumer_counters counters = { 0 };
    while (counters.messages_handled + counters.skipped < 500)
        kaffe_consumer_count(crew->consumer, &counters);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    assert_in_range(counters.skipped, 50, 250);
    assert_int_equal(crew->finished, counters.messages_handled);
    assert_int_equal(kafka_client_committed(endpoints, "skip", "skip", 0), 500);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void what_fails_for_the_last_time_becomes_a_dead_letter(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "letters");
    options.max_attempts = 1;
    options.on_failure = "dead_letter";
    crew->failing = 50;
    recorder_produce(endpoints, "letters", 0, 200);
    start(crew, &options, 4);
    kaffe_consumer_counters counters = { 0 };
    while (counters.messages_handled + counters.dead_letters < 200)
        kaffe_consumer_count(crew->consumer, &counters);
    ack_crew_end(crew);
    recorder_stop(crew->consumer);
    assert_in_range(counters.dead_letters, 50, 150);
    assert_int_equal(kafka_client_committed(endpoints, "letters", "letters", 0), 200);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void a_permanent_nack_stops_the_consumer(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct ack_crew *crew = ack_crew_new();
    kaffe_consumer_options options = async_options(recorder, crew, endpoints, "stop");
    kaffe_error err;
    recorder_produce(endpoints, "stop", 0, 3);
    start(crew, &options, 0);
    ack_crew_await_handed_out(crew, 3);
    assert_int_equal(kaffe_ack(crew->consumer, crew->items[0].token), KAFFE_OK);
    assert_int_equal(kaffe_ack(crew->consumer, crew->items[2].token), KAFFE_OK);
    assert_int_equal(
        kaffe_nack_permanently(crew->consumer, crew->items[1].token, "card %s", "unknown"),
        KAFFE_OK);
    recorder_await_failure(crew->consumer, &err);
    assert_int_equal(err.status, KAFFE_FAILED);
    assert_string_equal(err.message, "stop[0]@1: failed 1 time: card unknown");
    assert_int_equal(kafka_client_committed(endpoints, "stop", "stop", 0), 1);
    ack_crew_free(crew);
    recorder_free(recorder);
}

static void who_has_no_handle_can_not_acknowledge(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "refused", "refused");
    kaffe_error err;
    options.async_message_ack = true;
    assert_int_equal(kaffe_consume(&options, &err), KAFFE_INVALID);
    assert_non_null(strstr(err.message, "async_message_ack = true: "));
    options.async_message_ack = false;
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    assert_non_null(consumer);
    assert_int_equal(kaffe_ack(consumer, (kaffe_ack_token){ 0 }), KAFFE_INVALID);
    kaffe_consumer_free(consumer);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acks_come_from_many_threads_in_any_order),
        cmocka_unit_test(one_in_flight_is_strict_order),
        cmocka_unit_test(batches_are_acknowledged_message_by_message),
        cmocka_unit_test(nothing_behind_an_unfinished_message_is_ever_committed),
        cmocka_unit_test(an_overdue_verdict_still_counts),
        cmocka_unit_test(what_fails_for_the_last_time_is_skipped),
        cmocka_unit_test(what_fails_for_the_last_time_becomes_a_dead_letter),
        cmocka_unit_test(a_permanent_nack_stops_the_consumer),
        cmocka_unit_test(who_has_no_handle_can_not_acknowledge),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
