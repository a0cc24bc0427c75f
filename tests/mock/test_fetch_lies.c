/* SPDX-License-Identifier: MIT
 * A broker that lies, in any field: the connection ends, another begins, and nothing is lost. */
#include "fetch_stage.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct lie {
    const char *name;
    size_t at; /* these bytes of a good answer are overwritten */
    uint8_t bytes[4];
    size_t size;
};

/* A good Fetch answer v11, frame included: size 0, id 4, throttle 8, error 12, session 14, topics
 * 18, name 22 and 24, partitions 30, partition 34, error 38, three offsets 40, aborted 64, replica
 * 68, records 72. */
static const struct lie lies[] = {
    { "a negative size", 0, { 0xff, 0xff, 0xff, 0xff }, 4 },
    { "an enormous size", 0, { 0x7f, 0xff, 0xff, 0xff }, 4 },
    { "a size without room for the id", 0, { 0, 0, 0, 3 }, 4 },
    { "a size that is too small", 0, { 0, 0, 0, 60 }, 4 },
    { "another correlation id", 4, { 0, 1, 0xe2, 0x40 }, 4 },
    { "an error of the whole response", 12, { 0, 70 }, 2 },
    { "more topics than bytes", 18, { 0x7f, 0xff, 0xff, 0xff }, 4 },
    { "a negative number of topics", 18, { 0xff, 0xff, 0xff, 0xfe }, 4 },
    { "a null topic", 22, { 0xff, 0xff }, 2 },
    { "an endless topic", 22, { 0x7f, 0xff }, 2 },
    { "another topic", 24, { 'x', 'x', 'x', 'x' }, 4 },
    { "more partitions than bytes", 30, { 0x7f, 0xff, 0xff, 0xff }, 4 },
    { "a partition that was not asked for", 34, { 0, 0, 0, 9 }, 4 },
    { "more aborted transactions than bytes", 64, { 0x7f, 0xff, 0xff, 0xff }, 4 },
    { "records of a negative size", 72, { 0xff, 0xff, 0xff, 0xf0 }, 4 },
    { "records that reach beyond the response", 72, { 0x7f, 0xff, 0xff, 0xff }, 4 },
    { "records smaller than they are", 72, { 0, 0, 0, 10 }, 4 },
};

static void answer_lying(struct fake_broker *broker, const struct fake_request *request,
                         const struct lie *lie)
{
    struct kf_request batch = fetch_stage_batch(0, 200);
    struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
    struct kf_request frame = { 0 };
    kf_write_int32(&frame, (int32_t)body.size + 4);
    kf_write_int32(&frame, request->correlation_id);
    for (size_t i = 0; i < body.size; i++)
        kf_write_int8(&frame, (int8_t)body.data[i]);
    memcpy(frame.data + lie->at, lie->bytes, lie->size);
    fake_broker_send(broker, request, frame.data, frame.size);
    kf_request_fini(&frame);
    kf_request_fini(&body);
    kf_request_fini(&batch);
}

static void every_lie_ends_the_connection_and_no_more(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.reconnect_backoff_ms = 1;
    stage->reader.settings.connection.reconnect_backoff_max_ms = 5;
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    size_t count = sizeof lies / sizeof lies[0];
    for (size_t i = 0; i < count; i++) {
        const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, (int)i);
        answer_lying(stage->broker, request, &lies[i]);
        const struct fake_request *next =
            fake_broker_await(stage->broker, KF_API_FETCH, (int)i + 1);
        if (next->connection == request->connection)
            fail_msg("%s: the connection lives on", lies[i].name);
        /* What was whole before the lie came out has been handed out. */
        fetch_stream_release(&stream, kf_stream_take(stream.stream));
    }
    kf_stream_start(stream.stream, 0);
    fake_broker_take_over(stage->broker, KF_API_FETCH, false);
    fake_broker_hang_up(stage->broker,
                        fake_broker_await(stage->broker, KF_API_FETCH, (int)count)->connection,
                        false);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void bytes_behind_a_response_end_the_connection(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, 0);
    struct kf_request body = fetch_stage_answer(0, 0, NULL, 0);
    struct kf_request frame = { 0 };
    kf_write_int32(&frame, (int32_t)body.size + 4);
    kf_write_int32(&frame, request->correlation_id);
    for (size_t i = 0; i < body.size; i++)
        kf_write_int8(&frame, (int8_t)body.data[i]);
    kf_write_int8(&frame, 0);
    fake_broker_send(stage->broker, request, frame.data, frame.size);
    fetch_reader_await(&stage->reader, &stage->reader.disconnected, 1);
    kf_request_fini(&frame);
    kf_request_fini(&body);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

