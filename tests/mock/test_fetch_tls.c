/* SPDX-License-Identifier: MIT
 * Fetching over TLS: what comes through, and how each refusal is told. */
#include "certificates.h"
#include "fetch_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct pki {
    struct made_certificate ca;
    struct made_certificate server; /* localhost, 127.0.0.1 */
    struct made_certificate client;
};

static int set_up(void **state)
{
    struct pki *pki = calloc(1, sizeof *pki);
    pki->ca = certificate_of("Test CA", NULL, NULL);
    pki->server = certificate_of("server", "DNS:localhost,IP:127.0.0.1", &pki->ca);
    pki->client = certificate_of("client", NULL, &pki->ca);
    *state = pki;
    return 0;
}

static int tear_down(void **state)
{
    struct pki *pki = *state;
    certificate_free(&pki->ca);
    certificate_free(&pki->server);
    certificate_free(&pki->client);
    free(pki);
    return 0;
}

/* A reader that trusts the test's CA, of a broker with this certificate. */
static struct fetch_stage *raise_secure(const struct pki *pki,
                                        const struct made_certificate *certificate,
                                        struct kf_security_settings *security)
{
    struct fetch_stage *stage = fetch_stage_raise(1);
    *security =
        (struct kf_security_settings){ .tls = true, .verify_host = true, .ca_pem = pki->ca.pem };
    stage->reader.settings.security = security;
    if (certificate)
        fake_broker_secure(stage->broker, certificate, NULL);
    return stage;
}

static void reads(struct fetch_stage *stage, int batches, size_t bytes)
{
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, batches), (size_t)batches * bytes);
    fetch_stream_close(&stream);
}

static void records_come_over_tls(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, &pki->server, &security);
    stage->reader.settings.max_bytes = 4000000;
    fake_broker_append(stage->broker, 0, 200, 1, 70000); /* more than one turn reads */
    fetch_reader_start(&stage->reader);
    reads(stage, 200, 70000);
    assert_int_equal(stage->reader.disconnected, 0);
    fetch_stage_strike(stage);
}

static void a_byte_at_a_time_is_enough(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, &pki->server, &security);
    fake_broker_dribble(stage->broker, true);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    reads(stage, 5, 3000);
    fetch_stage_strike(stage);
}

static void a_client_certificate_is_shown_to_who_wants_one(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, NULL, &security);
    fake_broker_secure(stage->broker, &pki->server, &pki->ca);
    security.certificate_pem = pki->client.pem;
    security.key_pem = pki->client.key_pem;
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    reads(stage, 5, 3000);
    fetch_stage_strike(stage);
}

/* It is told once, by that cause; and when the broker has a good certificate, all goes on. */
static void is_refused(const struct pki *pki, struct fetch_stage *stage, const char *cause)
{
    struct fetch_stream stream;
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_reader_await(&stage->reader, &stage->reader.disconnected, 4);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    if (!strstr(stage->reader.why, cause) || strchr(stage->reader.why, '\n'))
        fail_msg("\"%s\" does not say \"%s\"", stage->reader.why, cause);
    assert_non_null(strstr(stage->reader.why, fake_broker_endpoint(stage->broker)));
    assert_int_equal(stage->reader.status, KAFFE_DENIED);
    fake_broker_secure(stage->broker, &pki->server, NULL);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    assert_int_equal(stage->reader.unreachable, 1);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void refuses(const struct pki *pki, const struct made_certificate *certificate,
                    const char *cause)
{
    struct kf_security_settings security;
    is_refused(pki, raise_secure(pki, certificate, &security), cause);
}

static void an_expired_certificate_is_refused(void **state)
{
    const struct pki *pki = *state;
    const struct wanted_certificate wanted = { .name = "server",
                                               .alternatives = "IP:127.0.0.1",
                                               .from_s = -7200,
                                               .until_s = -3600,
                                               .issuer = &pki->ca };
    struct made_certificate expired = certificate_make(&wanted);
    refuses(pki, &expired, "certificate expired");
    certificate_free(&expired);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    const struct pki *pki = *state;
    struct made_certificate other = certificate_of("server", "DNS:kafka.test", &pki->ca);
    refuses(pki, &other,
            "wrong host: the broker's certificate is for kafka.test, not for 127.0.0.1");
    certificate_free(&other);
}

static void a_certificate_of_an_unknown_ca_is_refused(void **state)
{
    const struct pki *pki = *state;
    struct made_certificate ca = certificate_of("Other CA", NULL, NULL);
    struct made_certificate server = certificate_of("server", "IP:127.0.0.1", &ca);
    refuses(pki, &server, "unknown CA");
    certificate_free(&server);
    certificate_free(&ca);
}

static void a_self_signed_certificate_is_refused(void **state)
{
    const struct pki *pki = *state;
    struct made_certificate own = certificate_of("alone", "IP:127.0.0.1", NULL);
    refuses(pki, &own, "self-signed");
    certificate_free(&own);
}

static void a_client_certificate_that_is_missing_is_named(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, NULL, &security);
    fake_broker_secure(stage->broker, &pki->server, &pki->ca);
    is_refused(pki, stage, "client certificate missing");
}

