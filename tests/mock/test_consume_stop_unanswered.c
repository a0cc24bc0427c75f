/* SPDX-License-Identifier: MIT
 * A stop returns within shutdown_timeout_ms whatever it interrupts: nothing answers, and never did;
 * the group is being joined; questions about commits are open; a host name is looked up. */
#include "recorder.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mock_cluster.h"
#include "no_answer.h"
#include "threads.h"

static const int64_t shutdown_ms = 1000;
static const int64_t slack_ms = 2000; /* of a slow machine; without a limit it would be much more */

static kaffe_consumer *start(struct recorder *recorder, const char *endpoints, const char *topics)
{
    kaffe_consumer_options options = recorder_options(recorder, endpoints, topics, "unanswered");
    options.shutdown_timeout_ms = shutdown_ms;
    return recorder_start(&options);
}

/* Nothing was handled, so nothing can be left. */
static void stop_in_time(kaffe_consumer *consumer, struct recorder *recorder)
{
    kaffe_error err;
    int64_t begun_ms = kf_clock_ms();
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_true(kf_clock_ms() - begun_ms < shutdown_ms + slack_ms);
    recorder_await_log(recorder, "consumer.stopped",
                       "left_behind=no partitions=0 handlers=0 uncommitted=0");
    recorder_free(recorder);
}

static void before_anything_has_answered(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct no_answer silent;
    no_answer_listen(&silent);
    stop_in_time(start(recorder, silent.endpoint, "orders"), recorder);
    recorder = recorder_new();
    kaffe_consumer *consumer = start(recorder, "127.0.0.1:1", "orders");
    recorder_await_log(recorder, "brokers.unreachable", "127.0.0.1:1");
    stop_in_time(consumer, recorder);
    no_answer_close(&silent);
}

static void while_a_host_name_is_looked_up(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    no_answer_names_hang();
    kaffe_consumer *consumer = start(recorder, NO_ANSWER_HOST ":9092", "orders");
    stop_in_time(consumer, recorder);
    no_answer_names_fail(); /* what was left in the background ends */
    threads_await_end("kaffe-gone");
    threads_await_end("kaffe-resolve");
}

/* The mock cluster's join takes three seconds. */
static void while_the_group_is_being_joined(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    recorder_produce(mock->endpoints, "orders", 0, 1); /* it is there, and knows its topic */
    kaffe_consumer *consumer = start(recorder, mock->endpoints, "orders");
    stop_in_time(consumer, recorder);
}

static void while_the_group_s_commits_are_asked_for(void **state)
{
    struct mock_cluster *mock = *state;
    struct recorder *recorder = recorder_new();
    rd_kafka_resp_err_t again = RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
    mock_cluster_fail(mock, MOCK_OFFSET_FETCH, 2, again);
    kaffe_consumer *consumer = start(recorder, mock->endpoints, "orders");
    recorder_await_log(recorder, "group.assigned", "partitions=1");
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 60000);
    stop_in_time(consumer, recorder);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 0);
}

static int start_broker(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 1);
    *state = &mock;
    return 0;
}

static int stop_broker(void **state)
{
    mock_cluster_stop(*state);
    return 0;
}

#define ON_MOCK(test) cmocka_unit_test_setup_teardown(test, start_broker, stop_broker)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_anything_has_answered),
        cmocka_unit_test(while_a_host_name_is_looked_up),
        ON_MOCK(while_the_group_is_being_joined),
        ON_MOCK(while_the_group_s_commits_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
