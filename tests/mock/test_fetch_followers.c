/* SPDX-License-Identifier: MIT
 * Partitions that are read from a replica in the client's own rack, and what happens when that
 * replica is of no use: nothing is lost, repeated or taken for gone. */
#include "fetch_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct racks {
    struct fetch_stage *stage; /* broker 1, the leader */
    struct fake_broker *near; /* broker 2, a follower in our rack */
    struct fetch_stream stream;
};

static void name_brokers(struct fake_broker *broker, struct fake_broker *other, int32_t other_id)
{
    fake_broker_leader(broker, 0, other_id, "127.0.0.1", fake_broker_port(other));
    fake_broker_leader(broker, 0, 1, NULL, 0);
}

/* Both hold ten messages; the leader sends consumers with a rack to broker 2. */
static struct racks raise_racks(void)
{
    struct racks racks = { fetch_stage_raise(1), fake_broker_start(2, "127.0.0.1"), { 0 } };
    fake_broker_topic(racks.near, "orders", 1);
    name_brokers(racks.stage->broker, racks.near, 2);
    name_brokers(racks.near, racks.stage->broker, 1);
    fake_broker_replicate(racks.near, 0, true);
    fake_broker_prefer(racks.stage->broker, 0, 2);
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    fake_broker_append(racks.near, 0, 10, 1, 3000);
    racks.stage->reader.settings.client_rack = "a";
    racks.stage->reader.settings.max_wait_ms = 10;
    return racks;
}

static void start(struct racks *racks)
{
    fetch_reader_start(&racks->stage->reader);
    fetch_stream_open(&racks->stream, &racks->stage->reader, "orders", 0);
    kf_stream_start(racks->stream.stream, 0);
}

static void strike_racks(struct racks *racks)
{
    fetch_stream_close(&racks->stream);
    fetch_stage_strike(racks->stage);
    if (racks->near)
        fake_broker_stop(racks->near);
}

static void append_to_both(struct racks *racks)
{
    fake_broker_append(racks->stage->broker, 0, 10, 1, 3000);
    fake_broker_append(racks->near, 0, 10, 1, 3000);
}

static const struct fake_request *last_fetch(struct fake_broker *broker)
{
    return fake_broker_await(broker, KF_API_FETCH, fake_broker_count(broker, KF_API_FETCH) - 1);
}

static void a_client_without_a_rack_reads_from_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    racks.stage->reader.settings.client_rack = NULL;
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    assert_string_equal(last_fetch(racks.stage->broker)->rack, "");
    assert_int_equal(fake_broker_count(racks.near, KF_API_FETCH), 0);
    strike_racks(&racks);
}

static void a_replica_in_the_own_rack_is_read_from(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    assert_string_equal(fake_broker_await(racks.stage->broker, KF_API_FETCH, 0)->rack, "a");
    int asked = fake_broker_count(racks.stage->broker, KF_API_FETCH);
    append_to_both(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    assert_int_equal(fake_broker_count(racks.stage->broker, KF_API_FETCH), asked);
    assert_int_equal(fetch_reader_stale(&racks.stage->reader), 0);
    strike_racks(&racks);
}

static void the_leader_is_asked_again_when_the_metadata_is_old(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    racks.stage->reader.settings.connection.metadata_max_age_ms = 50;
    start(&racks);
    for (int i = 1; i <= 3; i++) {
        fake_broker_await(racks.stage->broker, KF_API_FETCH, i);
        fake_broker_await(racks.near, KF_API_FETCH, i);
    }
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    strike_racks(&racks);
}

static void a_follower_that_is_away_is_left_for_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    fake_broker_stop(racks.near);
    racks.near = NULL;
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    assert_string_equal(last_fetch(racks.stage->broker)->rack, "");
    assert_int_equal(racks.stage->reader.unreachable, 0);
    strike_racks(&racks);
}

static void a_silent_follower_is_left_for_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    racks.stage->reader.settings.connection.request_timeout_ms = 300;
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    fake_broker_silence(racks.near, true);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    strike_racks(&racks);
}

/* Of a broker that is no replica any more, of one with a broken disk, and of one that never can. */
static void a_follower_that_refuses_is_left_for_the_leader(void **state)
{
    (void)state;
    const int16_t codes[] = { 6, 56, 2, 3, 29, 99, 78 };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct racks racks = raise_racks();
        fake_broker_fail(racks.near, 0, codes[i], 1000000);
        start(&racks);
        assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
        assert_int_equal(fetch_reader_logged(&racks.stage->reader, "fetch.failed"), 0);
        strike_racks(&racks);
    }
}

static void an_offset_out_of_range_at_a_follower_is_asked_of_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    fake_broker_fail(racks.near, 0, 1, 1000000);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    assert_int_equal(racks.stream.out_of_range, 0);
    strike_racks(&racks);
}

