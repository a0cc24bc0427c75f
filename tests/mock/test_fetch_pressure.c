/* SPDX-License-Identifier: MIT
 * Memory is bounded by not asking, and what has room is asked for at once. */
#include "fetch_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void nobody_takes_and_the_bound_holds(void **state)
{
    (void)state;
    enum {
        COUNT = 8
    };
    struct fetch_stage *stage = fetch_stage_raise(COUNT + 1);
    struct fetch_stream streams[COUNT];
    struct fetch_stream bell;
    for (int i = 0; i < COUNT; i++)
        fake_broker_append(stage->broker, i, 500, 1, 3000);
    fetch_reader_start(&stage->reader);
    for (int i = 0; i < COUNT; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 0; i < COUNT; i++)
        fetch_reader_await(&stage->reader, &streams[i].ready, 1);
    /* Forty more slices pass by on another partition: time enough to fetch too much. */
    fetch_stream_open(&bell, &stage->reader, "orders", COUNT);
    kf_stream_start(bell.stream, 0);
    for (int i = 0; i < 40; i++) {
        fake_broker_append(stage->broker, COUNT, 1, 1, 3000);
        fetch_stream_drain(&bell, i, i + 1);
        assert_true(fetch_reader_held(&stage->reader) <= (COUNT + 1) * 100000);
    }
    assert_true(fetch_reader_held(&stage->reader) >= COUNT * 90000);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(fetch_stream_drain(&streams[i], 0, 500), 500 * 3000);
        fetch_stream_close(&streams[i]);
    }
    fetch_stream_close(&bell);
    assert_int_equal(fetch_reader_held(&stage->reader), 0);
    fetch_stage_strike(stage);
}

/* With nothing released, taken slices count as much as waiting ones. */
static void taken_slices_are_held_until_released(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 100, 1, 10000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    struct kf_slice *first = fetch_stream_take(&stream);
    struct kf_slice *last = first;
    if (!first->next) /* there is room for two of them */
        first->next = fetch_stream_take(&stream);
    assert_true(fetch_reader_held(&stage->reader) <= 100000);
    while (last->next)
        last = last->next;
    int64_t next = last->next_offset;
    fetch_stream_release(&stream, first);
    fetch_stream_drain(&stream, next, 100);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_batch_larger_than_max_bytes_comes_through(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(2);
    for (int i = 0; i < 2; i++) {
        fake_broker_append(stage->broker, i, 10, 1, 3000);
        fake_broker_append(stage->broker, i, 1, 1, 1000000);
        fake_broker_append(stage->broker, i, 10, 1, 3000);
        fake_broker_append(stage->broker, i, 2, 1, 400000);
    }
    fetch_reader_start(&stage->reader);
    struct fetch_stream streams[2];
    for (int i = 0; i < 2; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fetch_stream_drain(&streams[i], 0, 23), 60000 + 1000000 + 800000);
        fetch_stream_close(&streams[i]);
    }
    fetch_stage_strike(stage);
}

/* A broker that cuts the first batch: more is asked for, once, and then the usual again. */
static void a_batch_that_comes_cut_is_asked_for_with_more(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_cut_batches(stage->broker, true);
    fake_broker_append(stage->broker, 0, 1, 1, 450000);
    fake_broker_append(stage->broker, 0, 100, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 101), 450000 + 100 * 3000);
    fetch_stream_close(&stream);
    int32_t largest = 0;
    int count = fake_broker_count(stage->broker, KF_API_FETCH);
    assert_true(count < 25);
    for (int i = 0; i < count; i++) {
        const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, i);
        int32_t max_bytes = request->parts[0].max_bytes;
        largest = max_bytes > largest ? max_bytes : largest;
    }
    assert_true(largest >= 450000 && largest < 520000);
    fetch_stage_strike(stage);
}

