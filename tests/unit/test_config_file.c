/* SPDX-License-Identifier: MIT
 * What a configuration file may look like, and what is said about every mistake in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_text.h"

static const char whole[] = "consumers:\n"
                            "  orders:\n"
                            "    endpoints: [kafka:9092]\n"
                            "    topics: [interesting-topic, other]\n"
                            "    consumer_group: your-app-consumer-group\n"
                            "    message_handler: ./libprocessor.so\n"
                            "    start_with_earliest_message: true\n"
                            "    max_bytes: 500000\n"
                            "    rebalance_delay_ms: none\n"
                            "    max_attempts: 5\n"
                            "    on_failure: dead_letter\n"
                            "    client_rack: a\n"
                            "    kafka:\n"
                            "      socket.keepalive.enable: false\n"
                            "producer:\n"
                            "  endpoints: [kafka:9092]\n"
                            "  topics: [kafka-topic]\n"
                            "  partition_strategy: round_robin\n"
                            "  linger_ms: 0\n";

static void a_file_says_what_the_structs_say(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_consumer_options consumer;
    kaffe_producer_options producer;
    kaffe_config *config = config_text_load(whole, NULL, &lines);
    assert_string_equal(lines.text, "");
    assert_int_equal(kaffe_config_consumer_count(config), 1);
    assert_string_equal(kaffe_config_consumer_name(config, 0), "orders");
    assert_null(kaffe_config_consumer_name(config, 1));
    assert_int_equal(kaffe_config_consumer(config, "orders", &consumer, NULL), KAFFE_OK);
    assert_string_equal(consumer.endpoints, "kafka:9092");
    assert_string_equal(consumer.topics, "interesting-topic,other");
    assert_string_equal(consumer.consumer_group, "your-app-consumer-group");
    assert_string_equal(consumer.on_failure, "dead_letter");
    assert_string_equal(consumer.client_rack, "a");
    assert_true(consumer.start_with_earliest_message);
    assert_int_equal(consumer.max_bytes, 500000);
    assert_int_equal(consumer.rebalance_delay_ms, KAFFE_NONE);
    assert_int_equal(consumer.max_attempts, 5);
    assert_int_equal(consumer.workers, 0);
    assert_null(consumer.handle_message);
    assert_int_equal(consumer.kafka_count, 1);
    assert_string_equal(consumer.kafka[0].name, "socket.keepalive.enable");
    assert_string_equal(consumer.kafka[0].value, "false");
    assert_true(kaffe_config_has_producer(config));
    assert_int_equal(kaffe_config_producer(config, &producer, NULL), KAFFE_OK);
    assert_ptr_equal(producer.partition_strategy, kaffe_partition_round_robin);
    assert_int_equal(producer.linger_ms, KAFFE_NONE); /* a written 0 is a 0 */
    kaffe_config_free(config);
}

