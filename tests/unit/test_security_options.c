/* SPDX-License-Identifier: MIT
 * What options about security have to say together, and that each mistake is one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_settings.h"
#include "problem_lines.h"

#define EP .endpoints = "kafka:9093"

static void expect(const kaffe_producer_options *options, const char *expected)
{
    struct problem_lines lines = { 0 };
    kaffe_status status = kaffe_producer_options_check(options, problem_lines_collect, &lines);
    assert_int_equal(status, *expected ? KAFFE_INVALID : KAFFE_OK);
    assert_string_equal(lines.text, expected);
}

static kaffe_status no_token(kaffe_token *token, void *ctx, kaffe_error *err)
{
    (void)token, (void)ctx, (void)err;
    return KAFFE_FAILED;
}

static void protocols_and_mechanisms_are_read_in_any_case(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    kaffe_producer_options options = { EP, .security_protocol = "SASL_ssl",
                                       .sasl_mechanism = "scram-sha-512", .sasl_username = "alice",
                                       .sasl_password = "secret" };
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_true(settings.security.tls);
    assert_true(settings.security.verify_host);
    assert_int_equal(settings.security.mechanism, KF_SASL_SCRAM_SHA_512);
    assert_string_equal(settings.security.username, "alice");
    assert_string_equal(settings.security.password, "secret");
    assert_null(settings.security.ca_pem);
    kf_producer_settings_fini(&settings);
}

static void plaintext_is_the_default(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    kaffe_producer_options options = { EP };
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_false(settings.security.tls);
    assert_int_equal(settings.security.mechanism, KF_SASL_NONE);
    kf_producer_settings_fini(&settings);
}

static void unknown_words_are_refused(void **state)
{
    (void)state;
    expect(
        &(kaffe_producer_options){ EP, .security_protocol = "tls" },
        "security_protocol = \"tls\": must be one of plaintext, ssl, sasl_plaintext, sasl_ssl\n");
    expect(&(kaffe_producer_options){ EP, .security_protocol = "sasl_ssl",
                                      .sasl_mechanism = "gssapi" },
           "sasl_mechanism = \"gssapi\": not supported by libkaffe " KAFFE_VERSION
           ": fetching speaks no Kerberos; must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, "
           "OAUTHBEARER\n");
}

static void certificates_need_tls(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ EP, .ssl_ca_pem = "x" },
           "ssl_ca_pem: needs security_protocol ssl, or sasl_ssl\n"
           "ssl_ca_pem: has no certificate: a PEM text has a line -----BEGIN CERTIFICATE-----\n");
}

static void half_a_pair_is_refused(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl",
                                      .ssl_certificate_location = "cert.pem" },
           "ssl_certificate_location: its key is missing: set ssl_key_location, or ssl_key_pem\n");
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl", .ssl_key_pem = "x" },
           "ssl_key_pem: its certificate is missing: set ssl_certificate_location, or "
           "ssl_certificate_pem\n");
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl", .ssl_key_password = "x" },
           "ssl_key_password: there is no key that it is for: set ssl_key_location, or "
           "ssl_key_pem\n");
}

static void a_file_and_its_text_are_one_too_many(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl",
                                      .ssl_ca_location = "/nonexistent/ca.pem", .ssl_ca_pem = "x" },
           "ssl_ca_location: ssl_ca_pem is given, too: leave one of them out\n"
           "ssl_ca_location = \"/nonexistent/ca.pem\": can not be read: No such file or "
           "directory\n");
}

static void a_folder_is_no_file(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl", .ssl_ca_location = "/tmp" },
           "ssl_ca_location = \"/tmp\": is no file: name one that holds a PEM text\n");
}

static void a_login_needs_its_protocol(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ EP, .security_protocol = "ssl", .sasl_mechanism = "PLAIN",
                                      .sasl_username = "a", .sasl_password = "b",
                                      .sasl_oauthbearer_token_command = "c" },
           "sasl_mechanism: needs security_protocol sasl_ssl, or sasl_plaintext\n"
           "sasl_username: needs security_protocol sasl_ssl, or sasl_plaintext\n"
           "sasl_password: needs security_protocol sasl_ssl, or sasl_plaintext\n"
           "sasl_oauthbearer_token_command: needs security_protocol sasl_ssl, or "
           "sasl_plaintext\n");
    expect(&(kaffe_producer_options){ EP, .security_protocol = "sasl_ssl" },
           "sasl_mechanism is required: security_protocol is sasl_ssl: one of PLAIN, "
           "SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER\n");
}

static void a_password_needs_a_name_and_the_other_way_round(void **state)
{
    (void)state;
    kaffe_producer_options options = { EP, .security_protocol = "sasl_ssl",
                                       .sasl_mechanism = "PLAIN" };
    expect(&options, "sasl_username is required: sasl_mechanism is PLAIN\n"
                     "sasl_password is required: sasl_mechanism is PLAIN\n");
    options.sasl_username = "alice";
    expect(&options, "sasl_password is required: sasl_mechanism is PLAIN\n");
    options.sasl_password = "secret";
    options.sasl_oauthbearer_token = no_token;
    expect(&options, "sasl_oauthbearer_token: needs sasl_mechanism OAUTHBEARER\n");
}

static void tokens_come_from_one_place(void **state)
{
    (void)state;
    kaffe_producer_options options = { EP, .security_protocol = "sasl_ssl",
                                       .sasl_mechanism = "oauthbearer" };
    expect(&options, "sasl_mechanism = \"OAUTHBEARER\": where its tokens come from is missing: set "
                     "sasl_oauthbearer_token_command, or in C sasl_oauthbearer_token\n");
    options.sasl_oauthbearer_token = no_token;
    expect(&options, "");
    options.sasl_oauthbearer_token_command = "true";
    options.sasl_password = "secret";
    expect(&options, "sasl_password: OAUTHBEARER logs in by a token: leave it out\n"
                     "sasl_oauthbearer_token_command: sasl_oauthbearer_token is given, too: leave "
                     "one of them out\n");
}

static void a_scheme_has_to_agree(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ .endpoints = "kafka+ssl://a:1" },
           "endpoints: \"kafka+ssl://a:1\": needs security_protocol ssl, or sasl_ssl\n");
    expect(&(kaffe_producer_options){ .endpoints = "kafka://a:1", .security_protocol = "ssl" },
           "endpoints: \"kafka://a:1\": kafka:// is without TLS, which security_protocol asks for: "
           "write host:port\n");
    expect(&(kaffe_producer_options){ .endpoints = "kafka+ssl://a:1", .security_protocol = "ssl" },
           "");
}

static void librdkafkas_names_are_other_names(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    const kaffe_property properties[] = { { "security.protocol", "SASL_PLAINTEXT" },
                                          { "sasl.mechanism", "PLAIN" },
                                          { "sasl.mechanisms", "plain" },
                                          { "socket.timeout.ms", "2000" },
                                          { "sasl.username", "alice" },
                                          { "sasl.password", "secret" },
                                          { "ssl.ca.location", "probe" } };
    kaffe_producer_options options = { EP, .kafka = properties, .kafka_count = 7 };
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_int_equal(settings.security.mechanism, KF_SASL_PLAIN);
    assert_string_equal(settings.security.password, "secret");
    assert_int_equal(settings.options.kafka_count, 1); /* the rest has become options */
    assert_string_equal(settings.options.kafka[0].name, "socket.timeout.ms");
    kf_producer_settings_fini(&settings);
}

