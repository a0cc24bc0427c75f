/* SPDX-License-Identifier: MIT
 * A reader on a real Kafka: times, markers and gaps of compaction as positions, partitions that are
 * added. */
#include "e2e_broker.h"
#include "e2e_producer.h"
#include "recorder.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    COUNT = 50
};
static const int64_t first_time_ms = 1700000000000;

/* The message at offset n has the time first_time_ms + 1000 n. */
static void produce_with_times(const char *topic, int32_t partition)
{
    kaffe_record records[COUNT];
    for (int i = 0; i < COUNT; i++)
        records[i] = (kaffe_record){ .value = kaffe_text("value"),
                                     .timestamp_ms = first_time_ms + 1000 * i };
    kafka_client_produce(e2e_endpoints(), topic, partition, records, COUNT);
}

static const char *time_of(char text[32], int64_t offset, int64_t more_ms)
{
    snprintf(text, 32, "@%lld", (long long)(first_time_ms + 1000 * offset + more_ms));
    return text;
}

/* Reads to its end; what was handled is in the recorder. */
static struct recorder *read_to_the_end(const char *topic, const char *start_at,
                                        const char *stop_at)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options = recorder_reader_options(recorder, e2e_endpoints(), topic);
    options.start_at = start_at;
    options.stop_at = stop_at;
    recorder_await_end(recorder_start_reader(&options));
    return recorder;
}

