/* SPDX-License-Identifier: MIT
 * What the option `kafka` may hold, and that each problem is said in one line without the value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_settings.h"
#include "connection_settings.h"
#include "kafka_properties.h"
#include "problem_lines.h"

#define VERSION "2.4.0"

static void expect(const struct kf_option_table *table, const kaffe_property *properties,
                   size_t count, const char *expected)
{
    struct problem_lines lines = { 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
    kf_kafka_properties_check(properties, count, table, VERSION, &problems);
    assert_string_equal(lines.text, expected);
}

static void expect_one(const struct kf_option_table *table, const char *name, const char *value,
                       const char *expected)
{
    const kaffe_property property = { name, value };
    expect(table, &property, 1, expected);
}

#define CONSUMER(name, value, expected) expect_one(&kf_consumer_option_table, name, value, expected)
#define READER(name, value, expected) expect_one(&kf_reader_option_table, name, value, expected)
#define PRODUCER(name, value, expected) expect_one(&kf_producer_option_table, name, value, expected)

static void what_is_for_both_planes_is_taken_by_all(void **state)
{
    (void)state;
    CONSUMER("socket.keepalive.enable", "true", "");
    READER("socket.keepalive.enable", "true", "");
    PRODUCER("socket.keepalive.enable", "true", "");
}

static void what_librdkafka_does_alone_is_nothing_for_a_reader(void **state)
{
    (void)state;
    CONSUMER("broker.address.ttl", "1", "");
    PRODUCER("broker.address.ttl", "1", "");
    READER("broker.address.ttl", "1",
           "kafka.broker.address.ttl: not for Kaffe: a reader does without librdkafka\n");
}

static void a_refusal_says_why_and_what_to_use(void **state)
{
    (void)state;
    CONSUMER("fetch.min.bytes", "1",
             "kafka.fetch.min.bytes: not for Kaffe: fetching is its own: use min_bytes\n");
    CONSUMER("group.id", "g",
             "kafka.group.id: not for Kaffe: it is an option of its own: use consumer_group\n");
    CONSUMER("enable.auto.commit", "false",
             "kafka.enable.auto.commit: not for Kaffe: a commit follows its handler\n");
    PRODUCER("acks", "0", "kafka.acks: not for Kaffe: all in-sync replicas acknowledge\n");
    PRODUCER("linger.ms", "1",
             "kafka.linger.ms: not for Kaffe: it is an option of its own: use linger_ms\n");
    READER("group.id", "g", "kafka.group.id: not for Kaffe: a reader has no group\n");
    READER("fetch.min.bytes", "1",
           "kafka.fetch.min.bytes: not for Kaffe: fetching is its own: use min_bytes\n");
}

static void a_property_of_another_kind_of_client_is_refused(void **state)
{
    (void)state;
    CONSUMER("batch.size", "1", "kafka.batch.size: not for Kaffe: it is a producer's\n");
    PRODUCER("fetch.min.bytes", "1", "kafka.fetch.min.bytes: not for Kaffe: it is a consumer's\n");
    PRODUCER("group.id", "g", "kafka.group.id: not for Kaffe: it is a consumer's\n");
}

static void what_fetching_can_not_do_is_a_producers(void **state)
{
    (void)state;
    PRODUCER("ssl.cipher.suites", "ECDHE-RSA-AES256-GCM-SHA384", "");
    PRODUCER("sasl.oauthbearer.method", "oidc", "");
    CONSUMER("ssl.cipher.suites", "x",
             "kafka.ssl.cipher.suites: not for Kaffe: fetching leaves this to OpenSSL's "
             "configuration\n");
    READER("ssl.keystore.location", "x.p12",
           "kafka.ssl.keystore.location: not for Kaffe: fetching reads PEM files: use "
           "ssl_certificate_location and ssl_key_location\n");
    CONSUMER("sasl.oauthbearer.method", "oidc",
             "kafka.sasl.oauthbearer.method: not for Kaffe: fetching asks no identity provider: "
             "use sasl_oauthbearer_token_command\n");
    PRODUCER("sasl.kerberos.keytab", "x",
             "kafka.sasl.kerberos.keytab: not for Kaffe: fetching speaks no Kerberos, so that "
             "nothing does\n");
}

static void other_names_of_options_are_checked_as_those(void **state)
{
    (void)state;
    PRODUCER("security.protocol", "SASL_SSL", "");
    CONSUMER("sasl.password", "hunter2", "");
    READER("ssl.ca.location", "ca.pem", "");
    CONSUMER("security.protocol", "anything", "");
}

static void nothing_turns_verification_off(void **state)
{
    (void)state;
    PRODUCER("enable.ssl.certificate.verification", "true", "");
    PRODUCER("ssl.endpoint.identification.algorithm", "https", "");
    const char *off[] = { "false", "0", "f", "no", "" };
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++)
        PRODUCER("enable.ssl.certificate.verification", off[i],
                 "kafka.enable.ssl.certificate.verification: not for Kaffe: who a broker is, is "
                 "always verified\n");
    PRODUCER("ssl.endpoint.identification.algorithm", "none",
             "kafka.ssl.endpoint.identification.algorithm: not for Kaffe: who a broker is, is "
             "always verified\n");
}

static void a_misspelt_name_is_put_right(void **state)
{
    (void)state;
    CONSUMER("sokcet.timeout.ms", "1",
             "kafka.sokcet.timeout.ms: no such property: did you mean socket.timeout.ms?\n");
    CONSUMER("socket_timeout_ms", "1",
             "kafka.socket_timeout_ms: no such property: did you mean socket.timeout.ms?\n");
    CONSUMER("colour", "1", "kafka.colour: librdkafka has no such property\n");
    CONSUMER("", "1", "kafka.: librdkafka has no such property\n");
    CONSUMER("a\"b\n", "1", "kafka.a\\\"b\\x0a: librdkafka has no such property\n");
}

static void what_this_librdkafka_does_not_have_is_refused_with_its_version(void **state)
{
    (void)state;
    CONSUMER("client.dns.lookup", "use_all_dns_ips", "");
    CONSUMER("metadata.recovery.strategy", "none",
             "kafka.metadata.recovery.strategy: librdkafka 2.4.0 does not have it: 2.10.0 or later "
             "does\n");
    PRODUCER("https.ca.pem", "secret",
             "kafka.https.ca.pem: librdkafka 2.4.0 does not have it: 2.11.0 or later does\n");
}

static void a_value_is_checked_and_not_shown(void **state)
{
    (void)state;
    const char *bad[] = { "999", "300001", "1e9", "5000 ", "", "0x1000", "99999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CONSUMER("socket.timeout.ms", bad[i], "kafka.socket.timeout.ms: must be 1000..300000\n");
    CONSUMER("socket.timeout.ms", "1000", "");
    CONSUMER("socket.timeout.ms", "300000", "");
    CONSUMER("socket.nagle.disable", "yes",
             "kafka.socket.nagle.disable: must be one of true, false\n");
    CONSUMER("broker.address.family", "v5",
             "kafka.broker.address.family: must be one of any, v4, v6\n");
    CONSUMER("broker.address.family", "v4, v6",
             "kafka.broker.address.family: must be one of any, v4, v6\n");
    CONSUMER("broker.address.family", NULL,
             "kafka.broker.address.family = NULL: must have a value\n");
}

static void all_problems_come_at_once(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "debug", "all" },
                                          { "debug", "none" },
                                          { NULL, "hunter2" },
                                          { "client.id", "me" },
                                          { "nonesuch", "hunter2" } };
    expect(&kf_consumer_option_table, properties, 5,
           "kafka.debug: it is given twice\n"
           "kafka: property 2 has no name\n"
           "kafka.client.id: not for Kaffe: it is an option of its own: use client_id\n"
           "kafka.nonesuch: librdkafka has no such property\n");
}

static void pauses_between_connections_agree(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "reconnect.backoff.ms", "5000" },
                                          { "reconnect.backoff.max.ms", "5000" } };
    const char *problem = "kafka.reconnect.backoff.ms: must be at most reconnect.backoff.max.ms "
                          "(defaults: 100 and 2000)\n";
    expect(&kf_consumer_option_table, properties, 2, "");
    expect(&kf_consumer_option_table, properties, 1, problem);
    CONSUMER("reconnect.backoff.max.ms", "99", problem);
    CONSUMER("reconnect.backoff.max.ms", "100", "");
}

static void secrets_are_hidden_wherever_they_stand(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "sasl.password", "hunter2" },
                                          { "sasl.username", "" },
                                          { "ssl.key.password", "hunter2hunter2" },
                                          { "socket.timeout.ms", "2000" } };
    char text[] = "hunter2 and again hunter2, hunter2hunter2 2000";
    kf_kafka_properties_hide(properties, 4, text);
    assert_string_equal(text, "* and again *, ** 2000");
    char cut[] = "the password is hunt";
    kf_kafka_properties_hide(properties, 4, cut);
    assert_string_equal(cut, "the password is *");
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

static void settings_have_properties_of_their_own(void **state)
{
    (void)state;
    char name[] = "socket.timeout.ms";
    char value[] = "1234";
    kaffe_property property = { name, value };
    kaffe_consumer_options options = { .endpoints = "localhost:9092",
                                       .topics = "orders",
                                       .consumer_group = "group",
                                       .handle_message = handle_message,
                                       .kafka = &property,
                                       .kafka_count = 1 };
    struct kf_consumer_settings settings;
    assert_int_equal(
        kf_consumer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    memset(name, 'x', sizeof name - 1);
    memset(value, 'x', sizeof value - 1);
    property = (kaffe_property){ NULL, NULL };
    assert_int_equal(settings.options.kafka_count, 1);
    assert_string_equal(settings.options.kafka[0].name, "socket.timeout.ms");
    assert_string_equal(settings.options.kafka[0].value, "1234");
    kf_consumer_settings_fini(&settings);
}

static void options_report_problems_of_properties_with_all_others(void **state)
{
    (void)state;
    const kaffe_property property = { "enable.idempotence", "false" };
    struct problem_lines lines = { 0 };
    kaffe_producer_options options = { .kafka = &property, .kafka_count = 1 };
    assert_int_equal(kaffe_producer_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_non_null(strstr(lines.text, "endpoints is required"));
    assert_non_null(strstr(lines.text, "kafka.enable.idempotence: not for Kaffe: "));
    options = (kaffe_producer_options){ .endpoints = "localhost:9092", .kafka_count = 2 };
    lines = (struct problem_lines){ 0 };
    assert_int_equal(kaffe_producer_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_string_equal(lines.text,
                        "kafka = NULL: there must be 2 properties, as kafka_count says\n");
}

static void a_readers_properties_are_judged_as_a_readers(void **state)
{
    (void)state;
    kaffe_property properties[] = { { "socket.timeout.ms", "1234" }, { "debug", "all" } };
    struct problem_lines lines = { 0 };
    struct kf_reader_settings reader;
    struct kf_consumer_settings settings;
    kaffe_reader_options options = { .endpoints = "localhost:9092",
                                     .topics = "orders",
                                     .handle_message = handle_message,
                                     .kafka = properties,
                                     .kafka_count = 2 };
    assert_int_equal(kaffe_reader_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_string_equal(lines.text,
                        "kafka.debug: not for Kaffe: a reader does without librdkafka\n");
    options.kafka_count = 1;
    assert_int_equal(
        kf_reader_settings_init(&reader, &settings, &options, sizeof options, NULL, NULL, NULL),
        KAFFE_OK);
    properties[0] = (kaffe_property){ NULL, NULL };
    assert_string_equal(settings.options.kafka[0].value, "1234");
    kf_reader_settings_fini(&reader);
    kf_consumer_settings_fini(&settings);
}

static void the_data_plane_means_what_properties_say(void **state)
{
    (void)state;
    const kaffe_property properties[] = {
        { "socket.keepalive.enable", "false" },
        { "socket.nagle.disable", "FALSE" },
        { "socket.send.buffer.bytes", "1" },
        { "socket.receive.buffer.bytes", "2" },
        { "broker.address.family", "v6" },
        { "socket.connection.setup.timeout.ms", "3000" },
        { "socket.timeout.ms", "4000" },
        { "reconnect.backoff.ms", "5" },
        { "reconnect.backoff.max.ms", "6" },
        { "connections.max.idle.ms", "1" },
        { "topic.metadata.refresh.interval.ms", "800" },
    };
    struct kf_connection_settings s = kf_connection_settings_of(properties, 11);
    assert_false(s.keepalive);
    assert_true(s.nagle);
    assert_int_equal(s.send_buffer_bytes, 1);
    assert_int_equal(s.receive_buffer_bytes, 2);
    assert_int_equal(s.address_family, KF_FAMILY_V6);
    assert_int_equal(s.connect_timeout_ms, 3000);
    assert_int_equal(s.request_timeout_ms, 4000);
    assert_int_equal(s.reconnect_backoff_ms, 5);
    assert_int_equal(s.reconnect_backoff_max_ms, 6);
    assert_int_equal(s.max_idle_ms, 1000); /* no more than once a second */
    assert_int_equal(s.metadata_max_age_ms, 800);
}

