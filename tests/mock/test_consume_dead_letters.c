/* SPDX-License-Identifier: MIT
 * Dead letters on a mock cluster with its levers: copies, batches, a topic that can not be written
 * yet, and ends that do not wait for it. */
#include "mock_cluster.h"
#include "recorder.h"

#include "kafka_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct scene {
    struct mock_cluster mock;
    struct recorder *recorder;
    kaffe_consumer_options options;
};

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    mock_cluster_start(&scene->mock);
    mock_cluster_create(&scene->mock, "orders", 2);
    mock_cluster_create(&scene->mock, "orders.dlq", 2);
    scene->recorder = recorder_new();
    scene->options = recorder_options(scene->recorder, scene->mock.endpoints, "orders", "group");
    scene->options.max_attempts = 2;
    scene->options.on_failure = "dead_letter";
    scene->recorder->fail_partition = 1;
    scene->recorder->fail_offset = 5;
    scene->recorder->fail_times = -1;
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    recorder_free(scene->recorder);
    mock_cluster_stop(&scene->mock);
    free(scene);
    return 0;
}

static void produce(const struct scene *scene, int32_t partition)
{
    recorder_produce(scene->mock.endpoints, "orders", partition, 10);
}

static int64_t committed(const struct scene *scene)
{
    return kafka_client_committed(scene->mock.endpoints, "group", "orders", 1);
}

/* The topic answers every question about it with that error. */
static void refuse(const struct scene *scene, rd_kafka_resp_err_t code)
{
    rd_kafka_mock_topic_set_error(scene->mock.cluster, "orders.dlq", code);
}

static void assert_header(const struct kafka_client_record *record, size_t index, const char *name,
                          const char *value)
{
    assert_true(index < record->header_count);
    const kaffe_header *header = &record->headers[index];
    assert_int_equal(header->name.size, strlen(name));
    assert_memory_equal(header->name.data, name, header->name.size);
    assert_int_equal(header->value.size, strlen(value));
    assert_memory_equal(header->value.data, value, header->value.size);
}

static void a_dead_letter_goes_to_the_partition_it_came_from(void **state)
{
    struct scene *scene = *state;
    kaffe_consumer_counters counters;
    produce(scene, 0);
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_handled(scene->recorder, 19);
    recorder_await_log(scene->recorder, "dead_letter.written",
                       "topic=orders partition=1 offset=5 attempts=2 "
                       "dead_letter_topic=orders.dlq error=\"not today\"");
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.dead_letters, 1);
    assert_int_equal(counters.dead_letters_waiting, 0);
    recorder_stop(consumer);
    assert_int_equal(committed(scene), 10);
    struct kafka_client_records read = kafka_client_read(scene->mock.endpoints, "orders.dlq", 1);
    assert_int_equal(read.count, 1);
    const struct kafka_client_record *letter = &read.items[0];
    assert_int_equal(letter->message.value.size, 1);
    assert_memory_equal(letter->message.value.data, "5", 1);
    assert_null(letter->message.key.data);
    assert_int_equal(letter->header_count, 7);
    assert_header(letter, 0, "__dlq.errors.topic", "orders");
    assert_header(letter, 1, "__dlq.errors.partition", "1");
    assert_header(letter, 2, "__dlq.errors.offset", "5");
    assert_header(letter, 3, "__dlq.errors.group", "group");
    assert_header(letter, 4, "__dlq.errors.delivery.count", "2");
    assert_header(letter, 5, "__dlq.errors.message", "not today");
    kafka_client_records_free(&read);
}

static kaffe_status fail_without_a_culprit(const kaffe_batch *batch, void *ctx)
{
    (void)recorder_handle_messages(batch, ctx);
    return KAFFE_FAILED;
}

static void a_batch_without_a_culprit_goes_as_a_whole(void **state)
{
    struct scene *scene = *state;
    scene->options.handle_message = NULL;
    scene->options.handle_messages = fail_without_a_culprit;
    scene->recorder->fail_times = 0;
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "dead_letter.written", "offset=9 attempts=2");
    recorder_stop(consumer);
    assert_int_equal(committed(scene), 10);
    struct kafka_client_records read = kafka_client_read(scene->mock.endpoints, "orders.dlq", 1);
    assert_int_equal(read.count, 10);
    for (size_t i = 0; i < read.count; i++)
        assert_int_equal(*(const char *)read.items[i].message.value.data, '0' + i);
    kafka_client_records_free(&read);
}

static void a_missing_topic_is_waited_for_without_the_handler(void **state)
{
    struct scene *scene = *state;
    kaffe_consumer_counters counters;
    refuse(scene, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    produce(scene, 0);
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "dead_letter.failed", "--create --topic orders.dlq");
    recorder_await_handled(scene->recorder, 15); /* other partitions go on */
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.dead_letters_waiting, 1);
    assert_int_equal(counters.dead_letters, 0);
    assert_int_equal(scene->recorder->count, 17); /* two attempts, no more */
    refuse(scene, RD_KAFKA_RESP_ERR_NO_ERROR);
    recorder_await_handled(scene->recorder, 19);
    recorder_stop(consumer);
    assert_int_equal(recorder_log_count(scene->recorder, "dead_letter.failed"), 1);
    assert_int_equal(scene->recorder->count, 21);
    assert_int_equal(committed(scene), 10);
}

