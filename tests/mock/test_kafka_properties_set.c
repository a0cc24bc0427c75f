/* SPDX-License-Identifier: MIT
 * A user's properties reach librdkafka, over our profile, and their values reach nobody else. */
#include "clock.h"
#include "group_state.h"
#include "mock_cluster.h"
#include "producer_state.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CANARY "pa55-w0rd"

/* Every event of the library, debug too, is searched for the canary. */
struct listening {
    atomic_int lines;
    atomic_int leaks;
};

static void listen_to(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct listening *listening = ctx;
    (void)level, (void)event;
    atomic_fetch_add(&listening->lines, 1);
    if (strstr(fields, CANARY))
        atomic_fetch_add(&listening->leaks, 1);
}

static void assert_set(const rd_kafka_t *rk, const char *name, const char *expected)
{
    char value[100];
    size_t size = sizeof value;
    union {
        const rd_kafka_t *in;
        rd_kafka_t *out;
    } handle = { .in = rk };
    assert_int_equal(rd_kafka_conf_get(rd_kafka_conf(handle.out), name, value, &size),
                     RD_KAFKA_CONF_OK);
    assert_string_equal(value, expected);
}

static struct kf_group *make_group(const kaffe_property *properties, size_t count, int wake_fd,
                                   kaffe_error *err)
{
    char *names[] = { (char[]){ "orders" } };
    const struct kf_text_list topics = { names, 1 };
    const struct kf_group_settings settings = { .endpoints = "127.0.0.1:1",
                                                .consumer_group = "group",
                                                .client_rack = "a7",
                                                .partition_assignment_strategy = "range",
                                                .topics = &topics,
                                                .session_timeout_ms = 30000,
                                                .heartbeat_interval_ms = 1000,
                                                .max_poll_interval_ms = 300000,
                                                .properties = properties,
                                                .property_count = count };
    const struct kf_log log = { .write = NULL };
    const struct kf_group_events events = { .assigned = NULL };
    return kf_group_new(&settings, &log, &events, NULL, wake_fd, err);
}

static void a_group_has_the_users_properties_and_the_rack(void **state)
{
    (void)state;
    kaffe_error err;
    const kaffe_property properties[] = {
        { "topic.metadata.refresh.interval.ms", "7777" },
        { "reconnect.backoff.max.ms", "888" },
        { "socket.keepalive.enable", "false" },
        { "socket.timeout.ms", "1000" },
        { "security.protocol", "PLAINTEXT" },
    };
    int wake_fd = kf_wake_open();
    struct kf_group *group = make_group(properties, 5, wake_fd, &err);
    assert_string_equal(err.message, "");
    assert_non_null(group);
    assert_set(group->rk, "topic.metadata.refresh.interval.ms", "7777");
    assert_set(group->rk, "reconnect.backoff.max.ms", "888");
    assert_set(group->rk, "socket.keepalive.enable", "false");
    assert_set(group->rk, "client.rack", "a7");
    assert_set(group->rk, "enable.auto.commit", "false");
    assert_set(group->rk, "socket.nagle.disable", "true");
    kf_group_free(group, kf_clock_ms() + 60000);
    close(wake_fd);
}

static kaffe_producer_options options_with(struct listening *listening,
                                           const kaffe_property *properties, size_t count)
{
    return (kaffe_producer_options){ .endpoints = "127.0.0.1:1",
                                     .topics = "orders",
                                     .log = listen_to,
                                     .log_ctx = listening,
                                     .shutdown_timeout_ms = 100,
                                     .delivery_timeout_ms = 500,
                                     .kafka = properties,
                                     .kafka_count = count };
}

static void a_producer_has_the_users_properties(void **state)
{
    (void)state;
    struct listening listening = { 0 };
    kaffe_error err;
    const kaffe_property properties[] = { { "batch.num.messages", "17" },
                                          { "retry.backoff.ms", "55" },
                                          { "socket.nagle.disable", "false" } };
    kaffe_producer_options options = options_with(&listening, properties, 3);
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_string_equal(err.message, "");
    const rd_kafka_t *rk = producer->outlets[KF_OUTLET_SYNC]->rk;
    assert_set(rk, "batch.num.messages", "17");
    assert_set(rk, "retry.backoff.ms", "55");
    assert_set(rk, "socket.nagle.disable", "false");
    assert_set(rk, "enable.idempotence", "true");
    kaffe_producer_free(producer);
}

static void assert_refused(const kaffe_property *properties, size_t count, const char *culprit)
{
    struct listening listening = { 0 };
    kaffe_error err;
    kaffe_producer_options options = options_with(&listening, properties, count);
    assert_null(kaffe_producer_new(&options, &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_null(strstr(err.message, CANARY));
    if (!strstr(err.message, culprit))
        fail_msg("%s is not named: %s", culprit, err.message);
    assert_int_equal(listening.leaks, 0);
}

static void a_value_that_librdkafka_refuses_is_not_shown(void **state)
{
    (void)state;
    const kaffe_property debug = { "debug", CANARY };
    assert_refused(&debug, 1, "kafka.debug: librdkafka ");
    const kaffe_property pem[] = { { "security.protocol", "ssl" },
                                   { "ssl.key.pem", CANARY },
                                   { "ssl.certificate.pem", CANARY } };
    assert_refused(pem, 3, "ssl_key_pem");
    const kaffe_property password[] = { { "security.protocol", "sasl_ssl" },
                                        { "sasl.mechanisms", "plain" },
                                        { "sasl.password", CANARY } };
    assert_refused(password, 3, "sasl_username");
}

static void no_value_is_in_any_line_of_the_log(void **state)
{
    (void)state;
    struct listening listening = { 0 };
    kaffe_error err;
    const kaffe_record record = { .value = { "value", 5 } };
    const kaffe_property properties[] = { { "security.protocol", "sasl_plaintext" },
                                          { "sasl.mechanisms", "PLAIN" },
                                          { "sasl.username", "user-" CANARY },
                                          { "sasl.password", CANARY },
                                          { "debug", "all" } };
    kaffe_producer_options options = options_with(&listening, properties, 5);
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_string_equal(err.message, "");
    assert_int_not_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    assert_null(strstr(err.message, CANARY));
    kaffe_producer_free(producer);
    assert_true(listening.lines > 10);
    assert_int_equal(listening.leaks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_has_the_users_properties_and_the_rack),
        cmocka_unit_test(a_producer_has_the_users_properties),
        cmocka_unit_test(a_value_that_librdkafka_refuses_is_not_shown),
        cmocka_unit_test(no_value_is_in_any_line_of_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
