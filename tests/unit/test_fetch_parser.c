/* SPDX-License-Identifier: MIT
 * Fetch responses: recorded ones give the same events however they are cut into reads, and made up
 * ones give an error. */
#include "batch_builder.h"
#include "fetch_message.h"
#include "frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a caller does: reads into a buffer, parses, takes records off the stream. All events are
 * written down as text, records by size and sum. */
struct reading {
    char text[4096];
    size_t length;
    enum kf_fetch_event end;
    const char *malformed;
};

static void write_partition(struct reading *reading, const struct kf_fetch_partition *p,
                            const uint8_t *records)
{
    unsigned sum = 0;
    for (int32_t i = 0; i < p->records_size; i++)
        sum = sum * 31 + records[i];
    reading->length +=
        (size_t)snprintf(reading->text + reading->length, sizeof reading->text - reading->length,
                         "%.*s/%d error=%d hw=%lld stable=%lld start=%lld records=%d sum=%u\n",
                         KAFFE_TEXT(p->topic), (int)p->partition, (int)p->error,
                         (long long)p->high_watermark, (long long)p->last_stable_offset,
                         (long long)p->log_start_offset, (int)p->records_size, sum);
}

/* Reads end at `split`, and then at every `step` bytes. */
static void read_response(struct reading *reading, kaffe_bytes frame, int16_t version, size_t split,
                          size_t step)
{
    struct kf_fetch_parser parser;
    *reading = (struct reading){ 0 };
    kf_fetch_parser_init(&parser, version, frame.size);
    const uint8_t *data = frame.data;
    size_t at = 0;
    size_t there = split < frame.size ? split : frame.size;
    for (;;) {
        uint8_t *copy = exact_copy(data + at, there - at);
        size_t consumed = 0;
        enum kf_fetch_event event = kf_fetch_parse(&parser, copy, there - at, &consumed);
        free(copy);
        assert_true(consumed <= there - at);
        at += consumed;
        if (event == KF_FETCH_NEED_MORE) {
            assert_true(there < frame.size);
            there = there + step < frame.size ? there + step : frame.size;
        } else if (event == KF_FETCH_PARTITION) {
            assert_true((size_t)parser.partition.records_size <= frame.size - at);
            write_partition(reading, &parser.partition, data + at);
            at += (size_t)parser.partition.records_size;
            there = at > there ? at : there;
        } else if (event == KF_FETCH_HEADER) {
            reading->length +=
                (size_t)snprintf(reading->text, sizeof reading->text, "throttle=%d error=%d\n",
                                 (int)parser.throttle_ms, (int)parser.error);
        } else {
            reading->end = event;
            reading->malformed = parser.malformed;
            assert_true(event == KF_FETCH_MALFORMED || at == frame.size);
            return;
        }
    }
}

static const struct {
    const char *name;
    int16_t version;
} frames[] = {
    { "fetch_v4_batches.bin", 4 },   { "fetch_v5_batches.bin", 5 },
    { "fetch_v6_batches.bin", 6 },   { "fetch_v7_batches.bin", 7 },
    { "fetch_v8_batches.bin", 8 },   { "fetch_v9_batches.bin", 9 },
    { "fetch_v10_batches.bin", 10 }, { "fetch_v11_batches.bin", 11 },
    { "fetch_v11_several.bin", 11 }, { "fetch_v11_errors.bin", 11 },
    { "fetch_v4_committed.bin", 4 }, { "fetch_v11_committed.bin", 11 },
};

static kaffe_bytes load(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "frames/%s", name);
    return frame_load(TEST_DATA, path);
}

static void read_recorded(struct reading *reading, const char *name, int16_t version)
{
    kaffe_bytes frame = load(name);
    read_response(reading, frame, version, frame.size, 1);
    assert_int_equal(reading->end, KF_FETCH_END);
    frame_free(frame);
}

static void every_version_of_a_real_broker_is_understood(void **state)
{
    (void)state;
    for (int16_t version = 4; version <= 11; version++) {
        char name[64];
        char text[128];
        struct reading reading;
        snprintf(name, sizeof name, "fetch_v%d_batches.bin", version);
        read_recorded(&reading, name, version);
        snprintf(text, sizeof text,
                 "throttle=0 error=0\nbatches/0 error=0 hw=24 stable=24 start=%d records=942 ",
                 version >= 5 ? 0 : -1);
        assert_memory_equal(reading.text, text, strlen(text));
    }
}