/* The mock cluster makes no topics for anybody. */
static void a_topic_that_can_not_be_made_is_said_and_waited_for(void **state)
{
    struct scene *scene = *state;
    scene->options.dead_letter_topic_create = true;
    refuse(scene, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "topic.not_created", "topic=orders.dlq error=");
    recorder_await_log(scene->recorder, "dead_letter.failed", "--create --topic orders.dlq");
    refuse(scene, RD_KAFKA_RESP_ERR_NO_ERROR);
    recorder_await_handled(scene->recorder, 9);
    recorder_stop(consumer);
    assert_int_equal(recorder_log_count(scene->recorder, "topic.not_created"), 1);
    assert_int_equal(committed(scene), 10);
}

static void a_topic_that_is_denied_is_named(void **state)
{
    struct scene *scene = *state;
    refuse(scene, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "dead_letter.failed", "grant this client WRITE");
    recorder_stop(consumer);
    assert_int_equal(committed(scene), 5);
}

static void a_letter_too_large_says_what_to_raise(void **state)
{
    struct scene *scene = *state;
    mock_cluster_create(&scene->mock, "small", 1);
    scene->options.dead_letter_topic = "small";
    produce(scene, 1);
    mock_cluster_fail(&scene->mock, MOCK_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "dead_letter.failed",
                       "is larger than the topic's max.message.bytes; raise that");
    recorder_await_log(scene->recorder, "dead_letter.written", "dead_letter_topic=small");
    recorder_stop(consumer);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A letter that the broker holds back ends neither a stop nor a commit, and is no commit. */
static void a_stop_does_not_wait_for_a_letter(void **state)
{
    struct scene *scene = *state;
    kaffe_consumer_counters counters;
    scene->options.shutdown_timeout_ms = 60000;
    produce(scene, 1);
    mock_cluster_fail(&scene->mock, MOCK_PRODUCE, 1000, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "message.failed", "on_failure=dead_letter");
    do
        kaffe_consumer_count(consumer, &counters);
    while (counters.dead_letters_waiting == 0);
    double began = seconds();
    recorder_stop(consumer);
    assert_true(seconds() - began < 20);
    assert_int_equal(committed(scene), 5);
    assert_int_equal(recorder_log_count(scene->recorder, "dead_letter.written"), 0);
}

/* A broker that no longer answers at all. */
static void a_hung_broker_does_not_hold_up_the_end(void **state)
{
    struct scene *scene = *state;
    kaffe_consumer_counters counters;
    kaffe_error err;
    scene->options.shutdown_timeout_ms = 2000;
    produce(scene, 1);
    mock_cluster_fail(&scene->mock, MOCK_PRODUCE, 1000, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "message.failed", "on_failure=dead_letter");
    do
        kaffe_consumer_count(consumer, &counters);
    while (counters.dead_letters_waiting == 0);
    rd_kafka_mock_broker_set_rtt(scene->mock.cluster, 1, 120000);
    double began = seconds();
    kaffe_consumer_stop(consumer);
    kaffe_status status = kaffe_consumer_wait(consumer, 60000, &err);
    assert_true(status == KAFFE_OK || status == KAFFE_TIMED_OUT);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_true(seconds() - began < 20);
    rd_kafka_mock_broker_set_rtt(scene->mock.cluster, 1, 0);
}

static void a_revocation_does_not_wait_for_a_letter(void **state)
{
    struct scene *scene = *state;
    struct recorder *second = recorder_new();
    kaffe_consumer_options others =
        recorder_options(second, scene->mock.endpoints, "orders", "group");
    scene->options.rebalance_delay_ms = 3600000;
    refuse(scene, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    produce(scene, 0);
    produce(scene, 1);
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_log(scene->recorder, "dead_letter.failed", "partition=1 offset=5");
    kaffe_consumer *other = recorder_start(&others);
    recorder_await_log(scene->recorder, "group.revoked", "drained=yes");
    recorder_await_log(second, "group.assigned", "partitions=1");
    recorder_stop_after_rebalance(other);
    recorder_stop_after_rebalance(consumer);
    recorder_free(second);
}

static void letters_wait_for_brokers_that_are_away(void **state)
{
    struct scene *scene = *state;
    produce(scene, 1);
    scene->recorder->block_partition = 1;
    scene->recorder->fail_offset = 0; /* in hand when they go, whatever has been fetched */
    kaffe_consumer *consumer = recorder_start(&scene->options);
    recorder_await_running(scene->recorder, 1);
    mock_cluster_down(&scene->mock);
    recorder_unblock(scene->recorder);
    recorder_await_log(scene->recorder, "dead_letter.failed", "no answer from ");
    mock_cluster_up(&scene->mock);
    recorder_await_handled(scene->recorder, 9);
    recorder_await_log(scene->recorder, "dead_letter.written", "offset=0");
    recorder_stop(consumer);
    assert_int_equal(committed(scene), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_dead_letter_goes_to_the_partition_it_came_from, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_batch_without_a_culprit_goes_as_a_whole, begin, end),
        cmocka_unit_test_setup_teardown(a_missing_topic_is_waited_for_without_the_handler, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_topic_that_can_not_be_made_is_said_and_waited_for, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_topic_that_is_denied_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_letter_too_large_says_what_to_raise, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_does_not_wait_for_a_letter, begin, end),
        cmocka_unit_test_setup_teardown(a_hung_broker_does_not_hold_up_the_end, begin, end),
        cmocka_unit_test_setup_teardown(a_revocation_does_not_wait_for_a_letter, begin, end),
        cmocka_unit_test_setup_teardown(letters_wait_for_brokers_that_are_away, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
