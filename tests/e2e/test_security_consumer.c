/* SPDX-License-Identifier: MIT
 * A consumer and a reader, TLS and logins on a real Kafka: both planes get in with right
 * credentials, and wrong ones are refused within ten seconds by a line that names the cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "e2e_broker.h"
#include "e2e_producer.h"
#include "e2e_security.h"
#include "kaffe.h"

#define REFUSED_WITHIN_MS 10000
#define WORKS_WITHIN_MS 30000

static struct e2e_name topic;
static struct e2e_name group;

/* What all clients of this test say, out of which the options of a consumer and of a reader are
 * made. */
struct security {
    const char *listener;
    const char *protocol;
    const char *ca;
    const char *certificate;
    const char *key;
    const char *mechanism;
    const char *username;
    const char *password;
    const char *token_command;
};

/* --- a consumer --------------------------------------------------------------------------- */

struct seen {
    atomic_int messages;
    kaffe_consumer *consumer;
};

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct seen *seen = ctx;
    (void)m;
    atomic_fetch_add(&seen->messages, 1);
    kaffe_consumer_stop(seen->consumer);
    return KAFFE_OK;
}

static void quiet(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

static kaffe_consumer *open_consumer(const struct security *security, struct seen *seen,
                                     kaffe_error *err)
{
    const kaffe_consumer_options options = { .endpoints = e2e_listener(security->listener),
                                             .topics = topic.text,
                                             .consumer_group = group.text,
                                             .handle_message = handle_message,
                                             .ctx = seen,
                                             .log = quiet,
                                             .start_with_earliest_message = true,
                                             .start_timeout_ms = WORKS_WITHIN_MS,
                                             .security_protocol = security->protocol,
                                             .ssl_ca_location = security->ca,
                                             .ssl_certificate_location = security->certificate,
                                             .ssl_key_location = security->key,
                                             .sasl_mechanism = security->mechanism,
                                             .sasl_username = security->username,
                                             .sasl_password = security->password,
                                             .sasl_oauthbearer_token_command =
                                                 security->token_command };
    group = e2e_name("security"); /* the next one begins anew */
    return kaffe_consumer_new(&options, err);
}

static kaffe_consumer *open_reader(const struct security *security, struct seen *seen,
                                   kaffe_error *err)
{
    const kaffe_reader_options options = { .endpoints = e2e_listener(security->listener),
                                           .topics = topic.text,
                                           .handle_message = handle_message,
                                           .ctx = seen,
                                           .log = quiet,
                                           .start_timeout_ms = WORKS_WITHIN_MS,
                                           .security_protocol = security->protocol,
                                           .ssl_ca_location = security->ca,
                                           .ssl_certificate_location = security->certificate,
                                           .ssl_key_location = security->key,
                                           .sasl_mechanism = security->mechanism,
                                           .sasl_username = security->username,
                                           .sasl_password = security->password,
                                           .sasl_oauthbearer_token_command =
                                               security->token_command };
    return kaffe_reader_new(&options, err);
}

/* --- what comes of it --------------------------------------------------------------------- */

typedef kaffe_consumer *(*open_fn)(const struct security *security, struct seen *seen,
                                   kaffe_error *err);

static kaffe_status run(open_fn open, const struct security *security, struct seen *seen,
                        kaffe_error *err)
{
    seen->consumer = open(security, seen, err);
    if (!seen->consumer)
        return err->status;
    kaffe_status status = kaffe_consumer_start(seen->consumer, err);
    if (status == KAFFE_OK)
        status = kaffe_consumer_wait(seen->consumer, WORKS_WITHIN_MS, err);
    kaffe_consumer_free(seen->consumer);
    return status;
}

static void assert_works(const struct security *security)
{
    static const open_fn opens[] = { open_consumer, open_reader };
    for (size_t i = 0; i < 2; i++) {
        kaffe_error err;
        struct seen seen = { 0 };
        if (run(opens[i], security, &seen, &err) != KAFFE_OK)
            fail_msg("%s", err.message);
        assert_true(atomic_load(&seen.messages) > 0);
    }
}

static void assert_refused(const struct security *security, const char *cause)
{
    static const open_fn opens[] = { open_consumer, open_reader };
    for (size_t i = 0; i < 2; i++) {
        kaffe_error err;
        struct seen seen = { 0 };
        int64_t began_ms = kf_clock_ms();
        if (run(opens[i], security, &seen, &err) != KAFFE_DENIED)
            fail_msg("%s %s: %d %s", security->listener, i ? "reader" : "consumer", err.status,
                     err.message);
        assert_true(kf_clock_ms() - began_ms < REFUSED_WITHIN_MS);
        if (!strstr(err.message, cause))
            fail_msg("\"%s\" is not in: %s", cause, err.message);
        assert_null(strchr(err.message, '\n'));
        assert_int_equal(atomic_load(&seen.messages), 0);
    }
}

static void mutual_tls_works(void **state)
{
    (void)state;
    assert_works(&(struct security){ .listener = "MUTUAL",
                                     .protocol = "ssl",
                                     .ca = e2e_pem("ca.pem"),
                                     .certificate = e2e_pem("chained.pem"),
                                     .key = e2e_pem("chained.key") });
}

static void a_password_over_tls_works(void **state)
{
    (void)state;
    assert_works(&(struct security){ .listener = "SASL_SSL",
                                     .protocol = "sasl_ssl",
                                     .ca = e2e_pem("ca.pem"),
                                     .mechanism = "PLAIN",
                                     .username = "alice",
                                     .password = "alice-secret" });
}

/* {"sub":"alice","iat":1700000000,"exp":4000000000}, signed by nobody: what this listener takes. */
static void a_token_over_tls_works(void **state)
{
    (void)state;
    assert_works(&(struct security){
        .listener = "SASL_SSL",
        .protocol = "sasl_ssl",
        .ca = e2e_pem("ca.pem"),
        .mechanism = "OAUTHBEARER",
        .token_command = "echo eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAw"
                         "MCwiZXhwIjo0MDAwMDAwMDAwfQ." });
}

static void wrong_certificates_are_refused_by_their_cause(void **state)
{
    (void)state;
    static const char *const wrong[][2] = { { "EXPIRED", "certificate expired" },
                                            { "ELSEWHERE", "wrong host" },
                                            { "FOREIGN", "unknown CA" },
                                            { "ALONE", "self-signed" },
                                            { "MUTUAL", "client certificate missing" } };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(&(struct security){ .listener = wrong[i][0],
                                           .protocol = "ssl",
                                           .ca = e2e_pem("ca.pem") },
                       wrong[i][1]);
}

static void a_wrong_password_is_refused(void **state)
{
    (void)state;
    assert_refused(&(struct security){ .listener = "SASL_SSL",
                                       .protocol = "sasl_ssl",
                                       .ca = e2e_pem("ca.pem"),
                                       .mechanism = "PLAIN",
                                       .username = "alice",
                                       .password = "wrong" },
                   "Invalid username or password");
}

static void a_foreign_client_certificate_is_refused(void **state)
{
    (void)state;
    assert_refused(&(struct security){ .listener = "MUTUAL",
                                       .protocol = "ssl",
                                       .ca = e2e_pem("ca.pem"),
                                       .certificate = e2e_pem("foreign.pem"),
                                       .key = e2e_pem("foreign.key") },
                   "the broker refuses the client's certificate");
}

static int begin(void **state)
{
    (void)state;
    const kaffe_record record = { .value = kaffe_text("value") };
    topic = e2e_name("security");
    group = e2e_name("security");
    e2e_create_topic(topic.text, 1, NULL);
    e2e_produce(topic.text, 0, &record, 1, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutual_tls_works),
        cmocka_unit_test(a_password_over_tls_works),
        cmocka_unit_test(a_token_over_tls_works),
        cmocka_unit_test(wrong_certificates_are_refused_by_their_cause),
        cmocka_unit_test(a_wrong_password_is_refused),
        cmocka_unit_test(a_foreign_client_certificate_is_refused),
    };
    if (e2e_security_missing())
        return 0;
    return cmocka_run_group_tests(tests, begin, NULL);
}
