/* SPDX-License-Identifier: MIT
 * What Heroku's variables mean: every way in which they can be wrong has its answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heroku.h"
#include "problem_lines.h"

#define SAYS "heroku_kafka_env: "

/* endpoints NULL: refused, with these lines. */
struct url {
    const char *text;
    bool tls;
    const char *endpoints;
    const char *lines;
};

static const struct url urls[] = {
    { "kafka+ssl://a.example:9096", true, "a.example:9096", "" },
    { "kafka+ssl://a:9096,kafka+ssl://b:9097", true, "a:9096,b:9097", "" },
    { " kafka+ssl://a:9096/ , kafka+ssl://b:9097 ", true, "a:9096,b:9097", "" },
    { "KAFKA+SSL://a:9096", true, "a:9096", "" },
    { "kafka://a:9092", false, "a:9092", "" },
    { "kafka+ssl://[2001:db8::1]:9096", true, "[2001:db8::1]:9096", "" },
    { "kafka+ssl://2001:db8::1:9096", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://2001:db8::1:9096\": IPv6 needs brackets; write [::1]:9092\n" },
    { "kafka+ssl://a:9096,kafka://b:9092", false, NULL,
      SAYS "KAFKA_URL: \"kafka://b:9092\": the first has another scheme: all need the same\n" },
    { "kafka+ssl://a:9096,b:9096", false, NULL,
      SAYS "KAFKA_URL: \"b:9096\": write kafka+ssl:// before it, or kafka://\n" },
    { "a:9096", false, NULL,
      SAYS "KAFKA_URL: \"a:9096\": write kafka+ssl:// before it, or kafka://\n" },
    { "kafka+ssl://a:9096,", false, NULL,
      SAYS "KAFKA_URL: an entry is empty: write host:port between commas\n" },
    { ",kafka+ssl://a:9096", false, NULL,
      SAYS "KAFKA_URL: an entry is empty: write host:port between commas\n" },
    { "kafka+ssl://a:1, ,kafka+ssl://b:1", false, NULL,
      SAYS "KAFKA_URL: an entry is empty: write host:port between commas\n" },
    { "\v\f", false, NULL, SAYS "KAFKA_URL: an entry is empty: write host:port between commas\n" },
    { "kafka+ssl://a", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://a\": has no port; write host:port, Kafka's usual port is "
           "9092\n" },
    { "kafka+ssl://a:0", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://a:0\": the port must be a number, 1..65535\n" },
    { "kafka+ssl://a:65536", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://a:65536\": the port must be a number, 1..65535\n" },
    { "kafka+ssl://:9096", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://:9096\": has no host; write host:port\n" },
    { "kafka+ssl://user:hunter2@a:9096", false, NULL,
      SAYS "KAFKA_URL: \"a:9096\": credentials do not belong into an endpoint; write host:port\n" },
    { "https://a:9096", false, NULL,
      SAYS "KAFKA_URL: \"https://a:9096\": the only schemes are kafka:// and kafka+ssl://; write "
           "host:port\n" },
    { "kafka+ssl://a:9096/path", false, NULL,
      SAYS "KAFKA_URL: \"kafka+ssl://a:9096/path\": the port must be a number, 1..65535\n" },
};

static void every_url_has_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct kf_heroku heroku = { 0 };
        struct problem_lines lines = { 0 };
        struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
        assert_true(kf_heroku_read_url(&heroku, urls[i].text, &problems));
        assert_string_equal(lines.text, urls[i].lines);
        assert_int_equal(heroku.tls, urls[i].tls);
        if (urls[i].endpoints)
            assert_string_equal(heroku.endpoints, urls[i].endpoints);
        else
            assert_null(heroku.endpoints);
        kf_heroku_fini(&heroku);
    }
}

static void expect(struct kf_heroku_variables variables, const char *expected)
{
    struct kf_heroku heroku;
    struct problem_lines lines = { 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
    assert_true(kf_heroku_read(&heroku, &variables, &problems));
    assert_string_equal(lines.text, expected);
    kf_heroku_fini(&heroku);
}

static void tls_is_not_given_up_for_a_missing_certificate(void **state)
{
    (void)state;
    expect((struct kf_heroku_variables){ .url = NULL }, SAYS "KAFKA_URL is not set\n");
    expect((struct kf_heroku_variables){ .url = "" }, SAYS "KAFKA_URL is not set\n");
    expect((struct kf_heroku_variables){ .url = "kafka+ssl://a:1", .client_cert = "" },
           SAYS "KAFKA_TRUSTED_CERT is not set, but KAFKA_URL says kafka+ssl\n" SAYS
                "KAFKA_CLIENT_CERT is not set, but KAFKA_URL says kafka+ssl\n" SAYS
                "KAFKA_CLIENT_CERT_KEY is not set, but KAFKA_URL says kafka+ssl\n");
    expect((struct kf_heroku_variables){ .url = "kafka+ssl://a:1",
                                         .client_cert = "c",
                                         .client_cert_key = "k" },
           SAYS "KAFKA_TRUSTED_CERT is not set, but KAFKA_URL says kafka+ssl\n");
    expect((struct kf_heroku_variables){ .url = "kafka://a:1", .client_cert = "c" },
           SAYS "KAFKA_CLIENT_CERT is set, but KAFKA_URL says kafka:// without TLS\n");
    expect((struct kf_heroku_variables){ .url = "kafka://a:1" }, "");
    expect((struct kf_heroku_variables){ .url = "kafka+ssl://a:1",
                                         .trusted_cert = "t",
                                         .client_cert = "c",
                                         .client_cert_key = "k",
                                         .prefix = "wabash-1." },
           "");
}

static void newlines_may_be_spelt_out(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        { "a\nb\n", "a\nb\n" },   { "a\\nb\\n", "a\nb\n" },
        { "a\\r\\nb", "a\nb" },   { "a\r\nb", "a\r\nb" },
        { "\\n", "\n" },          { "a\\", "a\\" },
        { "a\\tb\\", "a\\tb\\" }, { "", "" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *pem = kf_heroku_pem(texts[i][0]);
        assert_string_equal(pem, texts[i][1]);
        free(pem);
    }
}

static void a_prefix_is_put_where_it_is_absent(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        { "orders", "p-1.orders" },
        { "orders, p-1.refunds,p-1", "p-1.orders,p-1.refunds,p-1.p-1" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *prefixed = kf_heroku_prefixed("p-1.", names[i][0]);
        assert_string_equal(prefixed, names[i][1]);
        free(prefixed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_url_has_its_answer),
        cmocka_unit_test(tls_is_not_given_up_for_a_missing_certificate),
        cmocka_unit_test(newlines_may_be_spelt_out),
        cmocka_unit_test(a_prefix_is_put_where_it_is_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