static void times_are_the_first_message_then_or_later(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-times");
    e2e_create_topic(topic.text, 2, "message.timestamp.type=CreateTime retention.ms=-1");
    for (int32_t p = 0; p < 2; p++)
        produce_with_times(topic.text, p);
    static const struct {
        int64_t from_ms;
        int64_t to_ms;
        int64_t from;
        int64_t to;
    } cases[] = {
        { 10000, 20000, 10, 20 },    { 10001, 20001, 11, 21 }, { -1000000, 5000, 0, 5 },
        { 49000, 50000000, 49, 50 }, { 90000, 95000, 50, 50 }, { 20000, 10000, 20, 20 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char start[32];
        char stop[32];
        struct recorder *recorder = read_to_the_end(topic.text, time_of(start, 0, cases[i].from_ms),
                                                    time_of(stop, 0, cases[i].to_ms));
        int64_t count = cases[i].to - cases[i].from;
        assert_int_equal(recorder->count, 2 * count);
        for (int32_t p = 0; p < 2; p++)
            recorder_assert_in_order(recorder, p, cases[i].from, count);
        recorder_free(recorder);
    }
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void the_last_so_many_are_those_before_the_end(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-last");
    e2e_create_topic(topic.text, 1, "retention.ms=-1"); /* those times are long ago */
    produce_with_times(topic.text, 0);
    e2e_delete_records(topic.text, 0, 20);
    static const struct {
        const char *start;
        int64_t from;
    } cases[] = { { "-10", 40 }, { "-30", 20 }, { "-40", 20 }, { "latest", 50 }, { "5", 20 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recorder *recorder = read_to_the_end(topic.text, cases[i].start, "end");
        assert_int_equal(recorder->count, COUNT - cases[i].from);
        recorder_assert_in_order(recorder, 0, cases[i].from, COUNT - cases[i].from);
        recorder_free(recorder);
    }
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void an_end_behind_markers_is_reached(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-markers");
    kaffe_record records[5];
    for (int i = 0; i < 5; i++)
        records[i] = (kaffe_record){ .value = kaffe_text("value") };
    e2e_create_topic(topic.text, 1, NULL);
    e2e_produce_transaction(topic.text, 0, records, 5, true);
    e2e_produce_transaction(topic.text, 0, records, 5, false);
    assert_int_equal(e2e_end(topic.text, 0), 12);
    static const struct {
        const char *start;
        const char *stop;
        size_t count;
    } cases[] = { { "earliest", "end", 10 }, { "earliest", "6", 5 }, { "5", "6", 0 },
                  { "11", "12", 0 },         { "-1", "end", 0 },     { "-2", "end", 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recorder *recorder = read_to_the_end(topic.text, cases[i].start, cases[i].stop);
        assert_int_equal(recorder->count, cases[i].count);
        recorder_free(recorder);
    }
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

/* @return how many offsets are missing behind `offset`, which is that of the first gap; 0: none */
static int64_t find_gap(const struct kafka_client_records *records, int64_t *offset)
{
    for (size_t i = 1; i < records->count; i++) {
        *offset = records->items[i - 1].message.offset;
        int64_t missing = records->items[i].message.offset - *offset - 1;
        if (missing > 1)
            return missing;
    }
    return 0;
}

static size_t count_below(const struct kafka_client_records *records, int64_t offset)
{
    size_t count = 0;
    for (size_t i = 0; i < records->count; i++)
        count += records->items[i].message.offset < offset;
    return count;
}

/* Compaction goes on meanwhile: what is compared must have been the same before and after. */
static bool stops_within_the_gap(const char *topic)
{
    int64_t offset = 0;
    char stop[32];
    struct kafka_client_records before = e2e_read(topic, 1);
    bool compared = find_gap(&before, &offset) > 0;
    snprintf(stop, sizeof stop, "%lld", (long long)offset + 2);
    struct recorder *part = read_to_the_end(topic, "earliest", stop);
    struct recorder *all = read_to_the_end(topic, "earliest", "end");
    struct kafka_client_records after = e2e_read(topic, 1);
    compared = compared && before.count == after.count;
    if (compared) {
        assert_int_equal(part->count, count_below(&before, offset + 2));
        assert_int_equal(all->count, before.count);
    }
    recorder_free(part);
    recorder_free(all);
    kafka_client_records_free(&before);
    kafka_client_records_free(&after);
    return compared;
}

static void a_stop_within_a_gap_of_compaction_is_reached(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-compacted");
    kaffe_record records[40];
    char keys[40][8];
    bool compared = false;
    e2e_create_topic(topic.text, 1,
                     "cleanup.policy=compact segment.ms=200 min.cleanable.dirty.ratio=0.01 "
                     "max.compaction.lag.ms=200 min.compaction.lag.ms=0");
    for (int i = 0; i < 40; i++) {
        snprintf(keys[i], sizeof keys[i], "%d", i % 4);
        records[i] = (kaffe_record){ .key = kaffe_text(keys[i]), .value = kaffe_text("value") };
    }
    /* The first message stays, what follows goes. */
    e2e_produce(topic.text, 0,
                &(kaffe_record){ .key = kaffe_text("first"), .value = kaffe_text("value") }, 1,
                NULL);
    for (int tries = 0; tries < 100 && !compared; tries++) {
        if (tries < 10)
            e2e_produce(topic.text, 0, records, 40, "batch.num.messages=7");
        poll(NULL, 0, 500);
        compared = stops_within_the_gap(topic.text);
    }
    assert_true(compared);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void partitions_that_are_added_are_read_from_their_first_message(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-grows");
    struct recorder *recorder = recorder_new();
    e2e_create_topic(topic.text, 1, "retention.ms=-1"); /* those times are long ago */
    produce_with_times(topic.text, 0);
    kaffe_reader_options options = recorder_reader_options(recorder, e2e_endpoints(), topic.text);
    options.start_at = "latest";
    kaffe_consumer *reader = recorder_start_reader(&options);
    recorder_await_log(recorder, "partition.started", "partition=0 offset=50");
    kafka_client_grow_topic(e2e_endpoints(), topic.text, 3);
    produce_with_times(topic.text, 2);
    recorder_await_handled(recorder, COUNT);
    recorder_stop(reader);
    recorder_assert_in_order(recorder, 2, 0, COUNT);
    recorder_await_log(recorder, "partition.started", "partition=2 offset=0 reason=new_partition");
    recorder_free(recorder);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void a_topic_that_does_not_exist_is_an_error_and_is_not_made(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("reader-nowhere");
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_reader_options options = recorder_reader_options(recorder, e2e_endpoints(), topic.text);
    recorder_await_failure(recorder_start_reader(&options), &err);
    assert_int_equal(err.status, KAFFE_KAFKA);
    assert_int_equal(err.kafka_code, 3);
    assert_int_equal(kafka_client_partition_count(e2e_endpoints(), topic.text), 0);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_the_first_message_then_or_later),
        cmocka_unit_test(the_last_so_many_are_those_before_the_end),
        cmocka_unit_test(an_end_behind_markers_is_reached),
        cmocka_unit_test(a_stop_within_a_gap_of_compaction_is_reached),
        cmocka_unit_test(partitions_that_are_added_are_read_from_their_first_message),
        cmocka_unit_test(a_topic_that_does_not_exist_is_an_error_and_is_not_made),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
