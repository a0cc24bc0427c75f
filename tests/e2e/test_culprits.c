/* SPDX-License-Identifier: MIT
 * What goes wrong most often on a real Kafka: the message names the culprit, and the remedy. */
#include "e2e_broker.h"
#include "e2e_consumer.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void says(const kaffe_error *err, const char *part)
{
    if (!strstr(err->message, part))
        fail_msg("\"%s\" does not say \"%s\"", err->message, part);
}

static const char *create_command(const char *topic)
{
    static char command[300];
    snprintf(command, sizeof command,
             "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions N",
             e2e_endpoints(), topic);
    return command;
}

static void a_consumer_names_a_missing_topic_and_starts_when_it_is_there(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("missing");
    struct e2e_consumer consumer = { 0 };
    kaffe_record record = { .value = kaffe_text("there") };
    e2e_consumer_start(&consumer, E2E_MESSAGES,
                       (kaffe_consumer_options){ .topics = topic.text,
                                                 .consumer_group = topic.text,
                                                 .start_with_earliest_message = true });
    e2e_consumer_until_logged(&consumer, 1, "topic.unknown", create_command(topic.text));
    e2e_create_topic(topic.text, 2, NULL);
    kafka_client_produce(e2e_endpoints(), topic.text, 1, &record, 1);
    e2e_consumer_until_handled(&consumer, 1);
    assert_int_equal(e2e_consumer_logged(&consumer, "topic.unknown", ""), 1);
    e2e_consumer_free(&consumer);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void a_producer_names_a_missing_topic(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("missing");
    kaffe_error err;
    kaffe_record record = { .value = kaffe_text("nowhere") };
    kaffe_producer *producer = kaffe_producer_new(
        &(kaffe_producer_options){ .endpoints = e2e_endpoints(), .topics = topic.text }, &err);
    assert_non_null(producer);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    says(&err, topic.text);
    says(&err, "unknown to the cluster");
    says(&err, create_command(topic.text));
    kaffe_producer_free(producer);
}

/* A port that was free a moment ago. */
static void refusing_endpoint(char *out, size_t out_size)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    snprintf(out, out_size, "127.0.0.1:%d", ntohs(address.sin_port));
}

static void a_consumer_names_who_refuses_its_connection(void **state)
{
    (void)state;
    char endpoint[40];
    struct e2e_consumer consumer = { 0 };
    refusing_endpoint(endpoint, sizeof endpoint);
    e2e_consumer_start(
        &consumer, E2E_MESSAGES,
        (kaffe_consumer_options){ .endpoints = endpoint, .topics = "t", .consumer_group = "g" });
    e2e_consumer_until_logged(&consumer, 1, "brokers.unreachable", endpoint);
    assert_int_equal(e2e_consumer_logged(&consumer, "brokers.unreachable", "refused"), 1);
    e2e_consumer_free(&consumer);
}

static void a_producer_names_who_refuses_its_connection(void **state)
{
    (void)state;
    char endpoint[40];
    kaffe_error err;
    kaffe_record record = { .value = kaffe_text("nowhere") };
    refusing_endpoint(endpoint, sizeof endpoint);
    kaffe_producer *producer = kaffe_producer_new(
        &(kaffe_producer_options){
            .endpoints = endpoint, .topics = "t", .delivery_timeout_ms = 1000 },
        &err);
    assert_non_null(producer);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NOT_WRITTEN);
    says(&err, endpoint);
    says(&err, "delivery_timeout_ms = 1000");
    kaffe_producer_free(producer);
}

static void a_record_too_large_is_told_which_limit(void **state)
{
    (void)state;
    static char bytes[50000];
    struct e2e_name topic = e2e_name("limited");
    kaffe_error err;
    kaffe_record record = { .value = { bytes, sizeof bytes } };
    kaffe_producer *small = kaffe_producer_new(
        &(kaffe_producer_options){ .endpoints = e2e_endpoints(), .max_message_bytes = 20000 },
        &err);
    kaffe_producer *usual =
        kaffe_producer_new(&(kaffe_producer_options){ .endpoints = e2e_endpoints() }, &err);
    e2e_create_topic(topic.text, 1, "max.message.bytes=10000");
    assert_int_equal(kaffe_produce_sync_to(small, topic.text, &record, &err), KAFFE_NOT_WRITTEN);
    says(&err, topic.text);
    says(&err, "is larger than max_message_bytes = 20000");
    assert_int_equal(kaffe_produce_sync_to(usual, topic.text, &record, &err), KAFFE_NOT_WRITTEN);
    says(&err, topic.text);
    says(&err, "is larger than the topic's max.message.bytes");
    record.value.size = 1000;
    assert_int_equal(kaffe_produce_sync_to(usual, topic.text, &record, &err), KAFFE_OK);
    kaffe_producer_free(small);
    kaffe_producer_free(usual);
    assert_int_equal(e2e_end(topic.text, 0), 1);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consumer_names_a_missing_topic_and_starts_when_it_is_there),
        cmocka_unit_test(a_producer_names_a_missing_topic),
        cmocka_unit_test(a_consumer_names_who_refuses_its_connection),
        cmocka_unit_test(a_producer_names_who_refuses_its_connection),
        cmocka_unit_test(a_record_too_large_is_told_which_limit),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
