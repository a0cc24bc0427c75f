/* SPDX-License-Identifier: MIT
 * The walk over a batch's records: what was written is read, and no byte behind the end. */
#include "batch_builder.h"
#include "frames.h"
#include "record_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const kaffe_bytes null = { 0 };
static const kaffe_bytes empty = { .data = "", .size = 0 };

static struct kf_record_walk begin(const struct kf_request *records, int32_t count)
{
    struct kf_batch_header header = { .base_offset = 100,
                                      .next_offset = 200,
                                      .first_timestamp = 5000,
                                      .max_timestamp = 6000,
                                      .record_count = count };
    struct kf_record_walk walk;
    kf_record_walk_begin(&walk, &header, built_bytes(records));
    return walk;
}

/* @return kf_record_next's answer to one record of these bytes */
static int next_of(const void *bytes, size_t size)
{
    struct kf_request records = { 0 };
    append_bytes(&records, bytes, size);
    uint8_t *copy = exact_copy(bytes, size);
    struct kf_record_walk walk = begin(&records, 1);
    walk.at = copy;
    walk.end = copy + size;
    struct kf_record record;
    int next = kf_record_next(&walk, &record);
    free(copy);
    kf_request_fini(&records);
    return next;
}

static void assert_bytes(kaffe_bytes actual, kaffe_bytes expected)
{
    assert_int_equal(actual.data == NULL, expected.data == NULL);
    assert_int_equal(actual.size, expected.size);
    if (expected.size > 0)
        assert_memory_equal(actual.data, expected.data, expected.size);
}

static void null_and_empty_keys_and_values_differ(void **state)
{
    (void)state;
    const kaffe_bytes shapes[] = { null, empty, kaffe_text("x") };
    struct kf_request records = { 0 };
    for (int i = 0; i < 9; i++)
        append_record(&records, &(struct built_record){ .offset_delta = i,
                                                        .key = shapes[i / 3],
                                                        .value = shapes[i % 3] });
    struct kf_record_walk walk = begin(&records, 9);
    struct kf_record record;
    for (int i = 0; i < 9; i++) {
        assert_int_equal(kf_record_next(&walk, &record), 1);
        assert_int_equal(record.offset, 100 + i);
        assert_bytes(record.key, shapes[i / 3]);
        assert_bytes(record.value, shapes[i % 3]);
        assert_int_equal(record.header_count, 0);
    }
    assert_int_equal(kf_record_next(&walk, &record), 0);
    assert_int_equal(kf_record_next(&walk, &record), 0);
    kf_request_fini(&records);
}

static void headers_come_in_order_with_null_and_empty_values(void **state)
{
    (void)state;
    const kaffe_header headers[] = { { kaffe_text("a"), kaffe_text("one") },
                                     { kaffe_text("a"), null },
                                     { empty, empty } };
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .headers = headers, .header_count = 3 });
    struct kf_record_walk walk = begin(&records, 1);
    struct kf_record record;
    assert_int_equal(kf_record_next(&walk, &record), 1);
    assert_int_equal(record.header_count, 3);
    const uint8_t *at = record.headers;
    const uint8_t *end = at + record.headers_size;
    for (int i = 0; i < 3; i++) {
        kaffe_header header;
        assert_true(kf_record_header_next(&at, end, &header));
        assert_bytes(header.name, headers[i].name);
        assert_bytes(header.value, headers[i].value);
    }
    assert_ptr_equal(at, end);
    kaffe_header none;
    assert_false(kf_record_header_next(&at, end, &none));
    kf_request_fini(&records);
}

static void a_header_cut_anywhere_or_without_a_name_is_malformed(void **state)
{
    (void)state;
    const uint8_t whole[] = { 4, 'a', 'b', 6, 'o', 'n', 'e' };
    for (size_t size = 0; size < sizeof whole; size++) {
        uint8_t *part = exact_copy(whole, size);
        const uint8_t *at = part;
        kaffe_header header;
        assert_false(kf_record_header_next(&at, part + size, &header));
        free(part);
    }
    const uint8_t nameless[] = { 1, 0 };
    const uint8_t *at = nameless;
    kaffe_header header;
    assert_false(kf_record_header_next(&at, nameless + 2, &header));
}

