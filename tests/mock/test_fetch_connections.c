/* SPDX-License-Identifier: MIT
 * What librdkafka's properties for connections mean to the data plane. */
#include "fetch_stage.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

/* One of this process's own sockets that lead to the broker. */
static int socket_to(uint16_t port)
{
    for (int fd = 0; fd < 1024; fd++) {
        struct sockaddr_in peer = { 0 };
        socklen_t size = sizeof peer;
        if (getpeername(fd, (void *)&peer, &size) == 0 && ntohs(peer.sin_port) == port)
            return fd;
    }
    return -1;
}

static int option_of(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

/* @return the fetcher's socket, connected */
static int connect_with(struct fetch_stage *stage, struct fetch_stream *stream,
                        const kaffe_property *properties, size_t count)
{
    stage->reader.settings.connection = kf_connection_settings_of(properties, count);
    fake_broker_append(stage->broker, 0, 1, 1, 100);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(stream, &stage->reader, "orders", 0);
    kf_stream_start(stream->stream, 0);
    fetch_stream_drain(stream, 0, 1);
    return socket_to(fake_broker_port(stage->broker));
}

static void sockets_are_as_our_profile_says(void **state)
{
    (void)state;
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    int fd = connect_with(stage, &stream, NULL, 0);
    assert_int_not_equal(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_not_equal(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void sockets_are_as_properties_say(void **state)
{
    (void)state;
    const kaffe_property properties[] = { { "socket.nagle.disable", "false" },
                                          { "socket.keepalive.enable", "false" },
                                          { "socket.send.buffer.bytes", "10000" },
                                          { "socket.receive.buffer.bytes", "20000" } };
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    int fd = connect_with(stage, &stream, properties, 4);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_SNDBUF), 20000); /* Linux doubles them */
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_RCVBUF), 40000);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void an_address_of_the_wrong_family_is_not_tried(void **state)
{
    (void)state;
    char endpoint[64];
    const char *hosts[] = { "127.0.0.1", "localhost" };
    for (int i = 0; i < 2; i++) {
        struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
        struct fetch_reader reader;
        snprintf(endpoint, sizeof endpoint, "%s:%u", hosts[i], (unsigned)fake_broker_port(broker));
        fetch_reader_init(&reader, endpoint);
        reader.settings.connection.address_family = KF_FAMILY_V6;
        fetch_reader_start(&reader);
        fetch_reader_await(&reader, &reader.unreachable, 1);
        assert_int_equal(fake_broker_connections(broker), 0);
        if (i == 0)
            assert_non_null(strstr(reader.why, "broker.address.family"));
        fetch_reader_stop(&reader);
        fake_broker_stop(broker);
    }
}

static void an_address_of_the_right_family_is_connected_to(void **state)
{
    (void)state;
    char endpoint[64];
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    struct fetch_reader reader;
    snprintf(endpoint, sizeof endpoint, "localhost:%u", (unsigned)fake_broker_port(broker));
    fetch_reader_init(&reader, endpoint);
    reader.settings.connection.address_family = KF_FAMILY_V4;
    fetch_reader_start(&reader);
    fake_broker_await(broker, KF_API_METADATA, 0);
    assert_int_equal(reader.unreachable, 0);
    fetch_reader_stop(&reader);
    fake_broker_stop(broker);
}

static void an_idle_connection_is_made_anew_and_no_failure(void **state)
{
    (void)state;
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 1, 1, 100);
    stage->reader.settings.connection.max_idle_ms = 20;
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_stream_drain(&stream, 0, 1);
    int asked = fake_broker_count(stage->broker, KF_API_API_VERSIONS);
    fake_broker_await(stage->broker, KF_API_API_VERSIONS, asked + 5);
    fake_broker_append(stage->broker, 0, 10, 1, 100);
    fetch_stream_drain(&stream, 1, 11);
    assert_int_equal(stage->reader.disconnected, 0);
    assert_int_equal(stage->reader.unreachable, 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void metadata_is_asked_for_when_it_is_old(void **state)
{
    (void)state;
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 1, 1, 100);
    stage->reader.settings.connection.metadata_max_age_ms = 20;
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_stream_drain(&stream, 0, 1);
    fake_broker_await(stage->broker, KF_API_METADATA, 10);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_are_as_our_profile_says),
        cmocka_unit_test(sockets_are_as_properties_say),
        cmocka_unit_test(an_address_of_the_wrong_family_is_not_tried),
        cmocka_unit_test(an_address_of_the_right_family_is_connected_to),
        cmocka_unit_test(an_idle_connection_is_made_anew_and_no_failure),
        cmocka_unit_test(metadata_is_asked_for_when_it_is_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