static void the_only_consumer_needs_no_name_and_others_are_not_there(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_consumer_options options;
    kaffe_error err;
    kaffe_config *config = config_text_load(whole, NULL, &lines);
    assert_int_equal(kaffe_config_consumer(config, NULL, &options, &err), KAFFE_OK);
    assert_int_equal(kaffe_config_consumer(config, "order", &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "the configuration has no consumer \"order\"");
    kaffe_config_free(config);
    config = config_text_load("reader: {endpoints: a:1, topics: t}\n", NULL, &lines);
    assert_int_equal(kaffe_config_consumer(config, NULL, &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "the configuration has 0 consumers: name one");
    assert_false(kaffe_config_has_producer(config));
    kaffe_config_free(config);
}

static void an_older_program_gets_what_its_struct_holds(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_producer_options options;
    size_t older = offsetof(kaffe_producer_options, compression);
    memset(&options, 0xee, sizeof options);
    kaffe_config *config = config_text_load(whole, NULL, &lines);
    assert_int_equal(kaffe_config_producer_sized(config, &options, older, NULL), KAFFE_OK);
    assert_string_equal(options.topics, "kafka-topic");
    assert_int_equal(*((unsigned char *)&options + older), 0xee);
    kaffe_config_free(config);
}

static void a_newer_program_is_told_that_the_library_is_older(void **state)
{
    (void)state;
    struct {
        kaffe_config_sources known;
        const char *unknown;
    } newer = { .unknown = NULL };
    kaffe_error err;
    kaffe_config *config = kaffe_config_load_sized(&newer.known, sizeof newer, NULL, NULL, &err);
    assert_non_null(config);
    kaffe_config_free(config);
    newer.unknown = "something";
    assert_null(kaffe_config_load_sized(&newer.known, sizeof newer, NULL, NULL, &err));
    assert_string_equal(err.message,
                        "this program uses sources newer than libkaffe-service " KAFFE_VERSION);
}

static void endpoints_have_many_forms(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        { "[kafka: 9092]", "kafka:9092" }, /* the original's */
        { "[kafka:9092, other: 9093]", "kafka:9092,other:9093" },
        { "kafka:9092", "kafka:9092" },
        { "'kafka:9092, other:9093'", "kafka:9092, other:9093" },
        { "[\"[::1]:9092\"]", "[::1]:9092" },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct problem_lines lines = { 0 };
        kaffe_producer_options options;
        char yaml[200];
        snprintf(yaml, sizeof yaml, "producer:\n  endpoints: %s\n", forms[i][0]);
        kaffe_config *config = config_text_load(yaml, NULL, &lines);
        assert_string_equal(lines.text, "");
        assert_int_equal(kaffe_config_producer(config, &options, NULL), KAFFE_OK);
        assert_string_equal(options.endpoints, forms[i][1]);
        kaffe_config_free(config);
    }
}

static void a_number_has_digits_and_ends_at_its_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } numbers[] = { { "1", true },     { "1024", true },  { "1025", false },
                    { "0", false },    { "-1", false },   { "'+5'", false },
                    { "' 5'", false }, { "'5 '", false }, { "0x10", false },
                    { "5.0", false },  { "none", false }, { "18446744073709551617", false },
                    { "007", true },   { "''", false } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct problem_lines lines = { 0 };
        char yaml[200];
        snprintf(yaml, sizeof yaml,
                 "consumers: {a: {endpoints: k:1, topics: t, consumer_group: g, workers: %s}}\n",
                 numbers[i].text);
        kaffe_config *config = config_text_load(yaml, NULL, &lines);
        if ((config != NULL) != numbers[i].good)
            fail_msg("workers: %s: %s", numbers[i].text, lines.text);
        kaffe_config_free(config);
    }
}

static void what_is_no_value_is_told_with_its_line(void **state)
{
    (void)state;
    config_text_requires(
        "consumers:\n"
        "  orders:\n"
        "    endpoints: [kafka:9092]\n"
        "    topics: [a]\n"
        "    consumer_group: g\n"
        "    max_byte: 10\n"
        "    max_bytes: 5\n"
        "    workers: many\n"
        "    start_with_earliest_message: yes\n"
        "    topics: [again]\n"
        "    client_id:\n"
        "    retry_backoff_ms: 0\n"
        "    kafka: 5\n"
        "producers:\n"
        "  topics: [a]\n"
        "producer:\n"
        "  endpoints: {kafka: 9092}\n"
        "  topics: [[a]]\n"
        "  compression: [lz4]\n"
        "  client_id: ''\n",
        NULL,
        "kaffe.yaml:6: consumers.orders.max_byte: no such option: did you mean max_bytes?\n"
        "kaffe.yaml:7: consumers.orders.max_bytes = \"5\": must be a whole number of bytes, "
        "4096..1073741824\n"
        "kaffe.yaml:8: consumers.orders.workers = \"many\": must be a whole number of threads, "
        "1..1024\n"
        "kaffe.yaml:9: consumers.orders.start_with_earliest_message = \"yes\": must be true or "
        "false\n"
        "kaffe.yaml:10: consumers.orders.topics: given already in line 4\n"
        "kaffe.yaml:11: consumers.orders.client_id: has no value: leave the name away, or say what "
        "it is\n"
        "kaffe.yaml:12: consumers.orders.retry_backoff_ms = \"0\": must be a whole number of ms, "
        "1..3600000\n"
        "kaffe.yaml:13: consumers.orders.kafka: must be names of properties with their values\n"
        "kaffe.yaml:14: producers: no such section: did you mean producer?\n"
        "kaffe.yaml:17: producer.endpoints: must be a list: [one, two]\n"
        "kaffe.yaml:18: producer.topics: must be one value, not a list\n"
        "kaffe.yaml:19: producer.compression: must be one value, not a list\n"
        "kaffe.yaml:20: producer.client_id = \"\": must not be empty\n");
}