static void what_is_said_twice_has_to_be_the_same(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "security.protocol", "ssl" },
                                          { "sasl.username", "bob" } };
    expect(&(kaffe_producer_options){ EP, .kafka = properties, .kafka_count = 2,
                                      .security_protocol = "SASL_SSL", .sasl_mechanism = "PLAIN",
                                      .sasl_username = "bob", .sasl_password = "secret" },
           "kafka.security.protocol: it is another name of security_protocol, which says something "
           "else\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocols_and_mechanisms_are_read_in_any_case),
        cmocka_unit_test(plaintext_is_the_default),
        cmocka_unit_test(unknown_words_are_refused),
        cmocka_unit_test(certificates_need_tls),
        cmocka_unit_test(half_a_pair_is_refused),
        cmocka_unit_test(a_file_and_its_text_are_one_too_many),
        cmocka_unit_test(a_folder_is_no_file),
        cmocka_unit_test(a_login_needs_its_protocol),
        cmocka_unit_test(a_password_needs_a_name_and_the_other_way_round),
        cmocka_unit_test(tokens_come_from_one_place),
        cmocka_unit_test(a_scheme_has_to_agree),
        cmocka_unit_test(librdkafkas_names_are_other_names),
        cmocka_unit_test(what_is_said_twice_has_to_be_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
