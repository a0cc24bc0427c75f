/* SPDX-License-Identifier: MIT
 * What the fetcher tells of a topic as a whole, and of a log whose last messages are gone. */
#include "fetch_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void partitions_are_counted_as_often_as_asked(void **state)
{
    (void)state;
    struct fetch_stream topic;
    struct fetch_stage *stage = fetch_stage_raise(3);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&topic, &stage->reader, "orders", KF_NO_PARTITION);
    kf_stream_count(topic.stream);
    fetch_reader_await(&stage->reader, &topic.counted, 1);
    assert_int_equal(topic.partition_count, 3);
    fake_broker_topic(stage->broker, "orders", 5);
    kf_stream_count(topic.stream);
    fetch_reader_await(&stage->reader, &topic.counted, 2);
    assert_int_equal(topic.partition_count, 5);
    fetch_stream_close(&topic);
    fetch_stage_strike(stage);
}

static void a_topic_that_does_not_exist_is_asked_for_until_it_does(void **state)
{
    (void)state;
    struct fetch_stream topic;
    struct fetch_stage *stage = fetch_stage_raise(0);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&topic, &stage->reader, "orders", KF_NO_PARTITION);
    kf_stream_count(topic.stream);
    fetch_reader_await(&stage->reader, &topic.counted, 3);
    assert_int_equal(topic.partition_count, 0);
    assert_int_equal(topic.code, 3);
    fake_broker_topic(stage->broker, "orders", 2);
    int before = topic.counted;
    fetch_reader_await(&stage->reader, &topic.partition_count, 2);
    assert_true(topic.counted >= before);
    fetch_stream_close(&topic);
    fetch_stage_strike(stage);
}

static void counting_does_not_disturb_who_reads_the_topic(void **state)
{
    (void)state;
    struct fetch_stream topic;
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 100, 10, 5000);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    fetch_stream_open(&topic, &stage->reader, "orders", KF_NO_PARTITION);
    kf_stream_start(stream.stream, 0);
    kf_stream_count(topic.stream);
    fetch_reader_await(&stage->reader, &topic.counted, 1);
    fetch_stream_close(&topic);
    fetch_stream_drain(&stream, 0, 1000);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_log_whose_end_is_gone_is_told_of(void **state)
{
    (void)state;
    struct fetch_stream stream;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 5, 10, 1000);
    fake_broker_skip(stage->broker, 0, 7);
    fetch_reader_start(&stage->reader);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_stream_drain(&stream, 0, 50);
    int asked = fake_broker_count(stage->broker, KF_API_FETCH);
    fetch_reader_await(&stage->reader, &stream.gaps, 1);
    /* One empty answer proves nothing: the broker's storage may be slow. */
    assert_true(fake_broker_count(stage->broker, KF_API_FETCH) > asked + 2);
    assert_int_equal(stream.offset, 50);
    assert_int_equal(stream.gap_end, 57);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

/* While there are records for another partition, an empty answer proves nothing. */
static void a_log_that_goes_on_has_no_gap(void **state)
{
    (void)state;
    struct fetch_stream streams[2];
    struct fetch_stage *stage = fetch_stage_raise(2);
    for (int i = 0; i < 2; i++)
        fake_broker_append(stage->broker, i, 20, 10, 150000); /* larger than max_bytes */
    fetch_reader_start(&stage->reader);
    for (int i = 0; i < 2; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 0; i < 2; i++)
        fetch_stream_drain(&streams[i], 0, 200);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(streams[i].gaps, 0);
        fetch_stream_close(&streams[i]);
    }
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_are_counted_as_often_as_asked),
        cmocka_unit_test(a_topic_that_does_not_exist_is_asked_for_until_it_does),
        cmocka_unit_test(counting_does_not_disturb_who_reads_the_topic),
        cmocka_unit_test(a_log_whose_end_is_gone_is_told_of),
        cmocka_unit_test(a_log_that_goes_on_has_no_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