static void what_a_section_comes_to_is_told_with_its_lines(void **state)
{
    (void)state;
    config_text_requires(
        "consumers:\n"
        "  orders:\n"
        "    endpoints: [kafka, 'x:99999']\n"
        "    topics: [a, 'b c']\n"
        "    partition_assignment_strategy: cooperative-sticky\n"
        "    offset_reset_policy: earlest\n"
        "    heartbeat_interval_ms: 20000\n"
        "    message_handler: ./lib.so:handle\n"
        "producer:\n"
        "  endpoints: [kafka:9092]\n"
        "  partition_strategy: md6\n",
        NULL,
        "kaffe.yaml:2: consumers.orders.consumer_group is required: The group whose members share "
        "the partitions and whose commits say where to go on\n"
        "kaffe.yaml:6: consumers.orders.offset_reset_policy = \"earlest\": must be one of "
        "earliest, latest, stop (did you mean earliest?)\n"
        "kaffe.yaml:5: consumers.orders.partition_assignment_strategy = \"cooperative-sticky\": "
        "not "
        "supported by libkaffe 0.1.0: its hand-over repeats messages; must be one of roundrobin, "
        "range\n"
        "kaffe.yaml:7: consumers.orders.heartbeat_interval_ms = 20000: must be at most a third of "
        "session_timeout_ms = 30000 (the default)\n"
        "kaffe.yaml:3: consumers.orders.endpoints: \"kafka\": has no port; write host:port, "
        "Kafka's usual port is 9092\n"
        "kaffe.yaml:3: consumers.orders.endpoints: \"x:99999\": the port must be a number, "
        "1..65535\n"
        "kaffe.yaml:4: consumers.orders.topics: \"b c\": must have letters, digits, dots, "
        "underscores and hyphens only\n"
        "kaffe.yaml:8: consumers.orders.message_handler = \"./lib.so:handle\": a handler's symbol "
        "ends in handle_message or handle_messages\n"
        "kaffe.yaml:11: producer.partition_strategy = \"md6\": must be one of md5, round_robin, "
        "random, murmur2, fnv1a, crc32, or ./module.so:symbol (did you mean md5?)\n");
}

