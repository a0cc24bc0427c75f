/* SPDX-License-Identifier: MIT
 * What a producer says when the cluster is away, slow, or refuses: every call ends, with a status
 * that is true and a message that names the culprit. */
#include "kaffe.h"
#include "kafka_client.h"
#include "mock_cluster.h"
#include "producer_state.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct events {
    atomic_int unreachable;
    atomic_int reachable;
    atomic_int renewed;
    atomic_int unwritten; /* record.unwritten */
    atomic_int closed_with_3;
};

static struct mock_cluster mock;
static struct events events;
static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static int start(void **state)
{
    (void)state;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 1);
    memset(&events, 0, sizeof events);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mock_cluster_stop(&mock);
    return 0;
}

static void on_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct events *seen = ctx;
    (void)level;
    seen->unreachable += strcmp(event, "producer.unreachable") == 0;
    seen->reachable += strcmp(event, "producer.reachable") == 0;
    seen->renewed += strcmp(event, "producer.renewed") == 0;
    seen->unwritten += strcmp(event, "record.unwritten") == 0;
    seen->closed_with_3 +=
        strcmp(event, "producer.closed") == 0 && strcmp(fields, "unwritten=3") == 0;
}

static kaffe_producer *make(int64_t delivery_timeout_ms, int64_t shutdown_timeout_ms)
{
    const kaffe_producer_options options = { .endpoints = mock.endpoints,
                                             .topics = "orders",
                                             .log = on_log,
                                             .log_ctx = &events,
                                             .delivery_timeout_ms = delivery_timeout_ms,
                                             .shutdown_timeout_ms = shutdown_timeout_ms };
    kaffe_producer *producer = kaffe_producer_new(&options, NULL);
    assert_non_null(producer);
    return producer;
}

static void says(const kaffe_error *err, const char *begin, const char *end)
{
    char expected[300];
    snprintf(expected, sizeof expected, "%s%s", begin, end);
    assert_string_equal(err->message, expected);
}

static void without_any_broker_a_call_ends_by_its_deadline(void **state)
{
    (void)state;
    kaffe_error err;
    mock_cluster_down(&mock);
    kaffe_producer *producer = make(1500, 0);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    says(&err, "topic orders: not taken within delivery_timeout_ms = 1500 by ", mock.endpoints);
    assert_int_equal(err.flags, KAFFE_ERROR_RETRIABLE);
    assert_int_equal(events.unreachable, 1);
    mock_cluster_up(&mock);
    kaffe_producer_free(producer);
}

static bool ended_without_an_answer(kaffe_status status)
{
    return status == KAFFE_NOT_WRITTEN || status == KAFFE_MAYBE_WRITTEN;
}

static void a_broker_lost_later_leaves_no_call_without_an_end(void **state)
{
    (void)state;
    kaffe_error err;
    const kaffe_record records[] = { record, record, record };
    kaffe_result results[3];
    kaffe_producer *producer = make(4000, 0);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    mock_cluster_down(&mock);
    kaffe_status status = kaffe_produce_batch(producer, NULL, 0, records, 3, results, &err);
    assert_true(ended_without_an_answer(status)); /* it may have been sent before the loss showed */
    assert_memory_equal(err.message, "record 0: topic orders/0: ", 26);
    assert_non_null(strstr(err.message, " within delivery_timeout_ms = 4000 by "));
    for (int i = 0; i < 3; i++)
        assert_true(ended_without_an_answer(results[i].status));
    mock_cluster_up(&mock);
    for (int i = 0; i < 10 && status != KAFFE_OK; i++)
        status = kaffe_produce_sync(producer, &record, &err);
    assert_int_equal(status, KAFFE_OK);
    assert_int_equal(events.unreachable, 1);
    assert_int_equal(events.reachable, 1);
    kaffe_producer_free(producer);
}

struct told {
    atomic_int count;
    _Atomic kaffe_status status;
};

static void note_told(const kaffe_result *result, void *ctx)
{
    struct told *told = ctx;
    atomic_store(&told->status, result->status);
    atomic_fetch_add(&told->count, 1);
}

static void an_answer_that_comes_too_late_is_maybe_written_and_told_once(void **state)
{
    (void)state;
    kaffe_error err;
    struct told told = { 0 };
    kaffe_producer *producer = make(1000, 10000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_OK); /* both connected */
    rd_kafka_mock_broker_set_rtt(mock.cluster, 1, 2000);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_MAYBE_WRITTEN);
    says(&err, "topic orders/0: sent, but not answered within delivery_timeout_ms = 1000 by ",
         mock.endpoints);
    assert_int_equal(err.flags, 0);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.status, KAFFE_MAYBE_WRITTEN);
    rd_kafka_mock_broker_set_rtt(mock.cluster, 1, 0);
    kaffe_producer_free(producer);
    assert_int_equal(told.count, 1);
}

static kaffe_status produce_refused(rd_kafka_resp_err_t code, kaffe_error *err)
{
    kaffe_producer *producer = make(20000, 0);
    mock_cluster_fail(&mock, MOCK_PRODUCE, 1, code);
    kaffe_status status = kaffe_produce_sync(producer, &record, err);
    kaffe_producer_free(producer);
    return status;
}

