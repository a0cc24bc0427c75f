/* SPDX-License-Identifier: MIT
 * Streams that are started anew, closed or abandoned while bytes are under way. */
#include "fetch_stage.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_restart_drops_what_waits_and_what_is_under_way(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    stage->reader.settings.max_wait_ms = 600000;
    fake_broker_append(stage->broker, 0, 50, 1, 3000);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    const struct fake_request *old = fake_broker_await(stage->broker, KF_API_FETCH, 0);

    kf_stream_start(stream.stream, 20); /* need not wait for the old answer */
    const struct fake_request *new = fake_broker_await(stage->broker, KF_API_FETCH, 1);
    assert_int_equal(new->parts[0].offset, 20);
    assert_int_not_equal(new->connection, old->connection);
    struct kf_request first = fetch_stage_batch(0, 3000);
    struct kf_request late = fetch_stage_answer(0, 0, first.data, first.size);
    fake_broker_answer(stage->broker, old, &late);
    struct kf_request second = fetch_stage_batch(20, 3000);
    struct kf_request body = fetch_stage_answer(0, 0, second.data, second.size);
    fake_broker_answer(stage->broker, new, &body);
    struct kf_slice *slice = fetch_stream_take(&stream);
    assert_int_equal(slice->from, 20);
    assert_int_equal(slice->next_offset, 21);
    assert_null(slice->next);
    fetch_stream_release(&stream, slice);

    fake_broker_await(stage->broker, KF_API_FETCH, 2); /* never answered */
    fake_broker_take_over(stage->broker, KF_API_FETCH, false);
    kf_stream_start(stream.stream, 40);
    assert_int_equal(fetch_stream_drain(&stream, 40, 50), 30000);
    assert_int_equal(fetch_reader_stale(&stage->reader), 1);
    kf_request_fini(&first);
    kf_request_fini(&late);
    kf_request_fini(&second);
    kf_request_fini(&body);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void a_restart_keeps_slices_that_were_taken(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 100, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    struct kf_slice *taken = fetch_stream_take(&stream);
    fetch_stream_release(&stream, taken->next); /* two would leave no room for a third */
    taken->next = NULL;
    assert_int_equal(taken->data[7], 0);
    kf_stream_start(stream.stream, 90);
    assert_int_equal(fetch_stream_drain(&stream, 90, 100), 30000);
    assert_int_equal(taken->from, 0);
    assert_int_equal(taken->data[7], 0);
    fetch_stream_release(&stream, taken);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void locating_lets_what_waits_stay(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_reader_await(&stage->reader, &stream.ready, 1);
    assert_int_equal(fetch_stream_locate(&stream, KF_OFFSET_LATEST), 5);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void nothing_is_told_after_close(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(2);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fake_broker_append(stage->broker, 1, 5, 1, 3000);
    fake_broker_take_over(stage->broker, KF_API_FETCH, true);
    fetch_reader_start(&stage->reader);
    struct fetch_stream closed;
    struct fetch_stream open;
    fetch_stream_open(&closed, &stage->reader, "orders", 0);
    fetch_stream_open(&open, &stage->reader, "orders", 1);
    kf_stream_start(closed.stream, 0);
    const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, 0);
    fetch_stream_close(&closed);
    struct kf_request batch = fetch_stage_batch(0, 3000);
    struct kf_request body = fetch_stage_answer(0, 0, batch.data, batch.size);
    fake_broker_answer(stage->broker, request, &body);
    fake_broker_take_over(stage->broker, KF_API_FETCH, false);
    kf_stream_start(open.stream, 0);
    assert_int_equal(fetch_stream_drain(&open, 0, 5), 15000);
    assert_int_equal(closed.ready, 0);
    kf_request_fini(&body);
    kf_request_fini(&batch);
    fetch_stream_close(&open);
    fetch_stage_strike(stage);
}

/* Another assignment of the same partition: a stream of its own, while the old one still exists. */
static void a_partition_can_be_opened_again_at_once(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 50, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream old;
    fetch_stream_open(&old, &stage->reader, "orders", 0);
    kf_stream_start(old.stream, 0);
    struct kf_slice *taken = fetch_stream_take(&old);
    kf_stream_close(old.stream);
    struct fetch_stream again;
    fetch_stream_open(&again, &stage->reader, "orders", 0);
    kf_stream_start(again.stream, 10);
    assert_int_equal(fetch_stream_drain(&again, 10, 50), 120000);
    fetch_stream_release(&old, taken);
    kf_stream_free(old.stream);
    fetch_stream_close(&again);
    fetch_stage_strike(stage);
}

static void taken_slices_outlive_the_fetcher(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    struct kf_slice *taken = fetch_stream_take(&stream);
    kf_stream_close(stream.stream);
    fetch_stage_strike(stage);
    assert_int_equal(taken->data[taken->size - 1], 4);
    fetch_stream_release(&stream, taken);
    kf_stream_free(stream.stream);
}

static void streams_that_never_started_can_be_closed(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    kaffe_error err;
    stage->reader.fetcher = kf_fetcher_new(&stage->reader.settings, &stage->reader.log, &err);
    assert_non_null(stage->reader.fetcher);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    fetch_stream_close(&stream);
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage); /* and the fetcher never ran */
}

/* Owner and I/O thread at odds, as fast as both can: nothing may be lost or told twice. */
static void restarts_under_load_keep_their_order(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(4);
    for (int i = 0; i < 4; i++)
        fake_broker_append(stage->broker, i, 300, 1, 3000);
    fetch_reader_start(&stage->reader);
    struct fetch_stream streams[4];
    for (int i = 0; i < 4; i++)
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
    for (int round = 0; round < 50; round++)
        for (int i = 0; i < 4; i++) {
            int64_t from = round * 5 + i;
            kf_stream_start(streams[i].stream, from);
            if (round % 3 == 0)
                fetch_stream_drain(&streams[i], from, from + 3);
        }
    for (int i = 0; i < 4; i++) {
        kf_stream_start(streams[i].stream, 0);
        assert_int_equal(fetch_stream_drain(&streams[i], 0, 300), 900000);
        fetch_stream_close(&streams[i]);
    }
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_drops_what_waits_and_what_is_under_way),
        cmocka_unit_test(a_restart_keeps_slices_that_were_taken),
        cmocka_unit_test(locating_lets_what_waits_stay),
        cmocka_unit_test(nothing_is_told_after_close),
        cmocka_unit_test(a_partition_can_be_opened_again_at_once),
        cmocka_unit_test(taken_slices_outlive_the_fetcher),
        cmocka_unit_test(streams_that_never_started_can_be_closed),
        cmocka_unit_test(restarts_under_load_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
