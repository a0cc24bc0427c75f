/* SPDX-License-Identifier: MIT
 * Fetching behind a login: each mechanism, each refusal, and sessions that end. */
#include "certificates.h"
#include "fetch_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char username[] = "alice";
static char password[] = "pencil-1";
static char wrong_password[] = "pencil-2";

static const struct fake_login plain = { "PLAIN", username, password, 0, false };
static const struct fake_login scram_256 = { "SCRAM-SHA-256", username, password, 0, false };
static const struct fake_login scram_512 = { "SCRAM-SHA-512", username, password, 0, false };

/* A reader that logs in, at a broker that wants it to. */
static struct fetch_stage *raise_guarded(const struct fake_login *login,
                                         enum kf_sasl_mechanism mechanism,
                                         struct kf_security_settings *security)
{
    struct fetch_stage *stage = fetch_stage_raise(1);
    *security = (struct kf_security_settings){ .mechanism = mechanism,
                                               .username = username,
                                               .password = password };
    stage->reader.settings.security = security;
    fake_broker_guard(stage->broker, login);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    return stage;
}

static void reads(struct fetch_stage *stage)
{
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fetch_stream_close(&stream);
}

static void logs_in(const struct fake_login *login, enum kf_sasl_mechanism mechanism, bool dribbles)
{
    struct kf_security_settings security;
    struct fetch_stage *stage = raise_guarded(login, mechanism, &security);
    fake_broker_dribble(stage->broker, dribbles);
    fetch_reader_start(&stage->reader);
    reads(stage);
    assert_int_equal(fake_broker_intruders(stage->broker), 0);
    assert_int_equal(stage->reader.unreachable, 0);
    fetch_stage_strike(stage);
}

static void a_password_opens_the_door(void **state)
{
    (void)state;
    logs_in(&plain, KF_SASL_PLAIN, false);
    logs_in(&scram_256, KF_SASL_SCRAM_SHA_256, false);
    logs_in(&scram_512, KF_SASL_SCRAM_SHA_512, false);
}

static void a_byte_at_a_time_is_enough(void **state)
{
    (void)state;
    logs_in(&plain, KF_SASL_PLAIN, true);
    logs_in(&scram_512, KF_SASL_SCRAM_SHA_512, true);
}

static void a_login_goes_over_tls(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct made_certificate ca = certificate_of("Test CA", NULL, NULL);
    struct made_certificate server = certificate_of("server", "IP:127.0.0.1", &ca);
    struct fetch_stage *stage = raise_guarded(&scram_256, KF_SASL_SCRAM_SHA_256, &security);
    security.tls = true;
    security.verify_host = true;
    security.ca_pem = ca.pem;
    fake_broker_secure(stage->broker, &server, NULL);
    fetch_reader_start(&stage->reader);
    reads(stage);
    fetch_stage_strike(stage);
    certificate_free(&server);
    certificate_free(&ca);
}