static void a_refusal_of_the_broker_is_named(void **state)
{
    (void)state;
    kaffe_error err;
    assert_int_equal(produce_refused(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, &err),
                     KAFFE_DENIED);
    says(&err, "topic orders/0: Broker: Topic authorization failed; ",
         "grant this client WRITE on the topic");
    assert_int_equal(produce_refused(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, &err),
                     KAFFE_NOT_WRITTEN);
    says(&err, "topic orders/0: a record of 8 bytes is larger than the topic's ",
         "max.message.bytes");
    assert_int_equal(err.kafka_code, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(produce_refused(RD_KAFKA_RESP_ERR_INVALID_MSG, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(err.kafka_code, RD_KAFKA_RESP_ERR_INVALID_MSG);
}

static void what_may_pass_is_tried_again(void **state)
{
    (void)state;
    kaffe_error err;
    assert_int_equal(produce_refused(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, &err), KAFFE_OK);
    assert_int_equal(produce_refused(RD_KAFKA_RESP_ERR__TRANSPORT, &err), KAFFE_OK);
}

static void an_unknown_topic_is_named_with_its_remedy(void **state)
{
    (void)state;
    kaffe_error err;
    char remedy[200];
    kaffe_producer *producer = make(20000, 0);
    rd_kafka_mock_topic_set_error(mock.cluster, "missing", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_int_equal(kaffe_produce_sync_to(producer, "missing", &record, &err), KAFFE_NOT_WRITTEN);
    snprintf(remedy, sizeof remedy,
             "kafka-topics.sh --bootstrap-server %s --create --topic missing --partitions N",
             mock.endpoints);
    says(&err, "topic missing: unknown to the cluster; ", remedy);
    rd_kafka_mock_topic_set_error(mock.cluster, "missing", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(kaffe_produce_sync_to(producer, "missing", &record, &err), KAFFE_OK);
    rd_kafka_mock_topic_set_error(mock.cluster, "secret",
                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(kaffe_produce(producer, "secret", -1, &record, NULL, NULL, &err),
                     KAFFE_DENIED);
    says(&err, "topic secret: Broker: Topic authorization failed; ",
         "grant this client WRITE on the topic");
    kaffe_producer_free(producer);
}

static void what_can_not_be_written_is_counted_and_told_at_the_end(void **state)
{
    (void)state;
    kaffe_error err;
    struct told told = { 0 };
    size_t unwritten = 0;
    kaffe_producer *producer = make(60000, 300);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    mock_cluster_down(&mock);
    for (int i = 0; i < 3; i++)
        assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err),
                         KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_TIMED_OUT);
    assert_int_equal(unwritten, 3);
    assert_memory_equal(err.message, "3 records wait still after shutdown_timeout_ms = 300 (", 53);
    assert_int_equal(told.count, 0);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_NOT_WRITTEN);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.status, KAFFE_NOT_WRITTEN);
    assert_int_equal(events.closed_with_3, 1);
    assert_int_equal(events.unwritten, 0);
    mock_cluster_up(&mock);
}

static void a_failure_that_nobody_asked_for_is_logged_and_counted(void **state)
{
    (void)state;
    kaffe_error err;
    size_t unwritten = 0;
    kaffe_producer *producer = make(20000, 0);
    mock_cluster_fail(&mock, MOCK_PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_MSG);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(unwritten, 1);
    assert_string_equal(err.message, "1 records were not written");
    assert_int_equal(events.unwritten, 1);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_OK);
    assert_int_equal(unwritten, 0);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void a_handle_that_died_is_replaced(void **state)
{
    (void)state;
    kaffe_error err;
    kaffe_status status = KAFFE_NOT_WRITTEN;
    struct told told = { 0 };
    kaffe_producer *producer = make(20000, 0);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    for (int kind = 0; kind < KF_OUTLET_KINDS; kind++)
        rd_kafka_test_fatal_error(producer->outlets[kind]->rk,
                                  RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "by the test");
    for (int i = 0; i < 100 && status != KAFFE_OK; i++) {
        status = kaffe_produce_sync(producer, &record, &err);
        assert_true(status == KAFFE_OK || status == KAFFE_NOT_WRITTEN);
        poll(NULL, 0, 50); /* it does not renew many times a second */
    }
    assert_int_equal(status, KAFFE_OK);
    assert_true(events.renewed >= 1);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    kaffe_producer_free(producer);
    assert_int_equal(told.count, 2);
}

#define IN_CLUSTER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_CLUSTER(without_any_broker_a_call_ends_by_its_deadline),
        IN_CLUSTER(a_broker_lost_later_leaves_no_call_without_an_end),
        IN_CLUSTER(an_answer_that_comes_too_late_is_maybe_written_and_told_once),
        IN_CLUSTER(a_refusal_of_the_broker_is_named),
        IN_CLUSTER(what_may_pass_is_tried_again),
        IN_CLUSTER(an_unknown_topic_is_named_with_its_remedy),
        IN_CLUSTER(what_can_not_be_written_is_counted_and_told_at_the_end),
        IN_CLUSTER(a_failure_that_nobody_asked_for_is_logged_and_counted),
        IN_CLUSTER(a_handle_that_died_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
