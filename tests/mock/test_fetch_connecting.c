/* SPDX-License-Identifier: MIT
 * From a name to a broker that answers. This program has a name server of its own, so that names
 * have several addresses, or hang. */
#include "clock.h"
#include "fetch_stage.h"
#include "list_offsets.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t names_told = PTHREAD_COND_INITIALIZER;
static bool names_hang = true;
static int names_hanging;

static void hang(void)
{
    pthread_mutex_lock(&names_lock);
    names_hanging++;
    pthread_cond_broadcast(&names_told);
    while (names_hang)
        pthread_cond_wait(&names_told, &names_lock);
    names_hanging--;
    pthread_cond_broadcast(&names_told);
    pthread_mutex_unlock(&names_lock);
}

static struct addrinfo *address_of(const char *number, const char *port, struct addrinfo *next)
{
    struct addrinfo *info = calloc(1, sizeof *info);
    struct sockaddr_in6 *six = calloc(1, sizeof *six);
    void *address = six;
    struct sockaddr_in *four = address;
    assert_non_null(info);
    assert_non_null(six);
    bool is_six = strchr(number, ':') != NULL;
    six->sin6_family = is_six ? AF_INET6 : AF_INET;
    six->sin6_port = htons((uint16_t)strtoul(port, NULL, 10));
    inet_pton(six->sin6_family, number, is_six ? (void *)&six->sin6_addr : &four->sin_addr);
    info->ai_family = six->sin6_family;
    info->ai_socktype = SOCK_STREAM;
    info->ai_addr = address;
    info->ai_addrlen = is_six ? sizeof *six : sizeof *four;
    info->ai_next = next;
    return info;
}

/* In place of the C library's. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
                struct addrinfo **found)
{
    if (strchr(host, ':') || strspn(host, "0123456789.") == strlen(host))
        *found = address_of(host, port, NULL);
    else if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    else if (strcmp(host, "both.test") == 0)
        *found = address_of("::1", port, address_of("127.0.0.1", port, NULL));
    else if (strcmp(host, "silent.test") == 0) /* the first is never answered */
        *found = address_of("192.0.2.1", port, address_of("127.0.0.1", port, NULL));
    else if (strcmp(host, "hangs.test") == 0)
        hang();
    else
        return EAI_NONAME;
    return strcmp(host, "hangs.test") == 0 ? EAI_AGAIN : 0;
}

void freeaddrinfo(struct addrinfo *found)
{
    while (found) {
        struct addrinfo *next = found->ai_next;
        free(found->ai_addr);
        free(found);
        found = next;
    }
}

static void use_endpoints(struct fetch_stage *stage, const char *endpoints)
{
    kaffe_error err;
    kf_endpoints_fini(&stage->reader.endpoints);
    assert_int_equal(kf_endpoints_parse(&stage->reader.endpoints, endpoints, &err), KAFFE_OK);
}

/* These hosts, and the last one at the broker's port. */
static void use_hosts(struct fetch_stage *stage, const char *hosts)
{
    char endpoints[200];
    snprintf(endpoints, sizeof endpoints, "%s:%u", hosts,
             (unsigned)fake_broker_port(stage->broker));
    use_endpoints(stage, endpoints);
}

/* Port 1 refuses. */
static void reads_from(struct fetch_stage *stage)
{
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fetch_stream_close(&stream);
}

static void all_addresses_of_a_name_are_tried(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    use_hosts(stage, "both.test");
    reads_from(stage);
    assert_int_equal(stage->reader.unreachable, 0);
    fetch_stage_strike(stage);
}

static void an_address_that_does_not_answer_leaves_time_for_the_next(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.connect_timeout_ms = 1000;
    use_hosts(stage, "silent.test");
    reads_from(stage);
    fetch_stage_strike(stage);
}

static void endpoints_are_tried_in_turn(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    use_hosts(stage, "127.0.0.1:1, unknown.test:9092, 127.0.0.1");
    reads_from(stage);
    assert_int_equal(stage->reader.unreachable, 0);
    fetch_stage_strike(stage);
}

