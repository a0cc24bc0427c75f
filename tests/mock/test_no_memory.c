/* SPDX-License-Identifier: MIT
 * Memory that runs out in a call that needs no broker: the call says so, and leaves nothing behind,
 * whichever of its allocations fails. */
#include "scarce.h"

#include "config_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void silence(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

/* Of what is right nothing wrong may be said for want of memory: *ctx counts. */
static void hear(const char *problem, void *ctx)
{
    (void)problem;
    ++*(int *)ctx;
}

static kaffe_status handle(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

static const kaffe_property properties[] = { { "socket.keepalive.enable", "false" },
                                             { "broker.address.family", "v4" } };

static kaffe_consumer_options consumer_options(void)
{
    return (kaffe_consumer_options){ .endpoints = "one:9092,[::1]:9092",
                                     .topics = "orders,refunds",
                                     .consumer_group = "group",
                                     .handle_message = handle,
                                     .log = silence,
                                     .max_attempts = 3,
                                     .on_failure = "dead_letter",
                                     .dead_letter_topic = "letters",
                                     .group_instance_id = "me",
                                     .client_rack = "here",
                                     .kafka = properties,
                                     .kafka_count = 2 };
}

static kaffe_reader_options reader_options(void)
{
    return (kaffe_reader_options){ .endpoints = "one:9092",
                                   .topics = "orders,refunds",
                                   .partitions = "0,3-5",
                                   .start_at = "-10",
                                   .stop_at = "end",
                                   .handle_message = handle,
                                   .log = silence,
                                   .kafka = properties,
                                   .kafka_count = 2 };
}

static kaffe_producer_options producer_options(void)
{
    return (kaffe_producer_options){ .endpoints = "127.0.0.1:9",
                                     .topics = "orders,refunds",
                                     .log = silence,
                                     .compression = "lz4",
                                     .shutdown_timeout_ms = 100,
                                     .kafka = properties,
                                     .kafka_count = 2 };
}

/* A check has no kaffe_error. */
static kaffe_status told(kaffe_status status, kaffe_error *err)
{
    err->status = status;
    err->message[0] = 'x';
    return status;
}

static kaffe_status check(void *ctx, kaffe_error *err)
{
    kaffe_consumer_options consumer = consumer_options();
    kaffe_reader_options reader = reader_options();
    kaffe_producer_options producer = producer_options();
    const char *wrong = ctx;
    int heard = 0;
    consumer.endpoints = producer.endpoints = reader.endpoints = wrong ? wrong : "one:9092";
    kaffe_status status = kaffe_consumer_options_check(&consumer, hear, &heard);
    if (status != KAFFE_NO_MEMORY)
        status = kaffe_reader_options_check(&reader, hear, &heard);
    if (status != KAFFE_NO_MEMORY)
        status = kaffe_producer_options_check(&producer, hear, &heard);
    assert_true(wrong || heard == 0);
    return told(status, err);
}

static void options_are_checked_or_it_is_said(void **state)
{
    char wrong[] = "nothing,host:port,,also:99999";
    (void)state;
    scarce_each(check, NULL, KAFFE_OK);
    scarce_each(check, wrong, KAFFE_INVALID);
}

static kaffe_status consumer(void *ctx, kaffe_error *err)
{
    kaffe_consumer_options options = consumer_options();
    kaffe_consumer *made = kaffe_consumer_new(&options, err);
    (void)ctx;
    scarce_end(); /* what runs out while a handle is freed is for the mock tests */
    if (made)
        kaffe_consumer_free(made);
    return err->status;
}

static kaffe_status reader(void *ctx, kaffe_error *err)
{
    kaffe_reader_options options = reader_options();
    kaffe_consumer *made = kaffe_reader_new(&options, err);
    (void)ctx;
    scarce_end();
    if (made)
        kaffe_consumer_free(made);
    return err->status;
}

static kaffe_status producer(void *ctx, kaffe_error *err)
{
    kaffe_producer_options options = producer_options();
    kaffe_producer *made = kaffe_producer_new(&options, err);
    (void)ctx;
    scarce_end();
    if (made)
        kaffe_producer_free(made);
    return err->status;
}

static void each_handle_is_made_or_it_is_said(void **state)
{
    (void)state;
    scarce_each(consumer, NULL, KAFFE_OK);
    scarce_each(reader, NULL, KAFFE_OK);
    scarce_each(producer, NULL, KAFFE_OK);
}

static kaffe_status broker(void *ctx, kaffe_error *err)
{
    kaffe_mock_broker *made = kaffe_mock_broker_new("orders:2,refunds", err);
    (void)ctx;
    scarce_end();
    kaffe_mock_broker_free(made);
    return err->status;
}

static void an_embedded_broker_is_made_or_it_is_said(void **state)
{
    (void)state;
    scarce_each(broker, NULL, KAFFE_OK);
}

#define YAML                                                                                       \
    "consumers:\n"                                                                                 \
    "  orders:\n"                                                                                  \
    "    endpoints: [one: 9092, 'two:9092']\n"                                                     \
    "    topics: [orders, refunds]\n"                                                              \
    "    consumer_group: group\n"                                                                  \
    "    message_handler: '" TEST_MODULES "/several.so:late_handle_messages'\n"                    \
    "    kafka: { socket.keepalive.enable: false }\n"                                              \
    "  others:\n"                                                                                  \
    "    endpoints: one:9092\n"                                                                    \
    "    topics: [others]\n"                                                                       \
    "    consumer_group: group\n"                                                                  \
    "producer:\n"                                                                                  \
    "  endpoints: one:9092\n"                                                                      \
    "  partition_strategy: '" TEST_MODULES "/several.so:last'\n"                                   \
    "reader:\n"                                                                                    \
    "  endpoints: one:9092\n"                                                                      \
    "  topics: orders\n"

static const char *const environment[] = { "KAFFE_MAX_BYTES=5000",
                                           "KAFFE_CONSUMERS_ORDERS_MAX_WAIT_TIME_MS=7",
                                           "KAFFE_KAFKA_SOCKET_NAGLE_DISABLE=true", NULL };
static const kaffe_setting settings[] = { { .name = "workers", .value = "3" },
                                          { .name = "producer.linger_ms", .value = "3" },
                                          { .name = "producer.kafka.debug", .value = "msg" } };

static kaffe_status use(kaffe_config *config, kaffe_error *err)
{
    kaffe_consumer_options consumer;
    kaffe_producer_options producer;
    kaffe_reader_options reader;
    if (kaffe_config_consumer(config, "orders", &consumer, err) == KAFFE_OK &&
        kaffe_config_producer(config, &producer, err) == KAFFE_OK &&
        kaffe_config_reader(config, &reader, err) == KAFFE_OK)
        return kaffe_config_load_module(config, "orders", NULL, &consumer, err);
    return err->status;
}

static kaffe_status configure(void *ctx, kaffe_error *err)
{
    kaffe_config_sources sources = { .file = ctx,
                                     .environment = environment,
                                     .settings = settings,
                                     .setting_count = 3,
                                     .consumer = "others" };
    int heard = 0;
    kaffe_config *config = kaffe_config_load(&sources, hear, &heard, err);
    if (config)
        use(config, err);
    kaffe_config_free(config);
    assert_true(heard == 0 || strcmp(ctx, "kaffe.yaml") != 0);
    return err->status;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_configuration_is_read_or_it_is_said(void **state)
{
    char right[] = "kaffe.yaml";
    char wrong[] = "./kaffe.yaml";
    (void)state;
    write_file(right, YAML);
    scarce_each(configure, right, KAFFE_OK);
    write_file(wrong, YAML "  nonsense: 3\n  start_at: wrong\n  start_at: 4\n");
    scarce_each(configure, wrong, KAFFE_INVALID);
    write_file(wrong, "consumers: [\n");
    scarce_each(configure, wrong, KAFFE_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_checked_or_it_is_said),
        cmocka_unit_test(each_handle_is_made_or_it_is_said),
        cmocka_unit_test(an_embedded_broker_is_made_or_it_is_said),
        cmocka_unit_test(a_configuration_is_read_or_it_is_said),
    };
    return cmocka_run_group_tests(tests, config_text_begin, config_text_end);
}