static void a_follower_that_names_another_is_left_for_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    fake_broker_prefer(racks.near, 0, 1);
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    assert_string_equal(last_fetch(racks.stage->broker)->rack, "");
    assert_int_equal(racks.stream.gaps, 0);
    strike_racks(&racks);
}

static void a_gap_at_a_follower_is_asked_of_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    fake_broker_skip(racks.near, 0, 10);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    assert_int_equal(racks.stream.gaps, 0);
    strike_racks(&racks);
}

static void a_gap_at_both_is_one(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_skip(racks.stage->broker, 0, 10);
    fake_broker_skip(racks.near, 0, 10);
    fetch_reader_await(&racks.stage->reader, &racks.stream.gaps, 1);
    assert_int_equal(racks.stream.offset, 10);
    assert_int_equal(racks.stream.gap_end, 20);
    assert_string_equal(last_fetch(racks.stage->broker)->rack, "");
    strike_racks(&racks);
}

static void an_offset_out_of_range_at_both_is_gone(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_trim(racks.stage->broker, 0, 5);
    fake_broker_trim(racks.near, 0, 5);
    kf_stream_start(racks.stream.stream, 2);
    fetch_reader_await(&racks.stage->reader, &racks.stream.out_of_range, 1);
    assert_int_equal(racks.stream.offset, 2);
    strike_racks(&racks);
}

static void offsets_are_located_by_the_leader(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    assert_int_equal(fetch_stream_locate(&racks.stream, KF_OFFSET_LATEST), 10);
    assert_int_equal(fake_broker_count(racks.near, KF_API_LIST_OFFSETS), 0);
    strike_racks(&racks);
}

static void a_follower_that_becomes_the_leader_is_one(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    racks.stage->reader.settings.connection.metadata_max_age_ms = 100;
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fake_broker_append(racks.near, 0, 10, 1, 3000);
    fake_broker_leader(racks.near, 0, 2, NULL, 0);
    fake_broker_leader(racks.stage->broker, 0, 2, NULL, 0);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    assert_int_equal(fetch_stream_locate(&racks.stream, KF_OFFSET_LATEST), 20);
    strike_racks(&racks);
}

/* An unknown broker, the leader itself, and no number of a broker at all. */
static void a_leader_that_lies_about_replicas_is_read_from(void **state)
{
    (void)state;
    const int32_t lies[] = { 99, 1, INT32_MAX, -2, INT32_MIN };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct racks racks = raise_racks();
        fake_broker_prefer(racks.stage->broker, 0, lies[i]);
        start(&racks);
        assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
        assert_int_equal(fake_broker_count(racks.near, KF_API_FETCH), 0);
        strike_racks(&racks);
    }
}

static void streams_that_close_leave_no_follower_behind(void **state)
{
    (void)state;
    struct racks racks = raise_racks();
    start(&racks);
    assert_int_equal(fetch_stream_drain(&racks.stream, 0, 10), 30000);
    fetch_stream_close(&racks.stream);
    fetch_stream_open(&racks.stream, &racks.stage->reader, "orders", 0);
    kf_stream_start(racks.stream.stream, 5);
    assert_int_equal(fetch_stream_drain(&racks.stream, 5, 10), 15000);
    fake_broker_stop(racks.near);
    racks.near = NULL;
    fake_broker_append(racks.stage->broker, 0, 10, 1, 3000);
    assert_int_equal(fetch_stream_drain(&racks.stream, 10, 20), 30000);
    strike_racks(&racks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_without_a_rack_reads_from_the_leader),
        cmocka_unit_test(a_replica_in_the_own_rack_is_read_from),
        cmocka_unit_test(the_leader_is_asked_again_when_the_metadata_is_old),
        cmocka_unit_test(a_follower_that_is_away_is_left_for_the_leader),
        cmocka_unit_test(a_silent_follower_is_left_for_the_leader),
        cmocka_unit_test(a_follower_that_refuses_is_left_for_the_leader),
        cmocka_unit_test(an_offset_out_of_range_at_a_follower_is_asked_of_the_leader),
        cmocka_unit_test(a_follower_that_names_another_is_left_for_the_leader),
        cmocka_unit_test(a_gap_at_a_follower_is_asked_of_the_leader),
        cmocka_unit_test(a_gap_at_both_is_one),
        cmocka_unit_test(an_offset_out_of_range_at_both_is_gone),
        cmocka_unit_test(offsets_are_located_by_the_leader),
        cmocka_unit_test(a_follower_that_becomes_the_leader_is_one),
        cmocka_unit_test(a_leader_that_lies_about_replicas_is_read_from),
        cmocka_unit_test(streams_that_close_leave_no_follower_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
