/* SPDX-License-Identifier: MIT
 * Logins of each mechanism, message by message. */
#include "sasl_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char username[] = "alice";
static char password[] = "s3cret";

static struct kf_sasl_client client_of(struct kf_security_settings *settings,
                                       enum kf_sasl_mechanism mechanism, const char *token)
{
    struct kf_sasl_client client;
    *settings = (struct kf_security_settings){ .mechanism = mechanism,
                                               .username = username,
                                               .password = password };
    kf_sasl_client_init(&client, settings, token);
    return client;
}

static void says(struct kf_sasl_client *client, const char *challenge, const char *expected,
                 size_t size)
{
    struct kf_sasl_text message;
    kaffe_error err;
    assert_int_equal(kf_sasl_client_step(client, kaffe_text(challenge), &message, &err), KAFFE_OK);
    assert_non_null(message.data);
    assert_int_equal(message.size, size);
    assert_memory_equal(message.data, expected, size);
    kf_sasl_text_fini(&message);
    assert_null(message.data);
}

static void is_complete(struct kf_sasl_client *client, const char *challenge)
{
    struct kf_sasl_text message;
    kaffe_error err;
    assert_int_equal(kf_sasl_client_step(client, kaffe_text(challenge), &message, &err), KAFFE_OK);
    assert_null(message.data);
}

static void plain_is_one_message(void **state)
{
    (void)state;
    struct kf_security_settings settings;
    struct kf_sasl_client client = client_of(&settings, KF_SASL_PLAIN, NULL);
    says(&client, "", "\0alice\0s3cret", 13);
    is_complete(&client, "");
    kf_sasl_client_fini(&client);
}

static void a_bearer_token_is_one_message(void **state)
{
    (void)state;
    struct kf_security_settings settings;
    struct kf_sasl_client client = client_of(&settings, KF_SASL_OAUTHBEARER, "abc.def");
    says(&client, "", "n,,\1auth=Bearer abc.def\1\1", 25);
    is_complete(&client, "");
    kf_sasl_client_fini(&client);
}

static void a_bearer_token_that_is_refused_gets_a_last_word(void **state)
{
    (void)state;
    struct kf_security_settings settings;
    struct kf_sasl_text message;
    kaffe_error err;
    struct kf_sasl_client client = client_of(&settings, KF_SASL_OAUTHBEARER, "abc.def");
    says(&client, "", "n,,\1auth=Bearer abc.def\1\1", 25);
    says(&client, "{\"status\":\"invalid_token\"}", "\1", 1);
    assert_int_equal(kf_sasl_client_step(&client, kaffe_text(""), &message, &err), KAFFE_DENIED);
    assert_string_equal(err.message, "login refused: {\"status\":\"invalid_token\"}");
    kf_sasl_client_fini(&client);
}

static void scram_of(enum kf_sasl_mechanism mechanism)
{
    struct kf_security_settings settings;
    struct kf_sasl_text message;
    kaffe_error err;
    struct kf_sasl_client client = client_of(&settings, mechanism, NULL);
    assert_int_equal(kf_sasl_client_step(&client, kaffe_text(""), &message, &err), KAFFE_OK);
    assert_memory_equal(message.data, "n,,n=alice,r=", 13);
    kf_sasl_text_fini(&message);
    assert_int_equal(kf_sasl_client_step(&client, kaffe_text("r=x,s=YWJj,i=4096"), &message, &err),
                     KAFFE_KAFKA);
    assert_null(message.data);
    kf_sasl_client_fini(&client);
}

static void scram_begins_with_a_name_and_takes_no_answer_to_somebody_else(void **state)
{
    (void)state;
    scram_of(KF_SASL_SCRAM_SHA_256);
    scram_of(KF_SASL_SCRAM_SHA_512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_is_one_message),
        cmocka_unit_test(a_bearer_token_is_one_message),
        cmocka_unit_test(a_bearer_token_that_is_refused_gets_a_last_word),
        cmocka_unit_test(scram_begins_with_a_name_and_takes_no_answer_to_somebody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