static void the_smaller_of_two_ages_counts(void **state)
{
    (void)state;
    kaffe_property properties[] = { { "metadata.max.age.ms", "700" },
                                    { "topic.metadata.refresh.interval.ms", "800" } };
    assert_int_equal(kf_connection_settings_of(properties, 2).metadata_max_age_ms, 700);
    assert_int_equal(kf_connection_settings_of(properties, 1).metadata_max_age_ms, 700);
    properties[0].value = "900000";
    assert_int_equal(kf_connection_settings_of(properties, 1).metadata_max_age_ms, 300000);
}

static void a_connection_is_kept_unless_it_is_said_how_long(void **state)
{
    (void)state;
    kaffe_property idle = { "connections.max.idle.ms", "0" };
    assert_int_equal(kf_connection_settings_of(NULL, 0).max_idle_ms, 0);
    assert_int_equal(kf_connection_settings_of(&idle, 1).max_idle_ms, 0);
    idle.value = "1001";
    assert_int_equal(kf_connection_settings_of(&idle, 1).max_idle_ms, 1001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_for_both_planes_is_taken_by_all),
        cmocka_unit_test(what_librdkafka_does_alone_is_nothing_for_a_reader),
        cmocka_unit_test(a_refusal_says_why_and_what_to_use),
        cmocka_unit_test(a_property_of_another_kind_of_client_is_refused),
        cmocka_unit_test(what_fetching_can_not_do_is_a_producers),
        cmocka_unit_test(other_names_of_options_are_checked_as_those),
        cmocka_unit_test(nothing_turns_verification_off),
        cmocka_unit_test(a_misspelt_name_is_put_right),
        cmocka_unit_test(what_this_librdkafka_does_not_have_is_refused_with_its_version),
        cmocka_unit_test(a_value_is_checked_and_not_shown),
        cmocka_unit_test(all_problems_come_at_once),
        cmocka_unit_test(pauses_between_connections_agree),
        cmocka_unit_test(secrets_are_hidden_wherever_they_stand),
        cmocka_unit_test(settings_have_properties_of_their_own),
        cmocka_unit_test(options_report_problems_of_properties_with_all_others),
        cmocka_unit_test(a_readers_properties_are_judged_as_a_readers),
        cmocka_unit_test(the_data_plane_means_what_properties_say),
        cmocka_unit_test(the_smaller_of_two_ages_counts),
        cmocka_unit_test(a_connection_is_kept_unless_it_is_said_how_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
