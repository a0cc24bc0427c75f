/* SPDX-License-Identifier: MIT
 * SaslHandshake and SaslAuthenticate: what is sent, and what a broker may answer. */
#include "batch_builder.h"
#include "sasl_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_requests_are_laid_out_as_kafka_reads_them(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_sasl_handshake_request(&request, 7, "me", "PLAIN");
    assert_true(kf_request_end(&request));
    const char handshake[] = "\0\0\0\x13\0\x11\0\1\0\0\0\7\0\2me\0\5PLAIN";
    assert_int_equal(request.size, sizeof handshake - 1);
    assert_memory_equal(request.data, handshake, request.size);

    kf_sasl_authenticate_request(&request, 1, 8, "me", (kaffe_bytes){ "\0a\0b", 4 });
    assert_true(kf_request_end(&request));
    const char login[] = "\0\0\0\x14\0\x24\0\1\0\0\0\10\0\2me\0\0\0\4\0a\0b";
    assert_int_equal(request.size, sizeof login - 1);
    assert_memory_equal(request.data, login, request.size);

    kf_request_wipe(&request);
    for (size_t i = 0; i < sizeof login - 1; i++)
        assert_int_equal(request.data[i], 0);
    kf_request_fini(&request);
}

static void write_handshake(struct kf_request *body, int16_t code)
{
    kf_write_int16(body, code);
    kf_write_int32(body, 2);
    kf_write_string(body, "PLAIN");
    kf_write_string(body, "SCRAM-SHA-512");
}

static void a_broker_that_does_not_take_the_mechanism_says_what_it_takes(void **state)
{
    (void)state;
    struct kf_request body = { 0 };
    kaffe_error err;
    write_handshake(&body, 0);
    assert_int_equal(kf_sasl_handshake_decode(built_bytes(&body), "PLAIN", &err), KAFFE_OK);
    body.size = 0;
    write_handshake(&body, 33);
    assert_int_equal(kf_sasl_handshake_decode(built_bytes(&body), "SCRAM-SHA-256", &err),
                     KAFFE_DENIED);
    assert_string_equal(err.message,
                        "the broker does not take SCRAM-SHA-256 here, but PLAIN, SCRAM-SHA-512");
    body.size = 0;
    write_handshake(&body, 34);
    assert_int_equal(kf_sasl_handshake_decode(built_bytes(&body), "PLAIN", &err), KAFFE_DENIED);
    assert_non_null(strstr(err.message, "wants no login at this port"));
    kf_request_fini(&body);
}

static void write_answer(struct kf_request *body, int16_t code, const char *message,
                         kaffe_bytes challenge)
{
    kf_write_int16(body, code);
    kf_write_string(body, message);
    kf_write_bytes(body, challenge);
    kf_write_int64(body, 60000);
}

static void an_answer_has_a_challenge_and_a_lifetime(void **state)
{
    (void)state;
    struct kf_request body = { 0 };
    struct kf_sasl_answer answer;
    kaffe_error err;
    write_answer(&body, 0, NULL, kaffe_text("r=abc"));
    assert_int_equal(kf_sasl_authenticate_decode(built_bytes(&body), 1, &answer, &err), KAFFE_OK);
    assert_int_equal(answer.challenge.size, 5);
    assert_memory_equal(answer.challenge.data, "r=abc", 5);
    assert_int_equal(answer.lifetime_ms, 60000);
    body.size -= 8; /* version 0 has no lifetime */
    assert_int_equal(kf_sasl_authenticate_decode(built_bytes(&body), 0, &answer, &err), KAFFE_OK);
    assert_int_equal(answer.lifetime_ms, 0);
    kf_request_fini(&body);
}

static void a_refusal_is_one_line_in_the_brokers_words(void **state)
{
    (void)state;
    struct kf_request body = { 0 };
    struct kf_sasl_answer answer;
    kaffe_error err;
    write_answer(&body, 58, "Authentication failed:\nInvalid username or password", kaffe_text(""));
    assert_int_equal(kf_sasl_authenticate_decode(built_bytes(&body), 1, &answer, &err),
                     KAFFE_DENIED);
    assert_string_equal(err.message,
                        "login refused: Authentication failed: Invalid username or password");
    assert_int_equal(err.kafka_code, 58);
    body.size = 0;
    write_answer(&body, 58, NULL, kaffe_text(""));
    assert_int_equal(kf_sasl_authenticate_decode(built_bytes(&body), 1, &answer, &err),
                     KAFFE_DENIED);
    assert_string_equal(err.message, "login refused: the broker does not say why");
    kf_request_fini(&body);
}

static void an_answer_that_is_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    struct kf_request handshake = { 0 };
    struct kf_request login = { 0 };
    struct kf_sasl_answer answer;
    write_handshake(&handshake, 0);
    write_answer(&login, 0, "text", kaffe_text("challenge"));
    for (size_t size = 0; size < handshake.size; size++)
        assert_int_equal(
            kf_sasl_handshake_decode((kaffe_bytes){ handshake.data, size }, "PLAIN", NULL),
            KAFFE_KAFKA);
    for (size_t size = 0; size < login.size; size++)
        assert_int_equal(
            kf_sasl_authenticate_decode((kaffe_bytes){ login.data, size }, 1, &answer, NULL),
            KAFFE_KAFKA);
    kf_write_int8(&login, 0);
    assert_int_equal(kf_sasl_authenticate_decode(built_bytes(&login), 1, &answer, NULL),
                     KAFFE_KAFKA);
    kf_request_fini(&handshake);
    kf_request_fini(&login);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_requests_are_laid_out_as_kafka_reads_them),
        cmocka_unit_test(a_broker_that_does_not_take_the_mechanism_says_what_it_takes),
        cmocka_unit_test(an_answer_has_a_challenge_and_a_lifetime),
        cmocka_unit_test(a_refusal_is_one_line_in_the_brokers_words),
        cmocka_unit_test(an_answer_that_is_cut_anywhere_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