/* It is told once, by that cause; and when the broker lets it in, all goes on. */
static void is_refused(struct fetch_stage *stage, const struct fake_login *mended,
                       const char *cause)
{
    struct fetch_stream stream;
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_reader_await(&stage->reader, &stage->reader.disconnected, 4);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    if (!strstr(stage->reader.why, cause) || strchr(stage->reader.why, '\n'))
        fail_msg("\"%s\" does not say \"%s\"", stage->reader.why, cause);
    assert_null(strstr(stage->reader.why, "pencil"));
    assert_null(strstr(stage->reader.events, "pencil"));
    assert_int_equal(stage->reader.status, KAFFE_DENIED);
    fake_broker_guard(stage->broker, mended);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    assert_int_equal(stage->reader.unreachable, 1);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_wrong_password_is_refused_until_it_is_right(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fake_login mended = plain;
    mended.password = wrong_password;
    struct fetch_stage *stage = raise_guarded(&plain, KF_SASL_PLAIN, &security);
    security.password = wrong_password;
    is_refused(stage, &mended,
               "login refused: Authentication failed: Invalid username or password (PLAIN, user "
               "alice)");
    stage = raise_guarded(&scram_512, KF_SASL_SCRAM_SHA_512, &security);
    security.password = wrong_password;
    mended.mechanism = "SCRAM-SHA-512";
    is_refused(stage, &mended, "login refused: Authentication failed");
}

static void a_mechanism_that_is_not_taken_is_named(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fetch_stage *stage = raise_guarded(&plain, KF_SASL_SCRAM_SHA_256, &security);
    is_refused(stage, &scram_256, "the broker does not take SCRAM-SHA-256 here, but PLAIN");
}

static void a_broker_that_does_not_know_the_password_is_refused(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fake_login lying = scram_256;
    lying.lies = true;
    struct fetch_stage *stage = raise_guarded(&lying, KF_SASL_SCRAM_SHA_256, &security);
    is_refused(stage, &scram_256, "the broker does not know this user's password itself");
}

static void who_does_not_log_in_learns_that_he_has_to(void **state)
{
    (void)state;
    struct kf_security_settings security;
    const struct fake_login open = { 0 };
    struct fetch_stage *stage = raise_guarded(&plain, KF_SASL_NONE, &security);
    is_refused(stage, &open, "does it want a login here?");
}

static void a_login_that_nobody_answers_ends(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fetch_stage *stage = raise_guarded(&plain, KF_SASL_PLAIN, &security);
    stage->reader.settings.connection.connect_timeout_ms = 200;
    fake_broker_take_over(stage->broker, KF_API_SASL_AUTHENTICATE, true);
    fetch_reader_start(&stage->reader);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_non_null(strstr(stage->reader.why, "no answer within 200 ms"));
    assert_int_equal(stage->reader.status, KAFFE_TIMED_OUT);
    fake_broker_take_over(stage->broker, KF_API_SASL_AUTHENTICATE, false);
    reads(stage);
    fetch_stage_strike(stage);
}

/* The session ends after 1.4 s; two connections live through several. */
static void a_session_is_renewed_before_it_ends(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fetch_stream stream;
    struct fake_login brief = scram_256;
    brief.lifetime_ms = 1400;
    struct fetch_stage *stage = raise_guarded(&brief, KF_SASL_SCRAM_SHA_256, &security);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    for (int64_t end = 5; end < 15; end++) { /* from login to login, which is two messages */
        fake_broker_await(stage->broker, KF_API_SASL_AUTHENTICATE, (int)(end - 5) * 2);
        fake_broker_append(stage->broker, 0, 1, 1, 3000);
        assert_int_equal(fetch_stream_drain(&stream, end, end + 1), 3000);
    }
    assert_true(fake_broker_logins(stage->broker) >= 8);
    assert_int_equal(fake_broker_intruders(stage->broker), 0);
    assert_int_equal(stage->reader.disconnected, 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

/* Its new password is not known yet: the connection goes, its data come over the next. */
static void a_renewal_that_is_refused_is_a_new_connection(void **state)
{
    (void)state;
    struct kf_security_settings security;
    struct fetch_stream stream;
    struct fake_login brief = plain;
    brief.lifetime_ms = 1100;
    struct fake_login other = brief;
    other.password = wrong_password;
    struct fetch_stage *stage = raise_guarded(&brief, KF_SASL_PLAIN, &security);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fake_broker_guard(stage->broker, &other);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_int_equal(stage->reader.status, KAFFE_DENIED);
    fake_broker_guard(stage->broker, &brief);
    fake_broker_append(stage->broker, 0, 1, 1, 3000);
    assert_int_equal(fetch_stream_drain(&stream, 5, 6), 3000);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_opens_the_door),
        cmocka_unit_test(a_byte_at_a_time_is_enough),
        cmocka_unit_test(a_login_goes_over_tls),
        cmocka_unit_test(a_wrong_password_is_refused_until_it_is_right),
        cmocka_unit_test(a_mechanism_that_is_not_taken_is_named),
        cmocka_unit_test(a_broker_that_does_not_know_the_password_is_refused),
        cmocka_unit_test(who_does_not_log_in_learns_that_he_has_to),
        cmocka_unit_test(a_login_that_nobody_answers_ends),
        cmocka_unit_test(a_session_is_renewed_before_it_ends),
        cmocka_unit_test(a_renewal_that_is_refused_is_a_new_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