/* What other requests may be answered with, and must not be believed. */
static void nonsense_is_survived(enum kf_api api)
{
    static const uint8_t nonsense[][16] = {
        { 0, 0, 0, 12, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff },
        { 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 },
        { 'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '0', ' ', 'B', 'a', 'd' },
    };
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.connection.reconnect_backoff_ms = 1;
    stage->reader.settings.connection.reconnect_backoff_max_ms = 5;
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_take_over(stage->broker, api, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_locate(stream.stream, KF_OFFSET_EARLIEST);
    for (int i = 0; i < 6; i++) {
        const struct fake_request *request = fake_broker_await(stage->broker, api, i);
        fake_broker_send(stage->broker, request, nonsense[i % 3], 16);
    }
    const struct fake_request *last = fake_broker_await(stage->broker, api, 6);
    fake_broker_take_over(stage->broker, api, false);
    fake_broker_hang_up(stage->broker, last->connection, true);
    fetch_reader_await(&stage->reader, &stream.located, 1);
    assert_int_equal(stream.offset, 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void nonsense_instead_of_versions_is_survived(void **state)
{
    (void)state;
    nonsense_is_survived(KF_API_API_VERSIONS);
}

static void nonsense_instead_of_metadata_is_survived(void **state)
{
    (void)state;
    nonsense_is_survived(KF_API_METADATA);
}

static void nonsense_instead_of_offsets_is_survived(void **state)
{
    (void)state;
    nonsense_is_survived(KF_API_LIST_OFFSETS);
}

/* The batch is its owner's to judge; asking for it again and again would not mend it. */
static void an_unreadable_batch_is_handed_out_once(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    struct kf_request batch = fetch_stage_batch(0, 200);
    batch.data[16] = 1; /* magic */
    struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
    fake_broker_answer(stage->broker, fake_broker_await(stage->broker, KF_API_FETCH, 0), &body);
    struct kf_slice *slice = fetch_stream_take(&stream);
    assert_int_equal(slice->size, 200);
    assert_int_equal(slice->next_offset, 0);
    fetch_stream_release(&stream, slice);
    fake_broker_take_over(stage->broker, KF_API_FETCH, false);
    int64_t end = fetch_stream_locate(&stream, KF_OFFSET_LATEST); /* time passes */
    assert_int_equal(end, 10);
    assert_int_equal(fake_broker_count(stage->broker, KF_API_FETCH), 1);
    kf_stream_start(stream.stream, 1);
    assert_int_equal(fetch_stream_drain(&stream, 1, 10), 27000);
    kf_request_fini(&body);
    kf_request_fini(&batch);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_batch_that_leads_nowhere_is_not_asked_for_in_a_circle(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 50);
    struct kf_request batch = fetch_stage_batch(7, 200); /* far below what was asked for */
    struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
    for (int i = 0; i < 3; i++)
        fake_broker_answer(stage->broker, fake_broker_await(stage->broker, KF_API_FETCH, i), &body);
    fetch_reader_await_log(&stage->reader, "fetch.failed topic=orders partition=0");
    assert_int_equal(stream.ready, 0);
    kf_request_fini(&body);
    kf_request_fini(&batch);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lie_ends_the_connection_and_no_more),
        cmocka_unit_test(bytes_behind_a_response_end_the_connection),
        cmocka_unit_test(nonsense_instead_of_versions_is_survived),
        cmocka_unit_test(nonsense_instead_of_metadata_is_survived),
        cmocka_unit_test(nonsense_instead_of_offsets_is_survived),
        cmocka_unit_test(an_unreadable_batch_is_handed_out_once),
        cmocka_unit_test(a_batch_that_leads_nowhere_is_not_asked_for_in_a_circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