static void several_topics_come_one_partition_at_a_time(void **state)
{
    (void)state;
    struct reading reading;
    read_recorded(&reading, "fetch_v11_several.bin", 11);
    assert_non_null(strstr(reading.text, "three/0 error=0 hw=1 "));
    assert_non_null(strstr(reading.text, "three/1 error=0 hw=1 "));
    assert_non_null(strstr(reading.text, "three/2 error=0 hw=1 "));
    assert_non_null(strstr(reading.text, "empty/0 error=0 hw=0 stable=0 start=0 records=0 "));
    assert_non_null(strstr(reading.text, "batches/0 error=0 hw=24 stable=24 start=0 records=0 "));
}

static void a_partitions_error_is_told(void **state)
{
    (void)state;
    struct reading reading;
    read_recorded(&reading, "fetch_v11_errors.bin", 11);
    assert_non_null(strstr(reading.text, "java-none/0 error=1 "));
    assert_non_null(strstr(reading.text, "no-such-topic/0 error=3 "));
    assert_non_null(strstr(reading.text, "three/7 error=3 "));
}

static void aborted_transactions_are_passed_over(void **state)
{
    (void)state;
    struct reading reading;
    read_recorded(&reading, "fetch_v11_committed.bin", 11);
    assert_non_null(
        strstr(reading.text, "transactions/0 error=0 hw=18 stable=18 start=0 records=982 "));
}

static void reads_may_end_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        kaffe_bytes frame = load(frames[i].name);
        struct reading whole;
        struct reading cut;
        read_response(&whole, frame, frames[i].version, frame.size, 1);
        for (size_t split = 0; split <= frame.size; split++) {
            read_response(&cut, frame, frames[i].version, split, frame.size);
            assert_int_equal(cut.end, KF_FETCH_END);
            assert_string_equal(cut.text, whole.text);
        }
        for (size_t step = 1; step < 40; step++) {
            read_response(&cut, frame, frames[i].version, 0, step);
            assert_int_equal(cut.end, KF_FETCH_END);
            assert_string_equal(cut.text, whole.text);
        }
        frame_free(frame);
    }
}

static void a_response_that_ends_early_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        kaffe_bytes frame = load(frames[i].name);
        for (size_t size = 0; size < frame.size; size++) {
            struct reading reading;
            read_response(&reading, (kaffe_bytes){ frame.data, size }, frames[i].version, size, 1);
            assert_int_equal(reading.end, KF_FETCH_MALFORMED);
            assert_non_null(reading.malformed);
        }
        frame_free(frame);
    }
}

/* A response of version 11 with one partition; what lies is given. */
struct made_up {
    int32_t topic_count;
    int16_t name_size;
    int32_t partition_count;
    int32_t aborted_count;
    int32_t records_size;
    size_t bytes_behind;
};

static const struct made_up honest = { 1, 5, 1, 2, 10, 10 };

static enum kf_fetch_event parse_made_up(const struct made_up *lie, const char **malformed)
{
    struct kf_request body = { 0 };
    kf_write_int32(&body, 0);
    kf_write_int16(&body, 0);
    kf_write_int32(&body, 0);
    kf_write_int32(&body, lie->topic_count);
    kf_write_int16(&body, lie->name_size);
    append_bytes(&body, "topic", 5);
    kf_write_int32(&body, lie->partition_count);
    kf_write_int32(&body, 0);
    kf_write_int16(&body, 0);
    for (int i = 0; i < 3; i++)
        kf_write_int64(&body, 0);
    kf_write_int32(&body, lie->aborted_count);
    for (int i = 0; i < 4; i++)
        kf_write_int64(&body, 0);
    kf_write_int32(&body, -1);
    kf_write_int32(&body, lie->records_size);
    for (size_t i = 0; i < lie->bytes_behind; i++)
        kf_write_int8(&body, 'r');
    struct reading reading;
    read_response(&reading, built_bytes(&body), 11, body.size, 1);
    kf_request_fini(&body);
    *malformed = reading.malformed;
    return reading.end;
}