static void an_ipv6_broker_is_read_from(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_stop(stage->broker);
    stage->broker = fake_broker_start(1, "::1");
    fake_broker_topic(stage->broker, "orders", 1);
    use_endpoints(stage, fake_broker_endpoint(stage->broker));
    reads_from(stage);
    fetch_stage_strike(stage);
}

static void a_name_server_that_hangs_hangs_nobody_else(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.connect_timeout_ms = 300;
    use_hosts(stage, "hangs.test:9092, 127.0.0.1");
    reads_from(stage);
    int64_t began_ms = kf_clock_ms();
    fetch_stage_strike(stage);
    assert_true(kf_clock_ms() - began_ms < 10000);
}

static void a_hanging_lookup_is_not_started_again_and_again(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.connect_timeout_ms = 20;
    stage->reader.settings.connection.reconnect_backoff_ms = 1;
    stage->reader.settings.connection.reconnect_backoff_max_ms = 2;
    use_endpoints(stage, "hangs.test:9092");
    pthread_mutex_lock(&names_lock);
    int before = names_hanging;
    pthread_mutex_unlock(&names_lock);
    fetch_reader_start(&stage->reader);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_string_equal(stage->reader.why, "hangs.test:9092: the name server does not answer");
    fetch_reader_await(&stage->reader, &stage->reader.disconnected, 20);
    pthread_mutex_lock(&names_lock);
    assert_int_equal(names_hanging, before + 1);
    pthread_mutex_unlock(&names_lock);
    fetch_stage_strike(stage);
}

static void a_refusal_is_told_once_and_names_the_culprit(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.reconnect_backoff_ms = 1;
    stage->reader.settings.connection.reconnect_backoff_max_ms = 2;
    use_endpoints(stage, "127.0.0.1:1");
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_string_equal(stage->reader.why, "127.0.0.1:1: connection refused");
    fetch_reader_await(&stage->reader, &stage->reader.disconnected, 20);
    assert_int_equal(stage->reader.unreachable, 1);
    assert_int_equal(stage->reader.reachable, 0);
    assert_int_equal(fetch_reader_logged(&stage->reader, "broker"), 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_name_that_does_not_exist_is_named(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    use_endpoints(stage, "unknown.test:9092");
    fetch_reader_start(&stage->reader);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_string_equal(stage->reader.why, "unknown.test:9092: no such host name");
    fetch_stage_strike(stage);
}

/* The classic of containers: the endpoint answers, but names a leader that can not be reached. */
static void a_leader_that_can_not_be_reached_is_told(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fake_broker_leader(stage->broker, 0, 2, "inside.test", 9092);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_string_equal(stage->reader.why, "inside.test:9092: no such host name");
    fake_broker_leader(stage->broker, 0, 1, NULL, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fetch_reader_await(&stage->reader, &stage->reader.reachable, 1);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static int release_names(void **state)
{
    (void)state;
    pthread_mutex_lock(&names_lock);
    names_hang = false;
    pthread_cond_broadcast(&names_told);
    while (names_hanging > 0)
        pthread_cond_wait(&names_told, &names_lock);
    pthread_mutex_unlock(&names_lock);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_addresses_of_a_name_are_tried),
        cmocka_unit_test(an_address_that_does_not_answer_leaves_time_for_the_next),
        cmocka_unit_test(endpoints_are_tried_in_turn),
        cmocka_unit_test(an_ipv6_broker_is_read_from),
        cmocka_unit_test(a_name_server_that_hangs_hangs_nobody_else),
        cmocka_unit_test(a_hanging_lookup_is_not_started_again_and_again),
        cmocka_unit_test(a_refusal_is_told_once_and_names_the_culprit),
        cmocka_unit_test(a_name_that_does_not_exist_is_named),
        cmocka_unit_test(a_leader_that_can_not_be_reached_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, release_names);
}
