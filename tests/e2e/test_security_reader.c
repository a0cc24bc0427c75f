/* SPDX-License-Identifier: MIT
 * A reader, which has the data plane alone, behind TLS and logins of a real Kafka: right
 * credentials read, wrong ones are refused within ten seconds by a line that names the cause,
 * whichever librdkafka is there. */
#include "clock.h"
#include "e2e_broker.h"
#include "e2e_security.h"
#include "kaffe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    COUNT = 300,
    VALUE_BYTES = 20000, /* in all more than a turn of the I/O thread */
    REFUSED_WITHIN_MS = 10000
};

static struct e2e_name topic;

/* What was handled: each message once, in order, whole. */
struct seen {
    int64_t count;
    int64_t wrong;
};

static char value_of(int64_t offset)
{
    return (char)('a' + offset % 26);
}

static kaffe_status see(const kaffe_message *message, void *ctx)
{
    struct seen *seen = ctx;
    const char *value = message->value.data;
    seen->wrong += message->offset != seen->count;
    seen->wrong += message->value.size != VALUE_BYTES || value[0] != value_of(message->offset) ||
                   value[VALUE_BYTES - 1] != value_of(message->offset);
    seen->count++;
    return KAFFE_OK;
}

static void quiet(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)ctx;
    if (strstr(fields, "secret") || strstr(fields, "canary"))
        abort();
}

static kaffe_reader_options options_for(const char *listener, const char *protocol)
{
    return (kaffe_reader_options){ .endpoints = e2e_listener(listener),
                                   .topics = topic.text,
                                   .handle_message = see,
                                   .log = quiet,
                                   .stop_at = "end",
                                   .start_timeout_ms = 5000,
                                   .security_protocol = protocol,
                                   .ssl_ca_location =
                                       strstr(protocol, "ssl") ? e2e_pem("ca.pem") : NULL };
}

