/* SPDX-License-Identifier: MIT
 * Partitions whose leader moves, is unknown, or is gone. */
#include "fetch_stage.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct pair {
    struct fetch_stage *stage; /* broker 1 */
    struct fake_broker *other; /* broker 2 */
};

/* Two brokers with the same log; metadata of both names both. */
static struct pair raise_pair(void)
{
    struct pair pair = { fetch_stage_raise(1), fake_broker_start(2, "127.0.0.1") };
    fake_broker_topic(pair.other, "orders", 1);
    fake_broker_append(pair.stage->broker, 0, 10, 1, 3000);
    fake_broker_append(pair.other, 0, 10, 1, 3000);
    fake_broker_leader(pair.stage->broker, 0, 2, "127.0.0.1", fake_broker_port(pair.other));
    fake_broker_leader(pair.other, 0, 1, "127.0.0.1", fake_broker_port(pair.stage->broker));
    return pair;
}

static void lead(struct pair *pair, int32_t id)
{
    fake_broker_leader(pair->stage->broker, 0, id, NULL, 0);
    fake_broker_leader(pair->other, 0, id, NULL, 0);
}

static void strike_pair(struct pair *pair)
{
    fetch_stage_strike(pair->stage);
    fake_broker_stop(pair->other);
}

static void a_stream_follows_its_leader(void **state)
{
    (void)state;
    struct pair pair = raise_pair();
    lead(&pair, 1);
    fetch_reader_start(&pair.stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &pair.stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    for (int i = 0; i < 5; i++) { /* to and fro */
        lead(&pair, i % 2 ? 1 : 2);
        fake_broker_append(pair.stage->broker, 0, 10, 1, 3000);
        fake_broker_append(pair.other, 0, 10, 1, 3000);
        assert_int_equal(fetch_stream_drain(&stream, 10 + 10 * i, 20 + 10 * i), 30000);
    }
    assert_int_equal(fetch_reader_logged(&pair.stage->reader, " "), 0);
    fetch_stream_close(&stream);
    strike_pair(&pair);
}

static void a_dead_leader_is_left_for_the_new_one(void **state)
{
    (void)state;
    struct pair pair = raise_pair();
    lead(&pair, 2);
    fetch_reader_start(&pair.stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &pair.stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    fake_broker_append(pair.stage->broker, 0, 10, 1, 3000);
    fake_broker_stop(pair.other);
    /* Told only once nothing needed answers: broker 1 does, but leads nothing of ours. */
    fetch_reader_await(&pair.stage->reader, &pair.stage->reader.unreachable, 1);
    fake_broker_leader(pair.stage->broker, 0, 1, NULL, 0);
    assert_int_equal(fetch_stream_drain(&stream, 10, 20), 30000);
    fetch_stream_close(&stream);
    fetch_stage_strike(pair.stage);
}

static void a_silent_leader_is_left_for_the_new_one(void **state)
{
    (void)state;
    struct pair pair = raise_pair();
    pair.stage->reader.settings.max_wait_ms = 10;
    pair.stage->reader.settings.connection.request_timeout_ms = 300;
    lead(&pair, 2);
    fetch_reader_start(&pair.stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &pair.stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 10), 30000);
    fake_broker_append(pair.stage->broker, 0, 10, 1, 3000);
    fake_broker_leader(pair.stage->broker, 0, 1, NULL, 0);
    fake_broker_silence(pair.other, true); /* half-open */
    assert_int_equal(fetch_stream_drain(&stream, 10, 20), 30000);
    fetch_stream_close(&stream);
    strike_pair(&pair);
}

static void a_partition_without_a_leader_waits_for_one(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(2);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_append(stage->broker, 1, 10, 1, 3000);
    fake_broker_leader(stage->broker, 0, -1, NULL, 0);
    fetch_reader_start(&stage->reader);
    struct fetch_stream without;
    struct fetch_stream with;
    fetch_stream_open(&without, &stage->reader, "orders", 0);
    fetch_stream_open(&with, &stage->reader, "orders", 1);
    kf_stream_start(without.stream, 0);
    kf_stream_start(with.stream, 0);
    assert_int_equal(fetch_stream_drain(&with, 0, 10), 30000);
    fetch_reader_await_log(&stage->reader,
                           "fetch.failed topic=orders partition=0 error=LEADER_NOT_AVAILABLE");
    fake_broker_leader(stage->broker, 0, 1, NULL, 0);
    assert_int_equal(fetch_stream_drain(&without, 0, 10), 30000);
    assert_int_equal(fetch_reader_logged(&stage->reader, "fetch.failed"), 1);
    fetch_stream_close(&without);
    fetch_stream_close(&with);
    fetch_stage_strike(stage);
}

static void a_topic_that_appears_later_is_read(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(0);
    fetch_reader_start(&stage->reader);
    struct fetch_stream streams[2];
    for (int i = 0; i < 2; i++) {
        fetch_stream_open(&streams[i], &stage->reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    fetch_reader_await_log(&stage->reader,
                           "topic.unknown topic=orders error=UNKNOWN_TOPIC_OR_PARTITION");
    int asked = fake_broker_count(stage->broker, KF_API_METADATA);
    fake_broker_await(stage->broker, KF_API_METADATA, asked + 2);
    assert_int_equal(fetch_reader_logged(&stage->reader, "topic.unknown"), 1);
    fake_broker_append(stage->broker, 0, 10, 1, 3000);
    fake_broker_topic(stage->broker, "orders", 1);
    assert_int_equal(fetch_stream_drain(&streams[0], 0, 10), 30000);
    fetch_reader_await_log(&stage->reader, "fetch.failed topic=orders partition=1");
    fake_broker_append(stage->broker, 1, 10, 1, 3000);
    fake_broker_topic(stage->broker, "orders", 2);
    assert_int_equal(fetch_stream_drain(&streams[1], 0, 10), 30000);
    for (int i = 0; i < 2; i++)
        fetch_stream_close(&streams[i]);
    fetch_stage_strike(stage);
}

static void a_settled_cluster_is_not_asked_again(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fetch_reader_start(&stage->reader);
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    for (int i = 0; i < 50; i++) {
        fake_broker_append(stage->broker, 0, 1, 1, 3000);
        fetch_stream_drain(&stream, i, i + 1);
    }
    assert_true(fake_broker_count(stage->broker, KF_API_METADATA) <= 2);
    fetch_stream_close(&stream);
    fetch_stage_strike(stage);
}

static void every_version_of_fetch_is_spoken(void **state)
{
    (void)state;
    for (int16_t version = 4; version <= 11; version++) {
        struct fetch_stage *stage = fetch_stage_raise(2);
        fake_broker_fetch_version(stage->broker, version);
        fake_broker_append(stage->broker, 0, 10, 1, 3000);
        fake_broker_append(stage->broker, 1, 10, 1, 3000);
        fetch_reader_start(&stage->reader);
        struct fetch_stream streams[2];
        for (int i = 0; i < 2; i++) {
            fetch_stream_open(&streams[i], &stage->reader, "orders", i);
            kf_stream_start(streams[i].stream, 0);
        }
        for (int i = 0; i < 2; i++) {
            assert_int_equal(fetch_stream_drain(&streams[i], 0, 10), 30000);
            fetch_stream_close(&streams[i]);
        }
        const struct fake_request *request = fake_broker_await(stage->broker, KF_API_FETCH, 0);
        assert_int_equal(request->version, version);
        fetch_stage_strike(stage);
    }
}

static void a_broker_too_old_is_named(void **state)
{
    (void)state;
    struct fetch_stage *stage = fetch_stage_raise(1);
    fake_broker_fetch_version(stage->broker, 3);
    fetch_reader_start(&stage->reader);
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    assert_non_null(strstr(stage->reader.why, "Kafka 0.11 or later is needed"));
    fetch_stage_strike(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_follows_its_leader),
        cmocka_unit_test(a_dead_leader_is_left_for_the_new_one),
        cmocka_unit_test(a_silent_leader_is_left_for_the_new_one),
        cmocka_unit_test(a_partition_without_a_leader_waits_for_one),
        cmocka_unit_test(a_topic_that_appears_later_is_read),
        cmocka_unit_test(a_settled_cluster_is_not_asked_again),
        cmocka_unit_test(every_version_of_fetch_is_spoken),
        cmocka_unit_test(a_broker_too_old_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