static void a_client_certificate_that_is_refused_is_named(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct made_certificate ca = certificate_of("Other CA", NULL, NULL);
    struct fetch_stage *stage = raise_secure(pki, NULL, &security);
    fake_broker_secure(stage->broker, &pki->server, &ca);
    security.certificate_pem = pki->client.pem;
    security.key_pem = pki->client.key_pem;
    is_refused(pki, stage, "the broker refuses the client's certificate");
    certificate_free(&ca);
}

/* It can not be reached, for a reason that is no refusal. */
static void is_unreachable(struct fetch_stage *stage, const char *cause)
{
    fetch_reader_start(&stage->reader);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    if (!strstr(stage->reader.why, cause))
        fail_msg("\"%s\" does not say \"%s\"", stage->reader.why, cause);
    assert_int_equal(stage->reader.status, KAFFE_TIMED_OUT);
}

static void a_handshake_that_nobody_answers_ends(void **state)
{
    struct kf_security_settings security;
    struct fetch_stage *stage = raise_secure(*state, NULL, &security);
    stage->reader.settings.connection.connect_timeout_ms = 200;
    is_unreachable(stage, "no answer within 200 ms"); /* a plaintext one waits for more */
    fetch_stage_strike(stage);
}

static void a_reset_during_the_handshake_is_survived(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, &pki->server, &security);
    fake_broker_slam(stage->broker, true);
    is_unreachable(stage, "the connection broke during the TLS handshake");
    fake_broker_slam(stage->broker, false);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    reads(stage, 5, 3000);
    fetch_stage_strike(stage);
}

static void plaintext_at_a_tls_port_is_named(void **state)
{
    struct kf_security_settings security;
    const struct pki *pki = *state;
    struct fetch_stage *stage = raise_secure(pki, &pki->server, &security);
    stage->reader.settings.security = NULL;
    is_unreachable(stage, "the broker hung up: does it speak TLS here?");
    fetch_stage_strike(stage);
}

static void plaintext_that_is_answered_with_an_alert_is_named(void **state)
{
    (void)state;
    const uint8_t alert[] = { 0x15, 3, 3, 0, 2, 2, 40 };
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_take_over(stage->broker, KF_API_API_VERSIONS, true);
    fetch_reader_start(&stage->reader);
    const struct fake_request *request = fake_broker_await(stage->broker, KF_API_API_VERSIONS, 0);
    fake_broker_send(stage->broker, request, alert, sizeof alert);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_non_null(strstr(stage->reader.why, "the broker speaks TLS here, not plaintext"));
    fetch_stage_strike(stage);
}

static void trust_that_can_not_be_read_is_an_error_at_once(void **state)
{
    struct kf_security_settings security;
    char no_pem[] = "no certificate";
    kaffe_error err;
    struct fetch_stage *stage = raise_secure(*state, NULL, &security);
    security.ca_pem = no_pem;
    assert_null(kf_fetcher_new(&stage->reader.settings, &stage->reader.log, &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_non_null(strstr(err.message, "the CA to trust"));
    fetch_reader_stop(&stage->reader);
    fake_broker_stop(stage->broker);
    free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_over_tls),
        cmocka_unit_test(a_byte_at_a_time_is_enough),
        cmocka_unit_test(a_client_certificate_is_shown_to_who_wants_one),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(a_certificate_for_another_host_is_refused),
        cmocka_unit_test(a_certificate_of_an_unknown_ca_is_refused),
        cmocka_unit_test(a_self_signed_certificate_is_refused),
        cmocka_unit_test(a_client_certificate_that_is_missing_is_named),
        cmocka_unit_test(a_client_certificate_that_is_refused_is_named),
        cmocka_unit_test(a_handshake_that_nobody_answers_ends),
        cmocka_unit_test(a_reset_during_the_handshake_is_survived),
        cmocka_unit_test(plaintext_at_a_tls_port_is_named),
        cmocka_unit_test(plaintext_that_is_answered_with_an_alert_is_named),
        cmocka_unit_test(trust_that_can_not_be_read_is_an_error_at_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