static void what_is_no_configuration_says_why(void **state)
{
    (void)state;
    static const char *const mistakes[][2] = {
        { "- a\n", "kaffe.yaml:1: must begin with a section: consumers, producer, reader, "
                   "supervisor\n" },
        { "consumers: [a]\n",
          "kaffe.yaml:1: consumers: must be names, each with its options below it\n" },
        { "consumers: {'a b': {}}\n",
          "kaffe.yaml:1: consumers: \"a b\": a name has letters, digits, - and _, at most 100\n" },
        { "reader: text\n", "kaffe.yaml:1: reader: must be options with their values\n" },
        { "metrics: {}\n",
          "kaffe.yaml:1: metrics: no such section: there are consumers, producer, reader, "
          "supervisor\n" },
        { "producer: {[a]: b}\n",
          "kaffe.yaml:1: producer: must be one value, not a list\n"
          "kaffe.yaml:1: producer.endpoints is required: Brokers to ask first, as host:port; IPv6 "
          "as [::1]:9092\n" },
        { "producer: {endpoints: ['a:1,b:2']}\n",
          "kaffe.yaml:1: producer.endpoints: an element of a list has no comma in it\n" },
        { "producer: {endpoints: a:1, client_id: \"a\\0b\"}\n",
          "kaffe.yaml:1: producer.client_id: must have no zero byte in it\n" },
        { "producer: {endpoints: a:1, kafka: {debug: a, debug: b}}\n",
          "kaffe.yaml:1: producer.kafka.debug: given already in line 1\n" },
        { "producer: {endpoints: a:1}\n---\nproducer: {}\n",
          "kaffe.yaml:3: a second document: a file has one\n" },
        { "producer:\n  endpoints: [a:1\n  topics: b\n",
          "kaffe.yaml:3: did not find expected ',' or ']', while parsing a flow sequence that "
          "began in line 2\n" },
        { "producer:\n\tendpoints: a:1\n",
          "kaffe.yaml:2: found character that cannot start any token, while scanning for the next "
          "token that began in line 2\n" },
        { "producer: {endpoints: *nowhere}\n", "kaffe.yaml:1: found undefined alias\n" },
        { "\xff\xfe\xff",
          "kaffe.yaml: is no text in UTF-8: incomplete UTF-16 character at byte 2\n" },
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        config_text_requires(mistakes[i][0], NULL, mistakes[i][1]);
}

static void an_empty_file_configures_nothing(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_config *config = config_text_load("# nothing yet\n", NULL, &lines);
    assert_int_equal(kaffe_config_consumer_count(config), 0);
    kaffe_config_free(config);
    config_text_requires("consumers:\n  orders:\nproducer: {endpoints: a:1}\n", NULL,
                         "kaffe.yaml:2: consumers.orders.endpoints is required: Brokers to ask "
                         "first, as host:port; IPv6 as [::1]:9092\n"
                         "kaffe.yaml:2: consumers.orders.topics is required: Topics to consume, "
                         "all by one group member\n"
                         "kaffe.yaml:2: consumers.orders.consumer_group is required: The group "
                         "whose members share the partitions and whose commits say where to go "
                         "on\n");
}

static void aliases_are_what_they_stand_for(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_consumer_options options;
    kaffe_config *config =
        config_text_load("consumers:\n"
                         "  a: &same {endpoints: &kafka [k:1], topics: t, consumer_group: g}\n"
                         "  b: *same\n"
                         "  c: {endpoints: *kafka, topics: u, consumer_group: h}\n",
                         NULL, &lines);
    assert_string_equal(lines.text, "");
    assert_int_equal(kaffe_config_consumer_count(config), 3);
    assert_int_equal(kaffe_config_consumer(config, "b", &options, NULL), KAFFE_OK);
    assert_string_equal(options.topics, "t");
    assert_int_equal(kaffe_config_consumer(config, "c", &options, NULL), KAFFE_OK);
    assert_string_equal(options.endpoints, "k:1");
    kaffe_config_free(config);
}

static void a_file_that_can_not_be_read_says_why(void **state)
{
    (void)state;
    config_text_requires(NULL, &(kaffe_config_sources){ .file = "missing.yaml" },
                         "missing.yaml: can not be read: No such file or directory\n");
    config_text_requires(NULL, &(kaffe_config_sources){ .file = "/tmp" },
                         "/tmp: can not be read: Is a directory\n");
    config_text_requires(NULL, &(kaffe_config_sources){ .file = "/dev/zero" },
                         "/dev/zero: is larger than 1 MiB: is this the right file?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_what_the_structs_say),
        cmocka_unit_test(the_only_consumer_needs_no_name_and_others_are_not_there),
        cmocka_unit_test(an_older_program_gets_what_its_struct_holds),
        cmocka_unit_test(a_newer_program_is_told_that_the_library_is_older),
        cmocka_unit_test(endpoints_have_many_forms),
        cmocka_unit_test(a_number_has_digits_and_ends_at_its_range),
        cmocka_unit_test(what_is_no_value_is_told_with_its_line),
        cmocka_unit_test(what_a_section_comes_to_is_told_with_its_lines),
        cmocka_unit_test(what_is_no_configuration_says_why),
        cmocka_unit_test(an_empty_file_configures_nothing),
        cmocka_unit_test(aliases_are_what_they_stand_for),
        cmocka_unit_test(a_file_that_can_not_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, config_text_begin, config_text_end);
}
