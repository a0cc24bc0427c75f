/* SPDX-License-Identifier: MIT
 * What the environment and settings say: whom a name means, which one is stronger, and which names
 * are mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config_text.h"

static const char two[] = "consumers:\n"
                          "  orders: {endpoints: [k:1], topics: [a], consumer_group: g}\n"
                          "  late-refunds: {endpoints: [k:1], topics: [b], consumer_group: h}\n"
                          "producer: {endpoints: [k:1]}\n";

#define SETTINGS(...)                                                                              \
    .settings = (const kaffe_setting[]){ __VA_ARGS__ },                                            \
    .setting_count = sizeof((const kaffe_setting[]){ __VA_ARGS__ }) / sizeof(kaffe_setting)
#define ENVIRONMENT(...)                                                                           \
    .environment = (const char *const[])                                                           \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static kaffe_consumer_options consumer_of(const kaffe_config *config, const char *name)
{
    kaffe_consumer_options options;
    assert_int_equal(kaffe_config_consumer(config, name, &options, NULL), KAFFE_OK);
    return options;
}

static kaffe_producer_options producer_of(kaffe_config *config)
{
    kaffe_producer_options options;
    assert_int_equal(kaffe_config_producer(config, &options, NULL), KAFFE_OK);
    return options;
}

static kaffe_config *load(const char *yaml, const kaffe_config_sources *sources)
{
    struct problem_lines lines = { 0 };
    kaffe_config *config = config_text_load(yaml, sources, &lines);
    assert_string_equal(lines.text, "");
    return config;
}

static void a_general_name_goes_to_all_sections_that_have_it(void **state)
{
    (void)state;
    kaffe_config *config =
        load(two, &(kaffe_config_sources){ ENVIRONMENT("KAFFE_CLIENT_ID=all", "KAFFE_WORKERS=3") });
    assert_string_equal(consumer_of(config, "orders").client_id, "all");
    assert_string_equal(consumer_of(config, "late-refunds").client_id, "all");
    assert_string_equal(producer_of(config).client_id, "all");
    assert_int_equal(consumer_of(config, "orders").workers, 3);
    kaffe_config_free(config);
}

static void a_name_for_one_section_is_stronger_whatever_the_order(void **state)
{
    (void)state;
    kaffe_config *config =
        load(two, &(kaffe_config_sources){
                      ENVIRONMENT("KAFFE_CONSUMERS_LATE_REFUNDS_WORKERS=5", "KAFFE_WORKERS=3",
                                  "KAFFE_PRODUCER_LINGER_MS=9"),
                      SETTINGS({ "consumers.orders.max_bytes", "5000", NULL },
                               { "max_bytes", "6000", NULL }, { "max_bytes", "7000", NULL }) });
    assert_int_equal(consumer_of(config, "orders").workers, 3);
    assert_int_equal(consumer_of(config, "late-refunds").workers, 5);
    assert_int_equal(consumer_of(config, "orders").max_bytes, 5000);
    assert_int_equal(consumer_of(config, "late-refunds").max_bytes, 7000);
    assert_int_equal(producer_of(config).linger_ms, 9);
    kaffe_config_free(config);
}

static void properties_of_librdkafka_have_names_too(void **state)
{
    (void)state;
    kaffe_config *config =
        load(two, &(kaffe_config_sources){
                      ENVIRONMENT("KAFFE_KAFKA_SOCKET_KEEPALIVE_ENABLE=false",
                                  "KAFFE_CONSUMERS_ORDERS_KAFKA_DEBUG=cgrp"),
                      SETTINGS({ "producer.kafka.socket.keepalive.enable", "true", "-X" }) });
    assert_int_equal(consumer_of(config, "orders").kafka_count, 2);
    assert_string_equal(consumer_of(config, "orders").kafka[1].name, "debug");
    assert_string_equal(consumer_of(config, "orders").kafka[1].value, "cgrp");
    assert_int_equal(consumer_of(config, "late-refunds").kafka_count, 1);
    assert_string_equal(consumer_of(config, "late-refunds").kafka[0].name,
                        "socket.keepalive.enable");
    assert_int_equal(producer_of(config).kafka_count, 1);
    assert_string_equal(producer_of(config).kafka[0].value, "true");
    kaffe_config_free(config);
}

static void a_property_for_all_goes_to_those_that_can_have_it(void **state)
{
    (void)state;
    kaffe_config *config =
        load(two, &(kaffe_config_sources){ ENVIRONMENT("KAFFE_KAFKA_BATCH_NUM_MESSAGES=7") });
    assert_int_equal(consumer_of(config, "orders").kafka_count, 0);
    assert_string_equal(producer_of(config).kafka[0].name, "batch.num.messages");
    kaffe_config_free(config);
}

static void a_property_that_nobody_takes_is_told_once_with_its_reason(void **state)
{
    (void)state;
    config_text_requires(
        two,
        &(kaffe_config_sources){
            ENVIRONMENT("KAFFE_KAFKA_BOOTSTRAP_SERVERS=a:1"),
            SETTINGS({ "kafka.sokcet.timeout.ms", "1000", "-X sokcet.timeout.ms" },
                     { "consumers.orders.kafka.fetch.min.bytes", "1", NULL }) },
        "KAFFE_KAFKA_BOOTSTRAP_SERVERS: not for Kaffe: it is an option of its own: use endpoints\n"
        "-X sokcet.timeout.ms: no such property: did you mean socket.timeout.ms?\n"
        "consumers.orders.kafka.fetch.min.bytes: not for Kaffe: fetching is its own: use "
        "min_bytes\n");
}

static void an_empty_variable_says_nothing(void **state)
{
    (void)state;
    kaffe_config *config =
        load(two, &(kaffe_config_sources){ ENVIRONMENT("KAFFE_CLIENT_ID=", "KAFFE_ENDPOINTS=") });
    assert_null(producer_of(config).client_id);
    assert_string_equal(producer_of(config).endpoints, "k:1");
    kaffe_config_free(config);
}

static void properties_in_one_text_are_refused_and_not_shown(void **state)
{
    (void)state;
    const char *environment[] = { "KAFFE_KAFKA=sasl.password=hunter2", NULL };
    kaffe_config_sources sources = { .environment = environment,
                                     SETTINGS({ "producer.endpoints", "k:1", NULL },
                                              { "producer.kafka", "sasl.password=hunter2",
                                                "--kafka" }) };
    config_text_requires(NULL, &sources,
                         "KAFFE_KAFKA: must be names with values\n"
                         "--kafka: must be names with values\n");
}

static void a_wrong_value_is_told_once_by_the_name_that_said_it(void **state)
{
    (void)state;
    config_text_requires(
        two,
        &(kaffe_config_sources){
            ENVIRONMENT("KAFFE_MAX_BYTES=lots", "KAFFE_COMPRESSION=lz5"),
            SETTINGS({ "workers", "0", "--workers" }, { "endpoints", "k", "-b" }) },
        "KAFFE_MAX_BYTES = \"lots\": must be a whole number of bytes, 4096..1073741824\n"
        "--workers = \"0\": must be a whole number of threads, 1..1024\n"
        "-b: \"k\": has no port; write host:port, Kafka's usual port is 9092\n"
        "KAFFE_COMPRESSION = \"lz5\": must be one of none, gzip, snappy, lz4, zstd (did you mean "
        "lz4?)\n");
}

static void a_wrong_value_that_is_overridden_is_told_too(void **state)
{
    (void)state;
    config_text_requires(
        "producer: {endpoints: a:1, linger_ms: soon}\n",
        &(kaffe_config_sources){ SETTINGS({ "linger_ms", "5", "--linger-ms" }) },
        "kaffe.yaml:1: producer.linger_ms = \"soon\": must be a whole number of ms, 1..60000, or "
        "none\n");
}

static void misspelt_names_are_mistakes_and_those_of_others_are_not(void **state)
{
    (void)state;
    config_text_requires(
        two,
        &(kaffe_config_sources){
            ENVIRONMENT("KAFFE_MAX_BYTE=1", "KAFFE_CONSUMERS_ORDERS_WORKER=1",
                        "KAFFE_SERVICE_HOST=10.0.0.1", "KAFFE_PORT=tcp://10.0.0.1", "KAFFE_X=1",
                        "KAFFE_TEST_ENDPOINTS=a:1", "MAX_BYTE=1", "KAFFE_KAFKA_PORT=tcp://10.0.0.1",
                        "KAFFE_KAFKA_SOCKET_TIMEOUT_M=1"),
            SETTINGS({ "max_bite", "1", "--max-bite" }, { "consumers.order.workers", "1", NULL },
                     { "elephants", "1", NULL }, { "consumers.orders.tusk", "1", NULL },
                     { "producer.linger", "1", NULL }) },
        "KAFFE_MAX_BYTE: no such option: did you mean KAFFE_MAX_BYTES?\n"
        "KAFFE_CONSUMERS_ORDERS_WORKER: no such option: did you mean "
        "KAFFE_CONSUMERS_ORDERS_WORKERS?\n"
        "KAFFE_KAFKA_SOCKET_TIMEOUT_M: no such option: did you mean "
        "KAFFE_KAFKA_SOCKET_TIMEOUT_MS?\n"
        "--max-bite: no such option: did you mean max_bytes?\n"
        "consumers.order.workers: no such option: did you mean consumers.orders.workers?\n"
        "elephants: no such option: kaffe options lists them\n"
        "consumers.orders.tusk: no such option: kaffe options consumer lists them\n"
        "producer.linger: no such option: did you mean producer.linger_ms?\n");
}

static void a_consumer_can_be_there_without_a_file(void **state)
{
    (void)state;
    kaffe_config_sources sources = { .consumer = "consume",
                                     SETTINGS({ "endpoints", "k:1", "-b" }, { "topics", "t", "-t" },
                                              { "consumer_group", "g", "-g" }) };
    kaffe_config *config = load(NULL, &sources);
    assert_string_equal(consumer_of(config, "consume").consumer_group, "g");
    assert_false(kaffe_config_has_producer(config));
    kaffe_config_free(config);
    sources.setting_count = 2;
    config_text_requires(NULL, &sources,
                         "consumer_group is required: The group whose members share the partitions "
                         "and whose commits say where to go on\n");
}

static void a_consumer_without_a_file_has_a_name_as_in_one(void **state)
{
    (void)state;
    kaffe_config_sources sources = { .consumer = "orders.late" };
    config_text_requires(NULL, &sources,
                         "consumer \"orders.late\": a name has letters, digits, - and _, at most "
                         "100\n");
}

static void a_setting_for_the_producer_alone_makes_one(void **state)
{
    (void)state;
    kaffe_config *config =
        load(NULL, &(kaffe_config_sources){ SETTINGS({ "producer.endpoints", "k:1", NULL }) });
    assert_true(kaffe_config_has_producer(config));
    kaffe_config_free(config);
}

static void a_variable_for_a_section_that_is_not_there_makes_none(void **state)
{
    (void)state;
    kaffe_config *config =
        load(NULL, &(kaffe_config_sources){
                       ENVIRONMENT("KAFFE_PRODUCER_LINGER_MS=9", "KAFFE_READER_MAX_COUNT=2") });
    assert_false(kaffe_config_has_producer(config));
    assert_int_equal(producer_of(config).linger_ms, 9);
    kaffe_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_general_name_goes_to_all_sections_that_have_it),
        cmocka_unit_test(a_name_for_one_section_is_stronger_whatever_the_order),
        cmocka_unit_test(properties_of_librdkafka_have_names_too),
        cmocka_unit_test(a_property_for_all_goes_to_those_that_can_have_it),
        cmocka_unit_test(a_property_that_nobody_takes_is_told_once_with_its_reason),
        cmocka_unit_test(an_empty_variable_says_nothing),
        cmocka_unit_test(properties_in_one_text_are_refused_and_not_shown),
        cmocka_unit_test(a_wrong_value_is_told_once_by_the_name_that_said_it),
        cmocka_unit_test(a_wrong_value_that_is_overridden_is_told_too),
        cmocka_unit_test(misspelt_names_are_mistakes_and_those_of_others_are_not),
        cmocka_unit_test(a_consumer_can_be_there_without_a_file),
        cmocka_unit_test(a_consumer_without_a_file_has_a_name_as_in_one),
        cmocka_unit_test(a_setting_for_the_producer_alone_makes_one),
        cmocka_unit_test(a_variable_for_a_section_that_is_not_there_makes_none),
    };
    return cmocka_run_group_tests(tests, config_text_begin, config_text_end);
}