static void a_lie_is_malformed(void **state)
{
    (void)state;
    const char *why;
    assert_int_equal(parse_made_up(&honest, &why), KF_FETCH_END);
    const struct {
        struct made_up lie;
        const char *why;
    } lies[] = {
        { { 2, 5, 1, 2, 10, 10 }, "it ends inside a field" },
        { { INT32_MAX, 5, 1, 2, 10, 10 }, "it ends inside a field" },
        { { -2, 5, 1, 2, 10, 10 }, "a negative count or size" },
        { { 0, 5, 1, 2, 10, 10 }, "bytes behind the last partition" },
        { { 1, -1, 1, 2, 10, 10 }, "a topic's name that can not be" },
        { { 1, 257, 1, 2, 10, 10 }, "a topic's name that can not be" },
        { { 1, 5, 2, 2, 10, 10 }, "it ends inside a field" },
        { { 1, 5, -3, 2, 10, 10 }, "a negative count or size" },
        { { 1, 5, 1, INT32_MAX, 10, 10 }, "more aborted transactions than there is room for" },
        { { 1, 5, 1, INT32_MIN, 10, 10 }, "a negative count or size" },
        { { 1, 5, 1, 2, 11, 10 }, "more records than there is room for" },
        { { 1, 5, 1, 2, INT32_MAX, 10 }, "more records than there is room for" },
        { { 1, 5, 1, 2, -2, 10 }, "a negative count or size" },
        { { 1, 5, 1, 2, 9, 10 }, "bytes behind the last partition" },
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        assert_int_equal(parse_made_up(&lies[i].lie, &why), KF_FETCH_MALFORMED);
        assert_string_equal(why, lies[i].why);
    }
}

static void null_records_and_null_aborted_are_none(void **state)
{
    (void)state;
    const char *why;
    struct made_up nulls = honest;
    nulls.records_size = -1;
    nulls.bytes_behind = 0;
    assert_int_equal(parse_made_up(&nulls, &why), KF_FETCH_END);
    const char null_topics[] = "\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff";
    struct reading reading;
    read_response(&reading, (kaffe_bytes){ null_topics, 14 }, 11, 14, 1);
    assert_int_equal(reading.end, KF_FETCH_END);
}

static void an_error_of_the_whole_response_is_told(void **state)
{
    (void)state;
    const char body[] = "\0\0\0\x2a\0\x46\0\0\0\0\0\0\0\0";
    struct reading reading;
    read_response(&reading, (kaffe_bytes){ body, 14 }, 11, 14, 1);
    assert_int_equal(reading.end, KF_FETCH_END);
    assert_string_equal(reading.text, "throttle=42 error=70\n");
}

static void more_aborted_transactions_than_a_read_holds_come_through(void **state)
{
    (void)state;
    struct kf_request body = { 0 };
    append_bytes(&body, "\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\1t\0\0\0\1", 21);
    append_bytes(&body, "\0\0\0\5\0\0", 6);
    for (int i = 0; i < 3; i++)
        kf_write_int64(&body, 0);
    kf_write_int32(&body, 1000);
    for (int i = 0; i < 2000; i++)
        kf_write_int64(&body, i);
    append_bytes(&body, "\0\0\0\0\0\0\0\0", 8);
    kaffe_bytes frame = built_bytes(&body);
    struct kf_fetch_parser parser;
    kf_fetch_parser_init(&parser, 11, frame.size);
    size_t at = 0;
    enum kf_fetch_event event = KF_FETCH_NEED_MORE;
    while (event != KF_FETCH_END) {
        size_t size = frame.size - at < KF_FETCH_FIELDS_MAX ? frame.size - at : KF_FETCH_FIELDS_MAX;
        size_t consumed;
        event = kf_fetch_parse(&parser, (const uint8_t *)frame.data + at, size, &consumed);
        assert_true(event == KF_FETCH_END || consumed > 0);
        assert_int_not_equal(event, KF_FETCH_MALFORMED);
        at += consumed;
    }
    assert_int_equal(parser.partition.partition, 5);
    kf_request_fini(&body);
}

static void what_follows_the_response_is_left_alone(void **state)
{
    (void)state;
    const uint8_t body[] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0next";
    struct kf_fetch_parser parser;
    kf_fetch_parser_init(&parser, 11, 14);
    size_t consumed;
    assert_int_equal(kf_fetch_parse(&parser, body, 18, &consumed), KF_FETCH_HEADER);
    assert_int_equal(consumed, 14);
    assert_int_equal(kf_fetch_parse(&parser, body + 14, 4, &consumed), KF_FETCH_END);
    assert_int_equal(consumed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_of_a_real_broker_is_understood),
        cmocka_unit_test(several_topics_come_one_partition_at_a_time),
        cmocka_unit_test(a_partitions_error_is_told),
        cmocka_unit_test(aborted_transactions_are_passed_over),
        cmocka_unit_test(reads_may_end_anywhere),
        cmocka_unit_test(a_response_that_ends_early_is_malformed),
        cmocka_unit_test(a_lie_is_malformed),
        cmocka_unit_test(null_records_and_null_aborted_are_none),
        cmocka_unit_test(an_error_of_the_whole_response_is_told),
        cmocka_unit_test(more_aborted_transactions_than_a_read_holds_come_through),
        cmocka_unit_test(what_follows_the_response_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
