/* SPDX-License-Identifier: MIT
 * What endpoints may look like, and what is said about those that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "endpoints.h"

static void assert_reads(const char *text, const char *expected)
{
    struct kf_endpoint_list list;
    kaffe_error err;
    char joined[512] = "";
    char one[KF_ENDPOINT_TEXT_SIZE];
    kaffe_status status = kf_endpoints_parse(&list, text, &err);
    if (status != KAFFE_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < list.count; i++) {
        size_t used = strlen(joined);
        snprintf(joined + used, sizeof joined - used, "%s%s", i ? " " : "",
                 kf_endpoint_text(&list.items[i], one, sizeof one));
    }
    assert_string_equal(joined, expected);
    kf_endpoints_fini(&list);
}

static void assert_refuses(const char *text, const char *expected)
{
    struct kf_endpoint_list list;
    kaffe_error err;
    assert_int_equal(kf_endpoints_parse(&list, text, &err), KAFFE_INVALID);
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_string_equal(err.message, expected);
    assert_null(list.items);
    assert_int_equal(list.count, 0);
}

static void hosts_and_ports_are_read(void **state)
{
    (void)state;
    assert_reads("localhost:9092", "localhost:9092");
    assert_reads(" kafka_1.docker-net:1 ,10.0.0.7:65535,", "kafka_1.docker-net:1 10.0.0.7:65535");
    assert_reads("[::1]:9092", "[::1]:9092");
    assert_reads("[fe80::1%eth0]:9092", "[fe80::1%eth0]:9092");
}

static void the_kafka_scheme_is_accepted(void **state)
{
    (void)state;
    assert_reads("kafka://a:1,KAFKA://[::1]:2,b:3", "a:1 [::1]:2 b:3");
}

static void schemes_are_remembered(void **state)
{
    (void)state;
    kaffe_error err;
    struct kf_endpoint_list list;
    assert_int_equal(kf_endpoints_parse(&list, "kafka+ssl://a:1/, kafka://b:2,c:3", &err),
                     KAFFE_OK);
    assert_int_equal(list.items[0].scheme, KF_SCHEME_KAFKA_SSL);
    assert_int_equal(list.items[0].port, 1);
    assert_int_equal(list.items[1].scheme, KF_SCHEME_KAFKA);
    assert_int_equal(list.items[2].scheme, KF_SCHEME_NONE);
    kf_endpoints_fini(&list);
    assert_refuses("a:1/", "\"a:1/\": the port must be a number, 1..65535");
}

static void other_schemes_are_refused(void **state)
{
    (void)state;
    assert_refuses(
        "http://b:80",
        "\"http://b:80\": the only schemes are kafka:// and kafka+ssl://; write host:port");
}

static void a_missing_port_is_named(void **state)
{
    (void)state;
    assert_refuses("kafka", "\"kafka\": has no port; write host:port, Kafka's usual port is 9092");
    assert_refuses("a:1,[::1]",
                   "\"[::1]\": has no port; write host:port, Kafka's usual port is 9092");
}

static void ports_out_of_range_are_refused(void **state)
{
    (void)state;
    assert_refuses("a:0", "\"a:0\": the port must be a number, 1..65535");
    assert_refuses("a:65536", "\"a:65536\": the port must be a number, 1..65535");
    assert_refuses("a:65537", "\"a:65537\": the port must be a number, 1..65535");
    assert_refuses("a:4294967297", "\"a:4294967297\": the port must be a number, 1..65535");
    assert_refuses("a:9x", "\"a:9x\": the port must be a number, 1..65535");
    assert_refuses("a:-1", "\"a:-1\": the port must be a number, 1..65535");
    assert_refuses("a:", "\"a:\": the port must be a number, 1..65535");
    assert_refuses("a:9092/", "\"a:9092/\": the port must be a number, 1..65535");
}

static void a_missing_host_is_named(void **state)
{
    (void)state;
    assert_refuses(":9092", "\":9092\": has no host; write host:port");
    assert_refuses("[]:9092", "\"[]:9092\": has no host; write host:port");
}

static void ipv6_needs_brackets(void **state)
{
    (void)state;
    assert_refuses("::1:9092", "\"::1:9092\": IPv6 needs brackets; write [::1]:9092");
    assert_refuses("[::1:9092", "\"[::1:9092\": the bracket is not closed; write [::1]:9092");
    assert_refuses("[kafka]:9092", "\"[kafka]:9092\": is not an IPv6 address in brackets");
    assert_refuses("[::1%]:9092", "\"[::1%]:9092\": is not an IPv6 address in brackets");
}

static void odd_host_names_are_refused(void **state)
{
    (void)state;
    assert_refuses("a b:1", "\"a b:1\": a host name has letters, digits, dots, hyphens and "
                            "underscores only");
    assert_refuses("a\nb:1", "\"a\\x0ab:1\": a host name has letters, digits, dots, hyphens and "
                             "underscores only");
}

static void a_host_of_254_characters_is_refused_and_one_of_253_is_not(void **state)
{
    (void)state;
    char text[300];
    struct kf_endpoint_list list;
    kaffe_error err;
    snprintf(text, sizeof text, "%0254d:1", 0);
    assert_int_equal(kf_endpoints_parse(&list, text, &err), KAFFE_INVALID);
    assert_non_null(strstr(err.message, "longer than 253"));
    assert_reads(text + 1, text + 1);
}

static void nothing_at_all_is_refused(void **state)
{
    (void)state;
    assert_refuses("", "\"\": names no endpoint; write host:port");
    assert_refuses(" , ", "\" , \": names no endpoint; write host:port");
}

static void credentials_are_refused_and_never_shown(void **state)
{
    (void)state;
    assert_refuses("kafka://user:hunter2@b:9092",
                   "\"b:9092\": credentials do not belong into an endpoint; write host:port");
    assert_refuses("a:1,kafka://user:hunt,er:2@b:9092",
                   "\"b:9092\": credentials do not belong into an endpoint; write host:port");
}

static void a_copy_outlives_the_original(void **state)
{
    (void)state;
    struct kf_endpoint_list list;
    struct kf_endpoint_list copy;
    char text[KF_ENDPOINT_TEXT_SIZE];
    assert_int_equal(kf_endpoints_parse(&list, "a:1,b:2", NULL), KAFFE_OK);
    assert_true(kf_endpoints_copy(&copy, &list));
    kf_endpoints_fini(&list);
    assert_int_equal(copy.count, 2);
    assert_string_equal(kf_endpoint_text(&copy.items[1], text, sizeof text), "b:2");
    kf_endpoints_fini(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_and_ports_are_read),
        cmocka_unit_test(the_kafka_scheme_is_accepted),
        cmocka_unit_test(schemes_are_remembered),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(a_missing_port_is_named),
        cmocka_unit_test(ports_out_of_range_are_refused),
        cmocka_unit_test(a_missing_host_is_named),
        cmocka_unit_test(ipv6_needs_brackets),
        cmocka_unit_test(odd_host_names_are_refused),
        cmocka_unit_test(a_host_of_254_characters_is_refused_and_one_of_253_is_not),
        cmocka_unit_test(nothing_at_all_is_refused),
        cmocka_unit_test(credentials_are_refused_and_never_shown),
        cmocka_unit_test(a_copy_outlives_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
