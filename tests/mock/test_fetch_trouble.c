/* SPDX-License-Identifier: MIT
 * Brokers that break, stall or refuse: the stream goes on where it was, and nothing is lost. */
#include "clock.h"
#include "fetch_stage.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void open_at(struct fetch_stage *stage, struct fetch_stream *stream, int64_t offset)
{
    fetch_stream_open(stream, &stage->reader, "orders", 0);
    kf_stream_start(stream->stream, offset);
}

static void a_reset_inside_a_response_costs_nothing(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    open_at(stage, &stream, 0);
    for (int i = 0; i < 2; i++) {
        const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, i);
        struct kf_request batch = fetch_stage_batch(0, 90000);
        struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
        struct kf_request frame = { 0 };
        kf_write_int32(&frame, (int32_t)body.size + 4);
        kf_write_int32(&frame, request->correlation_id);
        fake_broker_send(stage->broker, request, frame.data, frame.size);
        fake_broker_send(stage->broker, request, body.data, i ? 20000 : 70);
        fake_broker_hang_up(stage->broker, request->connection, i == 1);
        kf_request_fini(&frame);
        kf_request_fini(&body);
        kf_request_fini(&batch);
    }
    fake_broker_await(stage->broker, KF_API_FETCH, 2);
    fake_broker_take_over(stage->broker, KF_API_FETCH, false);
    fake_broker_hang_up(stage->broker,
                        fake_broker_await(stage->broker, KF_API_FETCH, 2)->connection, false);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    assert_int_equal(fetch_reader_logged(&stage->reader, " "), 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_broker_that_says_nothing_more_is_given_up(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.max_wait_ms = 10;
    stage->reader.settings.connection.request_timeout_ms = 200;
    stage->reader.settings.connection.connect_timeout_ms = 400;
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    open_at(stage, &stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    fake_broker_silence(stage->broker, true);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_non_null(strstr(stage->reader.why, ": no answer within "));
    fake_broker_silence(stage->broker, false);
    assert_int_equal(fetch_stream_drain(&stream, 10, 20), 30000);
    fetch_reader_await(&stage->reader, &stage->reader.reachable, 1);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_response_that_comes_slowly_is_waited_for(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.max_wait_ms = 1;
    stage->reader.settings.connection.request_timeout_ms = 1000;
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    open_at(stage, &stream, 0);
    const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, 0);
    struct kf_request batch = fetch_stage_batch(0, 90000);
    struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
    struct kf_request frame = { 0 };
    kf_write_int32(&frame, (int32_t)body.size + 4);
    kf_write_int32(&frame, request->correlation_id);
    fake_broker_send(stage->broker, request, frame.data, frame.size);
    int64_t began_ms = kf_clock_ms();
    for (size_t sent = 0; sent < body.size;) { /* longer than one deadline in all */
        size_t size = body.size - sent < 18000 ? body.size - sent : 18000;
        fake_broker_send(stage->broker, request, body.data + sent, size);
        sent += size;
        usleep(300000);
    }
    assert_true(kf_clock_ms() - began_ms > 1000);
    assert_int_equal(fetch_stream_drain(&stream, 0, 1), 90000);
    kf_request_fini(&frame);
    kf_request_fini(&body);
    kf_request_fini(&batch);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_throttle_time_is_obeyed(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 1, 1, 3000);
    fake_broker_throttle(stage->broker, 700);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    int64_t began_ms = kf_clock_ms();
    open_at(stage, &stream, 0);
    fetch_stream_drain(&stream, 0, 1);
    fake_broker_await(stage->broker, KF_API_FETCH, 1);
    assert_true(kf_clock_ms() - began_ms >= 700);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void an_offset_out_of_range_is_told_and_waits_for_its_owner(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_trim(stage->broker, 0, 5);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    open_at(stage, &stream, 2);
    fetch_reader_await(&stage->reader, &stream.out_of_range, 1);
    assert_int_equal(stream.offset, 2);
    int asked = fake_broker_count(stage->broker, KF_API_FETCH);
    int64_t start = fetch_stream_locate(&stream, KF_OFFSET_EARLIEST);
    assert_int_equal(start, 5);
    assert_int_equal(fake_broker_count(stage->broker, KF_API_FETCH), asked);
    kf_stream_start(stream.stream, start);
    assert_int_equal(fetch_stream_drain(&stream, 5, 10), 15000);
    kf_stream_start(stream.stream, 99);
    fetch_reader_await(&stage->reader, &stream.out_of_range, 2);
    assert_int_equal(stream.offset, 99);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void survives(int16_t code, int times, const char *logged)
{
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_fail(stage->broker, 0, code, times);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    open_at(stage, &stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    assert_int_equal(fetch_reader_logged(&stage->reader, "fetch.failed"), logged ? 1 : 0);
    if (logged)
        assert_int_equal(fetch_reader_logged(&stage->reader, logged), 1);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void passing_errors_are_lived_through_in_silence(void **state)
{
    (void)state;
    const int16_t codes[] = { 3, 5, 6, 9, 74, 75, 78 };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        survives(codes[i], 3, NULL);
}

static void an_error_that_nobody_expects_is_said_once(void **state)
{
    (void)state;
    survives(2, 3, "fetch.failed topic=orders partition=0 error=CORRUPT_MESSAGE");
    survives(999, 3, "fetch.failed topic=orders partition=0 error=UNKNOWN");
}

static void a_partition_that_is_forbidden_is_said_once_and_tried_slowly(void **state)
{
    (void)state;
    survives(29, 1, "fetch.failed topic=orders partition=0 error=TOPIC_AUTHORIZATION_FAILED");
}

static void locating_survives_errors_and_resets(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_fail(stage->broker, 0, 6, 3);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    assert_int_equal(fetch_stream_locate(&stream, KF_OFFSET_LATEST), 10);

    int asked = fake_broker_count(stage->broker, KF_API_LIST_OFFSETS);
    fake_broker_take_over(stage->broker, KF_API_LIST_OFFSETS, true);
    kf_stream_locate(stream.stream, KF_OFFSET_EARLIEST);
    const struct fake_request *request =
        fake_broker_await(stage->broker, KF_API_LIST_OFFSETS, asked);
    fake_broker_take_over(stage->broker, KF_API_LIST_OFFSETS, false);
    fake_broker_hang_up(stage->broker, request->connection, true);
    fetch_reader_await(&stage->reader, &stream.located, 2);
    assert_int_equal(stream.offset, 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_inside_a_response_costs_nothing),
        cmocka_unit_test(a_broker_that_says_nothing_more_is_given_up),
        cmocka_unit_test(a_response_that_comes_slowly_is_waited_for),
        cmocka_unit_test(a_throttle_time_is_obeyed),
        cmocka_unit_test(an_offset_out_of_range_is_told_and_waits_for_its_owner),
        cmocka_unit_test(passing_errors_are_lived_through_in_silence),
        cmocka_unit_test(an_error_that_nobody_expects_is_said_once),
        cmocka_unit_test(a_partition_that_is_forbidden_is_said_once_and_tried_slowly),
        cmocka_unit_test(locating_survives_errors_and_resets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
