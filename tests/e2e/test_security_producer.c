/* SPDX-License-Identifier: MIT
 * A producer, TLS and logins on a real Kafka: right credentials work, wrong ones are refused within
 * ten seconds by a line that names the cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "e2e_broker.h"
#include "e2e_security.h"
#include "kaffe.h"

#define REFUSED_WITHIN_MS 10000

static struct e2e_name topic;

static void quiet(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

static kaffe_producer_options options_for(const char *listener, const char *protocol)
{
    return (kaffe_producer_options){ .endpoints = e2e_listener(listener),
                                     .topics = topic.text,
                                     .log = quiet,
                                     .shutdown_timeout_ms = 1000,
                                     .security_protocol = protocol,
                                     .ssl_ca_location =
                                         strstr(protocol, "ssl") ? e2e_pem("ca.pem") : NULL };
}

static kaffe_status produce(const kaffe_producer_options *options, kaffe_error *err)
{
    const kaffe_record record = { .value = kaffe_text("value") };
    kaffe_producer *producer = kaffe_producer_new(options, err);
    if (!producer)
        return err->status;
    kaffe_status status = kaffe_produce_sync(producer, &record, err);
    kaffe_producer_free(producer);
    return status;
}

static void assert_works(const kaffe_producer_options *options)
{
    kaffe_error err;
    if (produce(options, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
}

static void assert_refused(const kaffe_producer_options *options, const char *cause)
{
    kaffe_error err;
    int64_t began_ms = kf_clock_ms();
    assert_int_equal(produce(options, &err), KAFFE_DENIED);
    assert_true(kf_clock_ms() - began_ms < REFUSED_WITHIN_MS);
    if (!strstr(err.message, cause))
        fail_msg("\"%s\" is not in: %s", cause, err.message);
}

static void tls_with_a_trusted_certificate_works(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("SSL", "ssl");
    assert_works(&options);
}

static void wrong_certificates_are_refused_by_their_cause(void **state)
{
    (void)state;
    static const char *const wrong[][2] = { { "EXPIRED", "certificate expired" },
                                            { "ELSEWHERE", "wrong host" },
                                            { "FOREIGN", "unknown CA" },
                                            { "ALONE", "self-signed" },
                                            { "MUTUAL", "client certificate missing" } };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        kaffe_producer_options options = options_for(wrong[i][0], "ssl");
        assert_refused(&options, wrong[i][1]);
    }
}

static void the_systems_authorities_do_not_know_ours(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("SSL", "ssl");
    options.ssl_ca_location = NULL;
    assert_refused(&options, "unknown CA");
}

static void mutual_tls_works_with_files(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("MUTUAL", "ssl");
    options.ssl_certificate_location = e2e_pem("client.pem");
    options.ssl_key_location = e2e_pem("client-encrypted.key");
    options.ssl_key_password = "opensesame";
    assert_works(&options);
}

static void mutual_tls_works_with_texts_and_a_chain(void **state)
{
    (void)state;
    char *ca = e2e_pem_text("ca.pem");
    char *certificate = e2e_pem_text("chained.pem");
    char *key = e2e_pem_text("chained.key");
    kaffe_producer_options options = options_for("MUTUAL", "ssl");
    options.ssl_ca_location = NULL;
    options.ssl_ca_pem = ca;
    options.ssl_certificate_pem = certificate;
    options.ssl_key_pem = key;
    assert_works(&options);
    free(ca);
    free(certificate);
    free(key);
}

static void a_foreign_client_certificate_is_refused(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("MUTUAL", "ssl");
    options.ssl_certificate_location = e2e_pem("foreign.pem");
    options.ssl_key_location = e2e_pem("foreign.key");
    assert_refused(&options, "the broker refuses the client's certificate");
}

static void a_password_over_tls_works_and_a_wrong_one_is_refused(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("SASL_SSL", "sasl_ssl");
    options.sasl_mechanism = "PLAIN";
    options.sasl_username = "alice";
    options.sasl_password = "alice-secret";
    assert_works(&options);
    options.sasl_password = "canary-wrong";
    assert_refused(&options, "login refused: Invalid username or password");
}

static void librdkafkas_names_work_as_in_kcat(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "security.protocol", "SASL_SSL" },
                                          { "ssl.ca.location", e2e_pem("ca.pem") },
                                          { "sasl.mechanisms", "PLAIN" },
                                          { "sasl.username", "alice" },
                                          { "sasl.password", "alice-secret" } };
    const kaffe_producer_options options = { .endpoints = e2e_listener("SASL_SSL"),
                                             .topics = topic.text,
                                             .log = quiet,
                                             .kafka = properties,
                                             .kafka_count = 5 };
    assert_works(&options);
}

/* Written for either: Debian 12's librdkafka can not, and says so; a newer one can. */
static void scram_works_or_its_librdkafka_is_named(void **state)
{
    (void)state;
    kaffe_producer_options options = options_for("SASL_SSL", "sasl_ssl");
    options.sasl_mechanism = "SCRAM-SHA-256";
    options.sasl_username = "alice";
    options.sasl_password = "alice-secret";
    if (strncmp(kaffe_librdkafka_version(), "2.0.", 4) == 0)
        assert_refused(&options, "needs librdkafka 2.6.0 or newer");
    else
        assert_works(&options);
}