static void assert_reads(kaffe_reader_options *options)
{
    kaffe_error err;
    struct seen seen = { 0 };
    options->ctx = &seen;
    if (kaffe_read(options, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(seen.count, COUNT);
    assert_int_equal(seen.wrong, 0);
}

static void assert_fails(kaffe_reader_options *options, kaffe_status status, const char *cause)
{
    kaffe_error err;
    struct seen seen = { 0 };
    int64_t began_ms = kf_clock_ms();
    options->ctx = &seen;
    assert_int_equal(kaffe_read(options, &err), status);
    assert_true(kf_clock_ms() - began_ms < REFUSED_WITHIN_MS);
    if (!strstr(err.message, cause))
        fail_msg("\"%s\" is not in: %s", cause, err.message);
    assert_null(strchr(err.message, '\n'));
    assert_int_equal(seen.count, 0);
}

static void tls_with_a_trusted_certificate_reads(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("SSL", "ssl");
    assert_reads(&options);
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
        kaffe_reader_options options = options_for(wrong[i][0], "ssl");
        options.start_timeout_ms = 1000;
        assert_fails(&options, KAFFE_DENIED, wrong[i][1]);
    }
}

static void the_systems_authorities_do_not_know_ours(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("SSL", "ssl");
    options.ssl_ca_location = NULL;
    options.start_timeout_ms = 1000;
    assert_fails(&options, KAFFE_DENIED, "unknown CA");
}

static void a_client_certificate_with_its_chain_reads(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("MUTUAL", "ssl");
    options.ssl_certificate_location = e2e_pem("client.pem");
    options.ssl_key_location = e2e_pem("client-encrypted.key");
    options.ssl_key_password = "opensesame";
    assert_reads(&options);
    options.ssl_certificate_location = e2e_pem("chained.pem");
    options.ssl_key_location = e2e_pem("chained.key");
    options.ssl_key_password = NULL;
    assert_reads(&options);
}

static void a_foreign_client_certificate_is_refused(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("MUTUAL", "ssl");
    options.ssl_certificate_location = e2e_pem("foreign.pem");
    options.ssl_key_location = e2e_pem("foreign.key");
    options.start_timeout_ms = 1000;
    assert_fails(&options, KAFFE_DENIED, "the broker refuses the client's certificate");
}

static void every_mechanism_with_a_password_reads(void **state)
{
    (void)state;
    static const char *const mechanisms[] = { "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512" };
    for (size_t i = 0; i < 6; i++) {
        kaffe_reader_options options = i < 3 ? options_for("SASL_SSL", "sasl_ssl")
                                             : options_for("SASL_PLAINTEXT", "sasl_plaintext");
        options.sasl_mechanism = mechanisms[i % 3];
        options.sasl_username = "alice";
        options.sasl_password = "alice-secret";
        assert_reads(&options);
        options.sasl_password = "canary-wrong";
        options.start_timeout_ms = 1000;
        assert_fails(&options, KAFFE_DENIED, "login refused: ");
    }
}

/* {"sub":"alice","iat":1700000000,"exp":4000000000}, signed by nobody: what this listener takes. */
#define TOKEN                                                                                      \
    "eyJhbGciOiJub25lIn0."                                                                         \
    "eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDAwMDAwMDAwfQ."

/* The listener ends sessions after 3 s: handling takes longer than that. */
static kaffe_status see_slowly(const kaffe_message *message, void *ctx)
{
    static const struct timespec pause = { .tv_nsec = 25000000 };
    nanosleep(&pause, NULL);
    return see(message, ctx);
}

static int64_t disconnected;

static void count_disconnections(kaffe_log_level level, const char *event, const char *fields,
                                 void *ctx)
{
    (void)level, (void)fields, (void)ctx;
    disconnected += strcmp(event, "broker.disconnected") == 0;
}

static void a_session_of_a_token_is_renewed_while_it_reads(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("SASL_SSL", "sasl_ssl");
    options.sasl_mechanism = "OAUTHBEARER";
    options.sasl_oauthbearer_token_command = "echo " TOKEN;
    options.handle_message = see_slowly;
    options.max_bytes = 100000;
    options.log = count_disconnections;
    disconnected = 0;
    assert_reads(&options);
    assert_int_equal(disconnected, 0);
}

static void plaintext_and_tls_do_not_mix(void **state)
{
    (void)state;
    kaffe_reader_options options = options_for("SSL", "plaintext");
    options.start_timeout_ms = 1000;
    assert_fails(&options, KAFFE_TIMED_OUT, "TLS here");
    options = options_for("SSL", "ssl");
    options.endpoints = e2e_endpoints();
    options.start_timeout_ms = 1000;
    assert_fails(&options, KAFFE_TIMED_OUT, "does it speak plaintext here?");
    options = options_for("SASL_PLAINTEXT", "plaintext");
    options.start_timeout_ms = 1000;
    assert_fails(&options, KAFFE_DENIED, "does it want a login here?");
}

static int begin(void **state)
{
    static char values[COUNT][VALUE_BYTES];
    kaffe_record records[COUNT];
    (void)state;
    topic = e2e_name("security-reader");
    e2e_create_topic(topic.text, 1, NULL);
    for (int i = 0; i < COUNT; i++) {
        memset(values[i], value_of(i), VALUE_BYTES);
        records[i] = (kaffe_record){ .value = { values[i], VALUE_BYTES } };
    }
    kafka_client_produce(e2e_endpoints(), topic.text, 0, records, COUNT);
    return 0;
}

static int end(void **state)
{
    (void)state;
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_with_a_trusted_certificate_reads),
        cmocka_unit_test(wrong_certificates_are_refused_by_their_cause),
        cmocka_unit_test(the_systems_authorities_do_not_know_ours),
        cmocka_unit_test(a_client_certificate_with_its_chain_reads),
        cmocka_unit_test(a_foreign_client_certificate_is_refused),
        cmocka_unit_test(every_mechanism_with_a_password_reads),
        cmocka_unit_test(a_session_of_a_token_is_renewed_while_it_reads),
        cmocka_unit_test(plaintext_and_tls_do_not_mix),
    };
    if (e2e_security_missing())
        return 0;
    return cmocka_run_group_tests(tests, begin, end);
}