/* A first batch whose header promises what never comes must not be asked for in a circle. */
static void a_batch_that_stays_cut_is_asked_for_with_pauses(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    static const uint8_t cut[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0 }; /* of 25,612 bytes */
    struct kf_request body = fetch_stage_answer(0, 0, cut, sizeof cut);
    for (int i = 0; i < 4; i++)
        fake_broker_answer(stage->broker, fake_broker_await(stage->broker, KF_API_FETCH, i), &body);
    fetch_reader_await_log(&stage->reader, "fetch.failed topic=orders partition=0");
    assert_int_equal(fetch_reader_logged(&stage->reader, "fetch.failed"), 1);
    kf_request_fini(&body);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_blocked_stream_holds_up_nobody(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(2);
    fake_broker_append(stage->broker, 0, 1000, 1, 3000);
    fake_broker_append(stage->broker, 1, 1000, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream blocked;
    struct fetch_stream free_one;
    fetch_stream_open(&blocked, &stage->reader, "orders", 0);
    fetch_stream_open(&free_one, &stage->reader, "orders", 1);
    kf_stream_start(blocked.stream, 0);
    kf_stream_start(free_one.stream, 0);
    fetch_reader_await(&stage->reader, &blocked.ready, 1);
    assert_int_equal(fetch_stream_drain(&free_one, 0, 1000), 3000000);
    fetch_stream_close(&blocked);
    fetch_stream_close(&free_one);
    fetch_stage_strike(stage);
}

/* The fetch that waits is never answered here: what comes, comes on the other connection. */
static void room_during_a_long_poll_is_used_at_once(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(2);
    stage->reader.settings.max_wait_ms = 600000;
    fake_broker_append(stage->broker, 1, 1000, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream idle;
    struct fetch_stream busy;
    fetch_stream_open(&idle, &stage->reader, "orders", 0);
    kf_stream_start(idle.stream, 0);
    /* Whichever connection is open first asks first; the other asks without an end. */
    int asked = 0;
    const struct fake_request *poll;
    do
        poll = fake_broker_await(stage->broker, KF_API_FETCH, asked++);
    while (poll->max_wait_ms != 600000);

    fetch_stream_open(&busy, &stage->reader, "orders", 1);
    kf_stream_start(busy.stream, 0);
    const struct fake_request *side;
    do
        side = fake_broker_await(stage->broker, KF_API_FETCH, asked++);
    while (side->parts[0].partition != 1);
    assert_int_not_equal(side->connection, poll->connection);
    assert_int_equal(side->max_wait_ms, 0);
    assert_int_equal(side->part_count, 1);
    assert_int_equal(side->parts[0].partition, 1);
    assert_int_equal(fetch_stream_drain(&busy, 0, 1000), 3000000);

    /* Found empty now; what is written later must not wait for the long poll either. */
    while (fake_broker_await(stage->broker, KF_API_FETCH, asked)->parts[0].offset < 1000)
        asked++;
    fake_broker_append(stage->broker, 1, 1, 1, 3000);
    assert_int_equal(fetch_stream_drain(&busy, 1000, 1001), 3000);
    for (int i = 0; i < fake_broker_count(stage->broker, KF_API_FETCH); i++) {
        const struct fake_request *other = fake_broker_await(stage->broker, KF_API_FETCH, i);
        assert_true(other == poll || other->connection != poll->connection);
    }
    fetch_stream_close(&idle);
    fetch_stream_close(&busy);
    fetch_stage_strike(stage);
}

static void batches_that_fit_nowhere_come_by_turns(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(3);
    for (int i = 0; i < 3; i++) /* larger than what is asked for: only the first one comes */
        fake_broker_append(stage->broker, i, 20, 1, 80000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream streams[3];
    for (int i = 0; i < 3; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 2; i >= 0; i--) {
        assert_int_equal(fetch_stream_drain(&streams[i], 0, 20), 20 * 80000);
        fetch_stream_close(&streams[i]);
    }
    fetch_stage_strike(stage);
}

static void who_got_nothing_is_asked_for_first_next_time(void **state)
{
    (void)state;
    kaffe_error err;
    struct fetch_stage *stage = fetch_stage_raise(3);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    stage->reader.fetcher = kf_fetcher_new(&stage->reader.settings, &stage->reader.log, &err);
    struct fetch_stream streams[3];
    for (int i = 0; i < 3; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    assert_int_equal(kf_fetcher_start(stage->reader.fetcher, &err), KAFFE_OK);
    int32_t order[3];
    struct kf_request batch = fetch_stage_batch(0, 3000);
    for (int i = 0; i < 3; i++) { /* only the first one gets something */
        const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, i);
        assert_int_equal(request->part_count, 3);
        order[i] = request->parts[0].partition;
        struct kf_request body = fetch_stage_answer(order[i], 0, batch.data, batch.size);
        fake_broker_answer(stage->broker, request, &body);
        kf_request_fini(&body);
    }
    assert_int_not_equal(order[0], order[1]);
    assert_int_not_equal(order[1], order[2]);
    assert_int_not_equal(order[0], order[2]);
    for (int i = 0; i < 3; i++)
        fetch_stream_close(&streams[i]);
    kf_request_fini(&batch);
    fetch_stage_strike(stage);
}

static void a_thousand_streams_are_served(void **state)
{
    (void)state;
    enum {
        COUNT = 1000
    };
    struct fetch_stage *stage = fetch_stage_raise(COUNT);
    for (int i = 0; i < COUNT; i++)
        fake_broker_append(stage->broker, i, 2, 5, 200);
    fetch_reader_start(&stage->reader);
    struct fetch_stream *streams = calloc(COUNT, sizeof *streams);
    for (int i = 0; i < COUNT; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(fetch_stream_drain(&streams[i], 0, 10), 400);
    for (int i = 0; i < COUNT; i++)
        fake_broker_append(stage->broker, i, 1, 5, 200);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(fetch_stream_drain(&streams[i], 10, 15), 200);
    for (int i = 0; i < COUNT; i++)
        fetch_stream_close(&streams[i]);
    free(streams);
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_takes_and_the_bound_holds),
        cmocka_unit_test(taken_slices_are_held_until_released),
        cmocka_unit_test(a_batch_larger_than_max_bytes_comes_through),
        cmocka_unit_test(a_batch_that_comes_cut_is_asked_for_with_more),
        cmocka_unit_test(a_batch_that_stays_cut_is_asked_for_with_pauses),
        cmocka_unit_test(a_blocked_stream_holds_up_nobody),
        cmocka_unit_test(room_during_a_long_poll_is_used_at_once),
        cmocka_unit_test(batches_that_fit_nowhere_come_by_turns),
        cmocka_unit_test(who_got_nothing_is_asked_for_first_next_time),
        cmocka_unit_test(a_thousand_streams_are_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
