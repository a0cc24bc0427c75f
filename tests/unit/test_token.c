/* SPDX-License-Identifier: MIT
 * Where tokens come from, and what they tell of themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "json_member.h"
#include "token.h"
#include "token_command.h"

/* {"sub":"alice","exp":2000000000} */
#define JWT "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6MjAwMDAwMDAwMH0.x"
#define NOW_MS INT64_C(1800000000000)

static void members_of_json_are_found(void **state)
{
    (void)state;
    char text[16];
    int64_t number;
    static const char json[] = " { \"a\" : {\"b\":[1,{\"t\":\"}\"}], \"t\":\"no\"}, \"t\" "
                               ":\"yes\",\"n\":-12.5, \"e\": 7 }";
    assert_true(kf_json_text(json, sizeof json - 1, "t", text, sizeof text));
    assert_string_equal(text, "yes");
    assert_true(kf_json_number(json, sizeof json - 1, "n", &number));
    assert_int_equal(number, -12);
    assert_true(kf_json_number(json, sizeof json - 1, "e", &number));
    assert_int_equal(number, 7);
    assert_false(kf_json_number(json, sizeof json - 1, "t", &number));
    assert_false(kf_json_text(json, sizeof json - 1, "n", text, sizeof text));
}

static void what_is_no_json_has_no_members(void **state)
{
    (void)state;
    char text[4];
    static const char *const wrong[] = { "",
                                         "{",
                                         "[]",
                                         "{\"t\"}",
                                         "{\"t\":}",
                                         "{\"t\":\"x",
                                         "{\"t\":\"\\",
                                         "{\"t\" \"x\"}",
                                         "{t:1}",
                                         "{\"t\":\"\\\"\"}",
                                         "{\"t\":\"long\"}" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (kf_json_text(wrong[i], strlen(wrong[i]), "t", text, sizeof text))
            fail_msg("%s", wrong[i]);
}

static void assert_token(const char *answer, const char *value, const char *principal,
                         int64_t expires_at_ms)
{
    kaffe_error err;
    struct kaffe_token token = { 0 };
    if (kf_token_read(&token, answer, strlen(answer), NOW_MS, &err) != KAFFE_OK ||
        kf_token_complete(&token, NOW_MS, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_string_equal(token.value, value);
    assert_string_equal(token.principal, principal);
    assert_int_equal(token.expires_at_ms, expires_at_ms);
    kf_token_fini(&token);
}

static void a_command_prints_a_token_or_an_answer(void **state)
{
    (void)state;
    assert_token(" abc\n", "abc", "", NOW_MS + 300000);
    assert_token(JWT "\n", JWT, "alice", INT64_C(2000000000000));
    assert_token("{\"access_token\": \"abc\", \"expires_in\": 60}", "abc", "", NOW_MS + 60000);
    assert_token("{\"access_token\": \"" JWT "\"}", JWT, "alice", INT64_C(2000000000000));
    assert_token("{\"expires_in\":-1,\"access_token\":\"a.b.c\"}", "a.b.c", "", NOW_MS + 300000);
}

static void assert_no_token(const char *answer, const char *expected)
{
    kaffe_error err;
    struct kaffe_token token = { 0 };
    kaffe_status status = kf_token_read(&token, answer, strlen(answer), NOW_MS, &err);
    if (status == KAFFE_OK)
        status = kf_token_complete(&token, NOW_MS, &err);
    assert_int_equal(status, KAFFE_FAILED);
    assert_string_equal(err.message, expected);
    kf_token_fini(&token);
}

static void what_is_no_token_is_refused(void **state)
{
    (void)state;
    static const char no_token[] = "gives what is no token: letters, digits and -._~+/= are";
    assert_no_token("", "prints nothing");
    assert_no_token(" \n", "prints nothing");
    assert_no_token("{\"error\":\"invalid_client\"}", "prints JSON without an access_token");
    assert_no_token("two words", no_token);
    assert_no_token("a\x01", no_token);
    /* {"exp":1} */
    assert_no_token("e30.eyJleHAiOjF9.x", "gives a token that has expired");
}

static kaffe_status fill(kaffe_token *token, void *ctx, kaffe_error *err)
{
    (void)err;
    kaffe_token_set(token, ctx, "bob", 0);
    return KAFFE_OK;
}

static kaffe_status refuse(kaffe_token *token, void *ctx, kaffe_error *err)
{
    kaffe_token_set(token, ctx, NULL, 0);
    memcpy(err->message, "no vault", sizeof "no vault");
    return KAFFE_FAILED;
}

static void a_callback_puts_a_token_in(void **state)
{
    (void)state;
    kaffe_error err;
    char value[] = "abc";
    struct kaffe_token token;
    struct kf_security_settings settings = { .token = fill, .token_ctx = value };
    assert_int_equal(kf_token_get(&settings, &token, &err), KAFFE_OK);
    assert_string_equal(token.value, "abc");
    assert_string_equal(token.principal, "bob");
    int64_t fresh_ms = kf_token_fresh_ms(&token, kf_clock_date_ms());
    assert_true(fresh_ms > 200000 && fresh_ms <= 240000);
    kf_token_fini(&token);
    settings.token = refuse;
    assert_int_equal(kf_token_get(&settings, &token, &err), KAFFE_FAILED);
    assert_string_equal(err.message, "sasl_oauthbearer_token: no vault");
    assert_null(token.value);
}

static void assert_command(const char *command, int timeout_ms, const char *expected)
{
    char out[16];
    size_t size;
    kaffe_error err;
    kaffe_status status = kf_token_command_run(command, timeout_ms, out, sizeof out, &size, &err);
    if (status != KAFFE_OK) {
        assert_string_equal(err.message, expected);
        return;
    }
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(out, expected, size);
}

static void a_command_is_run_by_a_shell(void **state)
{
    (void)state;
    assert_command("printf %s a b | tr -d '\\n'", 10000, "ab");
    assert_command("true", 10000, "");
    assert_command("exit 3", 10000, "exits with status 3");
    assert_command("kill -9 $$", 10000, "is ended by signal 9");
    assert_command("echo 123456789abcdefgh", 10000, "prints more than 16 bytes");
    assert_command("sleep 100 & sleep 100", 50, "does not end within 50 ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_json_are_found),
        cmocka_unit_test(what_is_no_json_has_no_members),
        cmocka_unit_test(a_command_prints_a_token_or_an_answer),
        cmocka_unit_test(what_is_no_token_is_refused),
        cmocka_unit_test(a_callback_puts_a_token_in),
        cmocka_unit_test(a_command_is_run_by_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
