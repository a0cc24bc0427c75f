/* SPDX-License-Identifier: MIT
 * librdkafka's words for a connection that can not be had, made short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trouble.h"

static void assert_short(const char *text, const char *expected)
{
    char out[100];
    kf_trouble_text(text, out, sizeof out);
    assert_string_equal(out, expected);
}

static void a_refused_connection_is_broker_and_reason(void **state)
{
    (void)state;
    assert_short("127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused "
                 "(after 0ms in state CONNECT)",
                 "127.0.0.1:1: connection refused");
    assert_short("[::1]:9092/2: Connect to ipv6#[::1]:9092 failed: Connection refused (after 0ms "
                 "in state CONNECT, 1 identical error(s) suppressed)",
                 "[::1]:9092: connection refused");
}

static void an_unknown_host_is_broker_and_reason(void **state)
{
    (void)state;
    assert_short("nowhere:9092/bootstrap: Failed to resolve 'nowhere:9092': Name or service not "
                 "known (after 5ms in state CONNECT)",
                 "nowhere:9092: name or service not known");
}

static void a_scheme_is_part_of_the_broker(void **state)
{
    (void)state;
    assert_short("ssl://kafka:9093/bootstrap: SSL handshake failed: Disconnected (after 3ms in "
                 "state SSL_HANDSHAKE)",
                 "ssl://kafka:9093: disconnected");
}

static void what_is_of_another_form_is_left(void **state)
{
    (void)state;
    assert_short("1/1 brokers are down", "1/1 brokers are down");
    assert_short("kafka:9092/1: Disconnected while requesting ApiVersion",
                 "kafka:9092: disconnected while requesting ApiVersion");
    assert_short("", "");
    assert_short("kafka: ", "kafka: ");
    assert_short("kafka:9092/1: Connect failed: ", "kafka:9092: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_connection_is_broker_and_reason),
        cmocka_unit_test(an_unknown_host_is_broker_and_reason),
        cmocka_unit_test(a_scheme_is_part_of_the_broker),
        cmocka_unit_test(what_is_of_another_form_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
