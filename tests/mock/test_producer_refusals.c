/* SPDX-License-Identifier: MIT
 * What the cluster refuses: told with the culprit and the remedy. */
#include "producer_state.h"
#include "watched_producer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static void says(const kaffe_error *err, const char *begin, const char *end)
{
    char expected[300];
    snprintf(expected, sizeof expected, "%s%s", begin, end);
    assert_string_equal(err->message, expected);
}

static kaffe_status produce_refused(struct watch *watch, rd_kafka_resp_err_t code, kaffe_error *err)
{
    kaffe_producer *producer = watched_producer_new(watch, 20000, 0);
    mock_cluster_fail(&watch->mock, MOCK_PRODUCE, 1, code);
    kaffe_status status = kaffe_produce_sync(producer, &record, err);
    kaffe_producer_free(producer);
    return status;
}

static void a_refusal_of_the_broker_is_named(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    assert_int_equal(produce_refused(watch, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, &err),
                     KAFFE_DENIED);
    says(&err, "topic orders/0: Broker: Topic authorization failed; ",
         "grant this client WRITE on the topic");
    assert_int_equal(produce_refused(watch, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, &err),
                     KAFFE_NOT_WRITTEN);
    says(&err, "topic orders/0: a record of 8 bytes is larger than the topic's ",
         "max.message.bytes; raise that");
    assert_int_equal(err.kafka_code, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(produce_refused(watch, RD_KAFKA_RESP_ERR_INVALID_RECORD, &err),
                     KAFFE_NOT_WRITTEN);
    assert_int_equal(err.kafka_code, RD_KAFKA_RESP_ERR_INVALID_RECORD);
}

static void what_may_pass_is_tried_again(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    assert_int_equal(produce_refused(watch, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, &err), KAFFE_OK);
    assert_int_equal(produce_refused(watch, RD_KAFKA_RESP_ERR__TRANSPORT, &err), KAFFE_OK);
}

static void an_unknown_topic_is_named_with_its_remedy(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    char remedy[200];
    kaffe_producer *producer = watched_producer_new(watch, 20000, 0);
    rd_kafka_mock_topic_set_error(watch->mock.cluster, "missing",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_int_equal(kaffe_produce_sync_to(producer, "missing", &record, &err), KAFFE_NOT_WRITTEN);
    snprintf(remedy, sizeof remedy,
             "kafka-topics.sh --bootstrap-server %s --create --topic missing --partitions N",
             watch->mock.endpoints);
    says(&err, "topic missing: unknown to the cluster; ", remedy);
    rd_kafka_mock_topic_set_error(watch->mock.cluster, "missing", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(kaffe_produce_sync_to(producer, "missing", &record, &err), KAFFE_OK);
    rd_kafka_mock_topic_set_error(watch->mock.cluster, "secret",
                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(kaffe_produce(producer, "secret", -1, &record, NULL, NULL, &err),
                     KAFFE_DENIED);
    says(&err, "topic secret: Broker: Topic authorization failed; ",
         "grant this client WRITE on the topic");
    kaffe_producer_free(producer);
}

static void a_failure_that_nobody_asked_for_is_logged_and_counted(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    size_t unwritten = 0;
    kaffe_producer *producer = watched_producer_new(watch, 20000, 0);
    mock_cluster_fail(&watch->mock, MOCK_PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(unwritten, 1);
    assert_string_equal(err.message, "1 records were not written");
    assert_int_equal(watch->unwritten, 1);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_OK);
    assert_int_equal(unwritten, 0);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void a_handle_that_died_is_replaced(void **state)
{
    struct watch *watch = *state;
    kaffe_error err;
    kaffe_status status = KAFFE_NOT_WRITTEN;
    struct told told = { 0 };
    kaffe_producer *producer = watched_producer_new(watch, 20000, 0);
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
    assert_true(watch->renewed >= 1);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, note_told, &told, &err), KAFFE_OK);
    kaffe_producer_free(producer);
    assert_int_equal(told.count, 2);
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, watch_start, watch_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHED(a_refusal_of_the_broker_is_named),
        WATCHED(what_may_pass_is_tried_again),
        WATCHED(an_unknown_topic_is_named_with_its_remedy),
        WATCHED(a_failure_that_nobody_asked_for_is_logged_and_counted),
        WATCHED(a_handle_that_died_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