static void timestamps_are_relative_to_the_first(void **state)
{
    (void)state;
    const int64_t deltas[] = { 0, -5000, 1 << 20, (int64_t)1 << 40 };
    struct kf_request records = { 0 };
    for (int i = 0; i < 4; i++)
        append_record(&records,
                      &(struct built_record){ .offset_delta = i, .timestamp_delta = deltas[i] });
    struct kf_record_walk walk = begin(&records, 4);
    struct kf_record record;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(kf_record_next(&walk, &record), 1);
        assert_int_equal(record.timestamp_ms, 5000 + deltas[i]);
    }
    kf_request_fini(&records);
}

static void a_timestamp_that_overflows_is_no_trap(void **state)
{
    (void)state;
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .timestamp_delta = INT64_MAX });
    struct kf_record_walk walk = begin(&records, 1);
    struct kf_record record;
    assert_int_equal(kf_record_next(&walk, &record), 1);
    kf_request_fini(&records);
}

static void with_log_append_time_all_have_the_batchs(void **state)
{
    (void)state;
    struct kf_request records = { 0 };
    for (int i = 0; i < 2; i++)
        append_record(&records,
                      &(struct built_record){ .offset_delta = i, .timestamp_delta = 70 * i });
    struct kf_batch_header header = { .next_offset = 2,
                                      .first_timestamp = 5000,
                                      .max_timestamp = 6000,
                                      .record_count = 2,
                                      .attributes = KF_BATCH_LOG_APPEND_TIME };
    struct kf_record_walk walk;
    kf_record_walk_begin(&walk, &header, built_bytes(&records));
    struct kf_record record;
    while (kf_record_next(&walk, &record) == 1)
        assert_int_equal(record.timestamp_ms, 6000);
    assert_int_equal(walk.left, 0);
    kf_request_fini(&records);
}

static void gaps_from_compaction_are_kept(void **state)
{
    (void)state;
    const int64_t deltas[] = { 2, 3, 50, 99 };
    struct kf_request records = { 0 };
    for (int i = 0; i < 4; i++)
        append_record(&records, &(struct built_record){ .offset_delta = deltas[i] });
    struct kf_record_walk walk = begin(&records, 4);
    struct kf_record record;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(kf_record_next(&walk, &record), 1);
        assert_int_equal(record.offset, 100 + deltas[i]);
    }
    assert_int_equal(kf_record_next(&walk, &record), 0);
    kf_request_fini(&records);
}

static int second_with_delta(int64_t delta)
{
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .offset_delta = 5 });
    append_record(&records, &(struct built_record){ .offset_delta = delta });
    struct kf_record_walk walk = begin(&records, 2);
    struct kf_record record;
    assert_int_equal(kf_record_next(&walk, &record), 1);
    int next = kf_record_next(&walk, &record);
    kf_request_fini(&records);
    return next;
}

static void offsets_that_go_back_or_leave_the_batch_are_malformed(void **state)
{
    (void)state;
    assert_int_equal(second_with_delta(6), 1);
    assert_int_equal(second_with_delta(99), 1);
    assert_int_equal(second_with_delta(5), -1);
    assert_int_equal(second_with_delta(0), -1);
    assert_int_equal(second_with_delta(-1), -1);
    assert_int_equal(second_with_delta(100), -1);
    assert_int_equal(second_with_delta(INT64_MAX), -1);
    assert_int_equal(second_with_delta(INT64_MIN), -1);
}

static void a_count_that_is_not_the_records_is_malformed(void **state)
{
    (void)state;
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .offset_delta = 0 });
    append_record(&records, &(struct built_record){ .offset_delta = 1 });
    struct kf_record record;
    struct kf_record_walk too_few = begin(&records, 1);
    assert_int_equal(kf_record_next(&too_few, &record), 1);
    assert_int_equal(kf_record_next(&too_few, &record), -1);
    struct kf_record_walk too_many = begin(&records, 3);
    assert_int_equal(kf_record_next(&too_many, &record), 1);
    assert_int_equal(kf_record_next(&too_many, &record), 1);
    assert_int_equal(kf_record_next(&too_many, &record), -1);
    kf_request_fini(&records);
}

static void an_emptied_batch_has_no_records(void **state)
{
    (void)state;
    struct kf_request records = { 0 };
    kf_write_int8(&records, 0);
    records.size = 0;
    struct kf_record_walk walk = begin(&records, 0);
    struct kf_record record;
    assert_int_equal(kf_record_next(&walk, &record), 0);
    kf_request_fini(&records);
}

