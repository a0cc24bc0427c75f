/* SPDX-License-Identifier: MIT
 * PEM files and texts are looked through before anything connects: each way to be wrong is one line
 * with the option's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_settings.h"
#include "problem_lines.h"

static char folder[] = "/tmp/kaffe-certificates-XXXXXX";

static const char *path(const char *file)
{
    static char paths[4][256];
    static unsigned next;
    char *out = paths[next++ % 4];
    snprintf(out, sizeof paths[0], "%s/%s", folder, file);
    return out;
}

static char *text_of(const char *file)
{
    char *text = calloc(1, 65536);
    FILE *in = fopen(path(file), "r");
    assert_non_null(text);
    assert_non_null(in);
    assert_true(fread(text, 1, 65535, in) > 0);
    fclose(in);
    return text;
}

/* FOLDER stands for the folder, whose name is new each time. */
static void expect(const kaffe_producer_options *options, const char *expected)
{
    struct problem_lines lines = { 0 };
    char shown[1024] = "";
    kaffe_status status = kaffe_producer_options_check(options, problem_lines_collect, &lines);
    const char *at = lines.text;
    for (const char *found; (found = strstr(at, folder)); at = found + strlen(folder)) {
        size_t used = strlen(shown);
        snprintf(shown + used, sizeof shown - used, "%.*sFOLDER", (int)(found - at), at);
    }
    strncat(shown, at, sizeof shown - strlen(shown) - 1);
    assert_string_equal(shown, expected);
    assert_int_equal(status, *expected ? KAFFE_INVALID : KAFFE_OK);
}

static kaffe_producer_options pair(const char *certificate, const char *key)
{
    return (kaffe_producer_options){ .endpoints = "kafka:9093",
                                     .security_protocol = "ssl",
                                     .ssl_ca_location = path("ca.pem"),
                                     .ssl_certificate_location = path(certificate),
                                     .ssl_key_location = path(key) };
}

static void good_pairs_are_taken(void **state)
{
    (void)state;
    kaffe_producer_options options = pair("client.pem", "client.key");
    expect(&options, "");
    options = pair("chained.pem", "chained.key");
    expect(&options, "");
    options = pair("client.store", "client.store"); /* both in one file */
    expect(&options, "");
    options = pair("rsa.pem", "rsa.key");
    expect(&options, "");
    options = pair("ec.pem", "ec.key"); /* a block with parameters first */
    expect(&options, "");
}

static void texts_are_taken_as_files_are(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    char *ca = text_of("ca.pem");
    char *certificate = text_of("chained.pem");
    char *key = text_of("chained.key");
    const kaffe_producer_options options = { .endpoints = "kafka:9093",
                                             .security_protocol = "ssl",
                                             .ssl_ca_pem = ca,
                                             .ssl_certificate_pem = certificate,
                                             .ssl_key_pem = key };
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    assert_string_equal(settings.security.ca_pem, ca);
    assert_string_equal(settings.security.certificate_pem, certificate); /* the whole chain */
    assert_string_equal(settings.security.key_pem, key);
    kf_producer_settings_fini(&settings);
    free(ca);
    free(certificate);
    free(key);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
    (void)state;
    kaffe_producer_options options = pair("client.pem", "server.key");
    expect(&options, "ssl_key_location = \"FOLDER/server.key\": is not the key of the certificate, "
                     "which is ssl_certificate_location = \"FOLDER/client.pem\"\n");
}

static void a_certificate_that_has_expired_is_refused(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_producer_options options = pair("expired.pem", "expired.key");
    assert_int_equal(kaffe_producer_options_check(&options, problem_lines_collect, &lines),
                     KAFFE_INVALID);
    assert_int_equal(lines.count, 1);
    assert_non_null(strstr(lines.text, "expired.pem\": the certificate has expired: it was valid "
                                       "until 20"));
}

static void an_encrypted_key_needs_its_password(void **state)
{
    (void)state;
    kaffe_producer_options options = pair("client.pem", "client-encrypted.key");
    expect(&options, "ssl_key_password is required: ssl_key_location = "
                     "\"FOLDER/client-encrypted.key\" is encrypted\n");
    options.ssl_key_password = "closesesame";
    expect(&options, "ssl_key_password: does not decrypt ssl_key_location = "
                     "\"FOLDER/client-encrypted.key\"\n");
    options.ssl_key_password = "opensesame";
    expect(&options, "");
}

static void what_is_in_the_wrong_place_is_named(void **state)
{
    (void)state;
    kaffe_producer_options options = pair("client.key", "client.pem");
    expect(&options,
           "ssl_certificate_location = \"FOLDER/client.key\": has a key where a certificate should "
           "be\n"
           "ssl_key_location = \"FOLDER/client.pem\": has no key: a PEM text has a line "
           "-----BEGIN PRIVATE KEY-----, or one with RSA, EC or ENCRYPTED in it\n");
    options = pair("client.pem", "client.key");
    options.ssl_ca_location = path("nothing");
    expect(&options, "ssl_ca_location = \"FOLDER/nothing\": has no certificate: a PEM text has a "
                     "line -----BEGIN CERTIFICATE-----\n");
    options.ssl_ca_location = path("broken.pem");
    expect(&options,
           "ssl_ca_location = \"FOLDER/broken.pem\": a certificate in it can not be read\n");
}

