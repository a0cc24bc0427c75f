/* SPDX-License-Identifier: MIT
 * Reading partitions from a broker that behaves: everything comes, once, in order. */
#include "fake_broker.h"
#include "fetch_reader.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void everything_from_the_offset_on_is_read(void **state)
{
    (void)state;
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 3);
    for (int i = 0; i < 3; i++)
        fake_broker_append(broker, i, 200, 10, 5000);
    struct fetch_reader reader;
    struct fetch_stream streams[3];
    fetch_reader_init(&reader, fake_broker_endpoint(broker));
    fetch_reader_start(&reader);
    for (int i = 0; i < 3; i++) {
        fetch_stream_open(&streams[i], &reader, "orders", i);
        kf_stream_start(streams[i].stream, 10 * i);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(fetch_stream_drain(&streams[i], 10 * i, 2000), 5000 * (200 - i));
    for (int i = 0; i < 3; i++)
        fetch_stream_close(&streams[i]);
    fetch_reader_stop(&reader);
    fake_broker_stop(broker);
}

static void the_begin_the_end_and_times_are_located(void **state)
{
    (void)state;
    struct fake_broker *broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(broker, "orders", 1);
    fake_broker_append(broker, 0, 5, 10, 100);
    fake_broker_trim(broker, 0, 20);
    struct fetch_reader reader;
    struct fetch_stream stream;
    fetch_reader_init(&reader, fake_broker_endpoint(broker));
    fetch_reader_start(&reader);
    fetch_stream_open(&stream, &reader, "orders", 0);
    assert_int_equal(fetch_stream_locate(&stream, KF_OFFSET_EARLIEST), 20);
    assert_int_equal(fetch_stream_locate(&stream, KF_OFFSET_LATEST), 50);
    assert_int_equal(fetch_stream_locate(&stream, 0), 20);
    assert_int_equal(fetch_stream_locate(&stream, 30), 30);
    assert_int_equal(fetch_stream_locate(&stream, 50), KF_LOCATED_NONE);
    fetch_stream_close(&stream);
    fetch_reader_stop(&reader);
    fake_broker_stop(broker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_from_the_offset_on_is_read),
        cmocka_unit_test(the_begin_the_end_and_times_are_located),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