/* {"sub":"alice","iat":1700000000,"exp":4000000000}, signed by nobody: what this listener takes. */
#define TOKEN                                                                                      \
    "eyJhbGciOiJub25lIn0."                                                                         \
    "eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDAwMDAwMDAwfQ."

static kaffe_status give_token(kaffe_token *token, void *ctx, kaffe_error *err)
{
    (void)err;
    ++*(int *)ctx;
    kaffe_token_set(token, TOKEN, NULL, 0);
    return KAFFE_OK;
}

static void a_token_works_from_a_command_and_from_a_callback(void **state)
{
    (void)state;
    int calls = 0;
    kaffe_producer_options options = options_for("SASL_SSL", "sasl_ssl");
    options.sasl_mechanism = "OAUTHBEARER";
    options.sasl_oauthbearer_token_command = "echo " TOKEN;
    assert_works(&options);
    options.sasl_oauthbearer_token_command = NULL;
    options.sasl_oauthbearer_token = give_token;
    options.sasl_oauthbearer_token_ctx = &calls;
    assert_works(&options);
    assert_true(calls > 0);
}

static void assert_says(const kaffe_error *err, const char *part)
{
    if (!strstr(err->message, part))
        fail_msg("%s", err->message);
}

static void plaintext_and_tls_do_not_mix(void **state)
{
    (void)state;
    kaffe_error err;
    kaffe_producer_options options = options_for("SSL", "plaintext");
    options.start_timeout_ms = 8000;
    assert_int_equal(produce(&options, &err), KAFFE_NOT_WRITTEN);
    assert_says(&err, "it may want TLS");
    options = options_for("SSL", "ssl");
    options.endpoints = e2e_endpoints();
    options.start_timeout_ms = 8000;
    assert_int_equal(produce(&options, &err), KAFFE_NOT_WRITTEN);
    assert_says(&err, "plaintext there?");
}

static int begin(void **state)
{
    (void)state;
    topic = e2e_name("security");
    e2e_create_topic(topic.text, 1, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_with_a_trusted_certificate_works),
        cmocka_unit_test(wrong_certificates_are_refused_by_their_cause),
        cmocka_unit_test(the_systems_authorities_do_not_know_ours),
        cmocka_unit_test(mutual_tls_works_with_files),
        cmocka_unit_test(mutual_tls_works_with_texts_and_a_chain),
        cmocka_unit_test(a_foreign_client_certificate_is_refused),
        cmocka_unit_test(a_password_over_tls_works_and_a_wrong_one_is_refused),
        cmocka_unit_test(librdkafkas_names_work_as_in_kcat),
        cmocka_unit_test(scram_works_or_its_librdkafka_is_named),
        cmocka_unit_test(a_token_works_from_a_command_and_from_a_callback),
        cmocka_unit_test(plaintext_and_tls_do_not_mix),
    };
    if (e2e_security_missing())
        return 0;
    return cmocka_run_group_tests(tests, begin, NULL);
}
