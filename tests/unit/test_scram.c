/* SPDX-License-Identifier: MIT
 * SCRAM against the example of RFC 7677, the same computed by other code, and lying servers. */
#include "scram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define SERVER_NONCE NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define SALT "W22ZaJ0SNY7soEsUEjb6gQ=="
#define SERVER_FIRST "r=" SERVER_NONCE ",s=" SALT ",i=4096"

struct example {
    enum kf_scram_digest digest;
    const char *username;
    const char *password;
    const char *first;
    const char *proof;
    const char *verifier;
};

static void check(const struct example *example)
{
    struct kf_scram scram;
    kaffe_error err;
    char expected[300];
    kf_scram_init(&scram, example->digest, example->username, example->password, NONCE);
    char *first = kf_scram_first(&scram, &err);
    assert_string_equal(first, example->first);
    char *final = kf_scram_final(&scram, kaffe_text(SERVER_FIRST), &err);
    snprintf(expected, sizeof expected, "c=biws,r=%s,p=%s", SERVER_NONCE, example->proof);
    assert_string_equal(final, expected);
    assert_int_equal(kf_scram_verify(&scram, kaffe_text(example->verifier), &err), KAFFE_OK);
    free(first);
    free(final);
    kf_scram_fini(&scram);
}

static void the_examples_come_out_as_they_are_written(void **state)
{
    (void)state;
    const struct example rfc_7677 = {
        KF_SCRAM_SHA_256,
        "user",
        "pencil",
        "n,,n=user,r=" NONCE,
        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    };
    const struct example sha_512 = {
        KF_SCRAM_SHA_512,
        "user",
        "pencil",
        "n,,n=user,r=" NONCE,
        "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
        "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/"
        "AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==",
    };
    check(&rfc_7677);
    check(&sha_512);
}

static void the_protocols_own_letters_and_umlauts_get_through(void **state)
{
    (void)state;
    const struct example example = {
        KF_SCRAM_SHA_256,
        "a,b=c",
        "gr\xc3\xbc\xc3\x9f",
        "n,,n=a=2Cb=3Dc,r=" NONCE,
        "2lPgRlzvrNRsLSq3AouQVCQJZ0wy6hf1hZKbkDwAvvw=",
        "v=BefCK+tYAYSY60OAxKraQT6X2++rdUJV7GB1mVFVJXQ=",
    };
    check(&example);
}

static void begin(struct kf_scram *scram)
{
    kaffe_error err;
    kf_scram_init(scram, KF_SCRAM_SHA_256, "user", "pencil", NONCE);
    free(kf_scram_first(scram, &err));
}

static void refuses_first(const char *server_first, const char *because)
{
    struct kf_scram scram;
    kaffe_error err;
    begin(&scram);
    assert_null(kf_scram_final(&scram, kaffe_text(server_first), &err));
    assert_int_equal(err.status, KAFFE_KAFKA);
    if (!strstr(err.message, because))
        fail_msg("\"%s\" does not say \"%s\"", err.message, because);
    kf_scram_fini(&scram);
}

static void a_first_message_that_is_none_is_refused(void **state)
{
    (void)state;
    refuses_first("", "malformed");
    refuses_first("r=" SERVER_NONCE, "malformed");
    refuses_first("r=" SERVER_NONCE ",s=" SALT, "malformed");
    refuses_first("m=ext,r=" SERVER_NONCE ",s=" SALT ",i=4096", "malformed");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",4096", "malformed");
    refuses_first("r=" SERVER_NONCE ",s=,i=4096", "salt");
    refuses_first("r=" SERVER_NONCE ",s=W22Z=J0S,i=4096", "salt");
    refuses_first("r=" SERVER_NONCE ",s=W22,i=4096", "salt");
}

static void a_nonce_that_is_not_ours_and_more_is_refused(void **state)
{
    (void)state;
    refuses_first("r=" NONCE ",s=" SALT ",i=4096", "nonce");
    refuses_first("r=sOprNGfwEbeRWgbNEkqOabc,s=" SALT ",i=4096", "nonce");
    refuses_first("r=rOpr,s=" SALT ",i=4096", "nonce");
}

static void the_iteration_count_has_bounds(void **state)
{
    (void)state;
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=4095", "iteration");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=100001", "iteration");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=2147483647", "iteration");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=-4096", "iteration");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=", "iteration");
    refuses_first("r=" SERVER_NONCE ",s=" SALT ",i=4096x", "iteration");
}

static kaffe_status verified(const char *server_final, kaffe_error *err)
{
    struct kf_scram scram;
    begin(&scram);
    free(kf_scram_final(&scram, kaffe_text(SERVER_FIRST), err));
    kaffe_status status = kf_scram_verify(&scram, kaffe_text(server_final), err);
    kf_scram_fini(&scram);
    return status;
}

static void a_server_that_does_not_know_the_password_is_refused(void **state)
{
    (void)state;
    kaffe_error err;
    assert_int_equal(verified("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", &err), KAFFE_OK);
    assert_int_equal(verified("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", &err),
                     KAFFE_DENIED);
    assert_non_null(strstr(err.message, "server signature"));
    assert_int_equal(verified("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl9", &err), KAFFE_DENIED);
    assert_int_equal(verified("v=", &err), KAFFE_DENIED);
    assert_int_equal(verified("", &err), KAFFE_DENIED);
}

static void a_refusal_is_told_in_the_servers_words(void **state)
{
    (void)state;
    kaffe_error err;
    assert_int_equal(verified("e=unknown-user", &err), KAFFE_DENIED);
    assert_string_equal(err.message, "login refused: unknown-user");
    assert_int_equal(verified("e=two\nlines", &err), KAFFE_DENIED);
    assert_string_equal(err.message, "login refused: no reason");
}

static void each_login_has_a_nonce_of_its_own(void **state)
{
    (void)state;
    struct kf_scram one;
    struct kf_scram two;
    kaffe_error err;
    kf_scram_init(&one, KF_SCRAM_SHA_256, "user", "pencil", NULL);
    kf_scram_init(&two, KF_SCRAM_SHA_256, "user", "pencil", NULL);
    char *first = kf_scram_first(&one, &err);
    char *second = kf_scram_first(&two, &err);
    assert_int_equal(strlen(one.nonce), KF_SCRAM_NONCE_BYTES);
    assert_string_not_equal(first, second);
    free(first);
    free(second);
    kf_scram_fini(&one);
    kf_scram_fini(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_come_out_as_they_are_written),
        cmocka_unit_test(the_protocols_own_letters_and_umlauts_get_through),
        cmocka_unit_test(a_first_message_that_is_none_is_refused),
        cmocka_unit_test(a_nonce_that_is_not_ours_and_more_is_refused),
        cmocka_unit_test(the_iteration_count_has_bounds),
        cmocka_unit_test(a_server_that_does_not_know_the_password_is_refused),
        cmocka_unit_test(a_refusal_is_told_in_the_servers_words),
        cmocka_unit_test(each_login_has_a_nonce_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