static void all_problems_are_told_at_once(void **state)
{
    (void)state;
    kaffe_producer_options options = pair("missing.pem", "client.key");
    options.ssl_ca_location = path("missing-ca.pem");
    options.linger_ms = -5;
    expect(&options,
           "linger_ms = -5: must be 1..60000 ms (0: the default 5), or KAFFE_NONE\n"
           "ssl_ca_location = \"FOLDER/missing-ca.pem\": can not be read: No such file or "
           "directory\n"
           "ssl_certificate_location = \"FOLDER/missing.pem\": can not be read: No such file or "
           "directory\n");
}

/* --- Heroku ------------------------------------------------------------------------------- */

/* An environment of the test's own; nothing else runs meanwhile. */
static void set_environment(const char *name, const char *value)
{
    static char *variables[16];
    size_t i = 0;
    while (variables[i] && strncmp(variables[i], name, strlen(name)) != 0)
        i++;
    assert_true(i < 15);
    free(variables[i]);
    assert_true(asprintf(&variables[i], "%s=%s", name, value) > 0);
    environ = variables;
}

/* As a dyno's environment may hold it: newlines spelt out. */
static void set_variable(const char *name, const char *file)
{
    char *value = text_of(file);
    char *spelt = calloc(2, strlen(value) + 1);
    assert_non_null(spelt);
    for (char *in = value, *out = spelt; *in; in++) {
        if (*in == '\n')
            *out++ = '\\';
        *out++ = *in == '\n' ? 'n' : *in;
    }
    set_environment(name, spelt);
    free(spelt);
    free(value);
}

static void herokus_variables_are_endpoints_and_certificates(void **state)
{
    (void)state;
    struct kf_producer_settings settings;
    const kaffe_producer_options options = { .heroku_kafka_env = true,
                                             .topics = "orders,wabash-1.refunds" };
    set_environment("KAFKA_URL", "kafka+ssl://a.example:9096,kafka+ssl://b.example:9096");
    set_environment("KAFKA_PREFIX", "wabash-1.");
    set_variable("KAFKA_TRUSTED_CERT", "ca.pem");
    set_variable("KAFKA_CLIENT_CERT", "chained.pem");
    set_variable("KAFKA_CLIENT_CERT_KEY", "chained.key");
    assert_int_equal(
        kf_producer_settings_init(&settings, &options, sizeof options, NULL, NULL, NULL), KAFFE_OK);
    char *certificate = text_of("chained.pem");
    assert_string_equal(settings.security.certificate_pem, certificate);
    free(certificate);
    assert_true(settings.security.tls);
    assert_false(settings.security.verify_host);
    assert_non_null(settings.security.ca_pem);
    assert_int_equal(settings.endpoints.count, 2);
    assert_string_equal(settings.options.endpoints, "a.example:9096,b.example:9096");
    assert_string_equal(settings.topics.items[0], "wabash-1.orders");
    assert_string_equal(settings.topics.items[1], "wabash-1.refunds");
    assert_string_equal(settings.security.name_prefix, "wabash-1.");
    kf_producer_settings_fini(&settings);
}

static void what_heroku_says_is_not_said_twice(void **state)
{
    (void)state;
    set_environment("KAFKA_URL", "kafka+ssl://a.example:9096");
    set_variable("KAFKA_TRUSTED_CERT", "ca.pem");
    set_variable("KAFKA_CLIENT_CERT", "client.pem");
    set_variable("KAFKA_CLIENT_CERT_KEY", "server.key");
    expect(&(kaffe_producer_options){ .heroku_kafka_env = true,
                                      .endpoints = "a:1",
                                      .security_protocol = "plaintext" },
           "endpoints: leave it out: heroku_kafka_env says that it comes from elsewhere\n"
           "security_protocol: leave it out: heroku_kafka_env says that it comes from elsewhere\n"
           "heroku_kafka_env: KAFKA_CLIENT_CERT_KEY: is not the key of the certificate, which is "
           "heroku_kafka_env: KAFKA_CLIENT_CERT\n");
}

static void without_the_option_the_variables_mean_nothing(void **state)
{
    (void)state;
    expect(&(kaffe_producer_options){ .topics = "orders" },
           "endpoints is required: Brokers to ask first, as host:port; IPv6 as [::1]:9092\n");
}

static int make_certificates(void **state)
{
    (void)state;
    char command[1024];
    if (!mkdtemp(folder))
        return -1;
    snprintf(command, sizeof command,
             "cd %s && bash %s/../../tools/kafka/certificates.sh . && echo x >nothing && "
             "sed 's/^MI/--/' ca.pem >broken.pem && "
             "openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.pkcs8 -subj /CN=rsa -days 2 "
             "-out rsa.pem 2>/dev/null && openssl rsa -traditional -in rsa.pkcs8 -out rsa.key "
             "2>/dev/null && openssl ecparam -name prime256v1 -genkey -out ec.key && "
             "openssl req -x509 -key ec.key -subj /CN=ec -days 2 -out ec.pem",
             folder, TEST_DATA);
    return system(command);
}

static int remove_certificates(void **state)
{
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_pairs_are_taken),
        cmocka_unit_test(texts_are_taken_as_files_are),
        cmocka_unit_test(a_key_of_another_certificate_is_refused),
        cmocka_unit_test(a_certificate_that_has_expired_is_refused),
        cmocka_unit_test(an_encrypted_key_needs_its_password),
        cmocka_unit_test(what_is_in_the_wrong_place_is_named),
        cmocka_unit_test(all_problems_are_told_at_once),
        cmocka_unit_test(herokus_variables_are_endpoints_and_certificates),
        cmocka_unit_test(what_heroku_says_is_not_said_twice),
        cmocka_unit_test(without_the_option_the_variables_mean_nothing),
    };
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