static void a_record_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    const kaffe_header headers[] = { { kaffe_text("name"), kaffe_text("value") } };
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .offset_delta = 70,
                                                    .timestamp_delta = 300,
                                                    .key = kaffe_text("a key"),
                                                    .value = kaffe_text("a value"),
                                                    .headers = headers,
                                                    .header_count = 1 });
    assert_int_equal(next_of(records.data, records.size), 1);
    for (size_t size = 0; size < records.size; size++)
        assert_int_equal(next_of(records.data, size), -1);
    /* The same with a size that fits, so that the cut is inside the record. */
    for (size_t size = 1; size < records.size - 1; size++) {
        uint8_t part[128];
        memcpy(part, records.data, records.size);
        part[0] = (uint8_t)(size * 2 - 2);
        bool headers_only = size > records.size - 13; /* those are decoded later */
        if (!headers_only)
            assert_int_equal(next_of(part, size), -1);
    }
    kf_request_fini(&records);
}

static void lying_lengths_in_a_record_are_malformed(void **state)
{
    (void)state;
    /* size, attributes, timestamp, offset, key, value, header count */
    const uint8_t right[] = { 12, 0, 0, 0, 1, 1, 0 };
    assert_int_equal(next_of(right, 7), 1);
    const uint8_t wrong[][7] = {
        { 0, 0, 0, 0, 1, 1, 0 }, /* size 0 */
        { 11, 0, 0, 0, 1, 1, 0 }, /* size -6 */
        { 14, 0, 0, 0, 1, 1, 0 }, /* one more than there is */
        { 12, 0, 0, 0, 3, 1, 0 }, /* key of -2 bytes */
        { 12, 0, 0, 0, 6, 1, 0 }, /* key of 3 */
        { 12, 0, 0, 0, 1, 3, 0 }, /* value of -2 */
        { 12, 0, 0, 0, 1, 4, 0 }, /* value of 2 */
        { 12, 0, 0, 0, 1, 1, 1 }, /* -1 headers */
        { 12, 0, 0, 0, 1, 1, 2 }, /* a header that is not there */
        { 12, 0, 0, 1, 1, 1, 0 }, /* offset -1 */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(next_of(wrong[i], 7), -1);
    const uint8_t left_over[] = { 14, 0, 0, 0, 1, 1, 0, 0 };
    assert_int_equal(next_of(left_over, 8), -1);
}

static void varints_of_every_length_are_read(void **state)
{
    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        const int64_t values[] = { (int64_t)((uint64_t)1 << bits),
                                   (int64_t)(((uint64_t)1 << bits) - 1),
                                   (int64_t)(0 - ((uint64_t)1 << bits)) };
        for (int i = 0; i < 3; i++) {
            struct kf_request out = { 0 };
            append_varint(&out, values[i]);
            const uint8_t *at = out.data;
            int64_t value;
            assert_true(kf_varint(&at, out.data + out.size, &value));
            assert_true(value == values[i]);
            assert_ptr_equal(at, out.data + out.size);
            at = out.data;
            assert_false(kf_varint(&at, out.data + out.size - 1, &value));
            kf_request_fini(&out);
        }
    }
}

static void a_varint_without_end_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[32];
    memset(bytes, 0xff, sizeof bytes);
    const uint8_t *at = bytes;
    int64_t value;
    assert_false(kf_varint(&at, bytes + sizeof bytes, &value));
    assert_ptr_equal(at, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_and_empty_keys_and_values_differ),
        cmocka_unit_test(headers_come_in_order_with_null_and_empty_values),
        cmocka_unit_test(a_header_cut_anywhere_or_without_a_name_is_malformed),
        cmocka_unit_test(timestamps_are_relative_to_the_first),
        cmocka_unit_test(a_timestamp_that_overflows_is_no_trap),
        cmocka_unit_test(with_log_append_time_all_have_the_batchs),
        cmocka_unit_test(gaps_from_compaction_are_kept),
        cmocka_unit_test(offsets_that_go_back_or_leave_the_batch_are_malformed),
        cmocka_unit_test(a_count_that_is_not_the_records_is_malformed),
        cmocka_unit_test(an_emptied_batch_has_no_records),
        cmocka_unit_test(a_record_cut_anywhere_is_malformed),
        cmocka_unit_test(lying_lengths_in_a_record_are_malformed),
        cmocka_unit_test(varints_of_every_length_are_read),
        cmocka_unit_test(a_varint_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
