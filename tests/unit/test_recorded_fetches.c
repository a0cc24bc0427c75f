/* SPDX-License-Identifier: MIT
 * Responses of a real Kafka, read the way the product reads them, beside what librdkafka read from
 * the same topic. tests/data/frames/README.md tells how they were made. */
#include "fetch_message.h"
#include "frames.h"
#include "record_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Everything in a frame, as lines of text in the form that librdkafka's were written down. */
struct transcript {
    char text[32768];
    size_t length;
    int64_t from; /* records below it are left out */
    int64_t next_offset;
    int batches;
    int control_batches;
    int emptied_batches;
    int codecs; /* a bit for each that was seen */
    bool cut;
};

static void add(struct transcript *t, const char *format, ...) KAFFE_PRINTF(2, 3);

static void add(struct transcript *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(t->text + t->length, sizeof t->text - t->length, format, arguments);
    va_end(arguments);
    t->length += (size_t)size;
    assert_true(t->length < sizeof t->text);
}

static int shown_size(kaffe_bytes bytes)
{
    return bytes.data ? (int)bytes.size : -1;
}

static void add_record(struct transcript *t, const struct kf_record *record)
{
    add(t, "%lld %lld %d %d %.*s|%.*s|", (long long)record->offset, (long long)record->timestamp_ms,
        shown_size(record->key), shown_size(record->value), KAFFE_TEXT(record->key),
        KAFFE_TEXT(record->value));
    const uint8_t *at = record->headers;
    const uint8_t *end = at + record->headers_size;
    for (int32_t i = 0; i < record->header_count; i++) {
        kaffe_header header = { 0 };
        assert_true(kf_record_header_next(&at, end, &header));
        add(t, "%s%.*s=", i > 0 ? "," : "", KAFFE_TEXT(header.name));
        if (header.value.data)
            add(t, "%.*s", KAFFE_TEXT(header.value));
        else
            add(t, "NULL");
    }
    assert_ptr_equal(at, end);
    add(t, "\n");
}

static void add_batch(struct transcript *t, const uint8_t *data,
                      const struct kf_batch_header *header, struct kf_decompressor *decompressor)
{
    struct kf_scratch scratch = { 0 };
    kaffe_bytes records;
    assert_int_equal(kf_batch_open(data, header, 1 << 20, decompressor, &scratch, &records),
                     KF_BATCH_OK);
    t->batches++;
    t->control_batches += (header->attributes & KF_BATCH_CONTROL) != 0;
    t->emptied_batches += header->record_count == 0;
    t->codecs |= 1 << (header->attributes & KF_BATCH_CODEC_MASK);
    struct kf_record_walk walk;
    struct kf_record record;
    kf_record_walk_begin(&walk, header, records);
    int next = 0;
    while ((next = kf_record_next(&walk, &record)) > 0)
        if (!(header->attributes & KF_BATCH_CONTROL) && record.offset >= t->from)
            add_record(t, &record);
    assert_int_equal(next, 0);
    kf_scratch_fini(&scratch);
}

static void add_records(struct transcript *t, const uint8_t *data, size_t size)
{
    struct kf_decompressor decompressor = { 0 };
    struct kf_batch_header header;
    size_t whole_size;
    int64_t next_offset = kf_batches_next_offset(data, size, t->from, &whole_size);
    enum kf_batch_status status;
    size_t at = 0;
    while ((status = kf_batch_header_read(data + at, size - at, &header)) == KF_BATCH_OK) {
        add_batch(t, data + at, &header, &decompressor);
        t->next_offset = header.next_offset;
        at += header.size;
    }
    assert_int_equal(status, KF_BATCH_CUT);
    assert_int_equal(at, whole_size);
    assert_int_equal(t->next_offset, next_offset);
    t->cut = at < size;
    kf_decompressor_fini(&decompressor);
}

/* Of a response with one partition. */
static void read_frame(struct transcript *t, const char *name, int16_t version, int64_t from)
{
    char path[128];
    snprintf(path, sizeof path, "frames/%s.bin", name);
    kaffe_bytes frame = frame_load(TEST_DATA, path);
    const uint8_t *data = frame.data;
    struct kf_fetch_parser parser;
    size_t header_size;
    size_t partition_size;
    *t = (struct transcript){ .from = from };
    kf_fetch_parser_init(&parser, version, frame.size);
    assert_int_equal(kf_fetch_parse(&parser, data, frame.size, &header_size), KF_FETCH_HEADER);
    assert_int_equal(
        kf_fetch_parse(&parser, data + header_size, frame.size - header_size, &partition_size),
        KF_FETCH_PARTITION);
    assert_int_equal(header_size + partition_size + (size_t)parser.partition.records_size,
                     frame.size);
    uint8_t *records =
        exact_copy(data + header_size + partition_size, (size_t)parser.partition.records_size);
    add_records(t, records, (size_t)parser.partition.records_size);
    free(records);
    frame_free(frame);
}

/* The transcript's lines are librdkafka's, which may have gone on to later offsets. */
static void assert_as_librdkafka(const struct transcript *t, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "frames/%s.txt", name);
    kaffe_bytes expected = frame_load(TEST_DATA, path);
    const char *text = expected.data;
    assert_true(t->length > 0 && t->length <= expected.size);
    assert_memory_equal(t->text, text, t->length);
    if (t->length < expected.size)
        assert_true(strtoll(text + t->length, NULL, 10) >= t->next_offset);
    frame_free(expected);
}

static void every_codec_of_javas_producer_reads_as_librdkafka_does(void **state)
{
    (void)state;
    const char *names[] = { "fetch_v11_java-none", "fetch_v11_java-gzip", "fetch_v11_java-snappy",
                            "fetch_v11_java-lz4", "fetch_v11_java-zstd" };
    for (int codec = 0; codec < 5; codec++) {
        struct transcript t;
        read_frame(&t, names[codec], 11, 0);
        assert_as_librdkafka(&t, names[codec]);
        assert_int_equal(t.next_offset, 109);
        assert_int_equal(t.batches, 3);
        assert_int_equal(t.codecs, 1 << codec);
    }
}

static void every_codec_of_librdkafkas_producer_reads_as_librdkafka_does(void **state)
{
    (void)state;
    const char *names[] = { "fetch_v11_kcat-none", "fetch_v11_kcat-gzip", "fetch_v11_kcat-snappy",
                            "fetch_v11_kcat-lz4", "fetch_v11_kcat-zstd" };
    for (int codec = 0; codec < 5; codec++) {
        struct transcript t;
        read_frame(&t, names[codec], 11, 0);
        assert_as_librdkafka(&t, names[codec]);
        assert_int_equal(t.next_offset, 100);
        assert_int_equal(t.codecs, 1 << codec);
    }
}

static void every_version_of_fetch_gives_the_same_records(void **state)
{
    (void)state;
    for (int16_t version = 4; version <= 11; version++) {
        char name[64];
        struct transcript t;
        snprintf(name, sizeof name, "fetch_v%d_batches", version);
        read_frame(&t, name, version, 0);
        assert_int_equal(t.next_offset, 24);
        assert_as_librdkafka(&t, "fetch_v11_batches");
    }
}

static void the_brokers_time_is_told_where_the_topic_wants_it(void **state)
{
    (void)state;
    struct transcript t;
    read_frame(&t, "fetch_v11_append-time", 11, 0);
    assert_as_librdkafka(&t, "fetch_v11_append-time");
    assert_int_equal(t.codecs, 1 << KF_CODEC_LZ4);
}

static void control_batches_of_transactions_are_seen_and_skipped(void **state)
{
    (void)state;
    const char *names[] = { "fetch_v11_transactions", "fetch_v11_committed" };
    for (int i = 0; i < 2; i++) {
        struct transcript t;
        read_frame(&t, names[i], 11, 0);
        assert_as_librdkafka(&t, "fetch_v11_transactions");
        assert_int_equal(t.control_batches, 4);
        assert_int_equal(t.next_offset, 18);
    }
    struct transcript t;
    read_frame(&t, "fetch_v4_committed", 4, 0);
    assert_as_librdkafka(&t, "fetch_v11_transactions");
}

static void a_compacted_log_has_gaps_and_an_emptied_batch(void **state)
{
    (void)state;
    struct transcript t;
    read_frame(&t, "fetch_v11_compacted", 11, 0);
    assert_as_librdkafka(&t, "fetch_v11_compacted");
    assert_int_equal(t.emptied_batches, 1);
    assert_int_equal(t.next_offset, 13);
}

static void a_cut_batch_at_the_end_is_ignored(void **state)
{
    (void)state;
    struct transcript t;
    read_frame(&t, "fetch_v11_cut", 11, 0);
    assert_true(t.cut);
    assert_as_librdkafka(&t, "fetch_v11_batches");
    assert_int_equal(t.next_offset, 4);
}

static void a_batch_may_begin_below_the_offset_asked_for(void **state)
{
    (void)state;
    struct transcript t;
    read_frame(&t, "fetch_v11_middle", 11, 0);
    assert_int_equal(strtoll(t.text, NULL, 10), 4);
    read_frame(&t, "fetch_v11_middle", 11, 6);
    assert_int_equal(strtoll(t.text, NULL, 10), 6);
    assert_int_equal(t.next_offset, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_of_javas_producer_reads_as_librdkafka_does),
        cmocka_unit_test(every_codec_of_librdkafkas_producer_reads_as_librdkafka_does),
        cmocka_unit_test(every_version_of_fetch_gives_the_same_records),
        cmocka_unit_test(the_brokers_time_is_told_where_the_topic_wants_it),
        cmocka_unit_test(control_batches_of_transactions_are_seen_and_skipped),
        cmocka_unit_test(a_compacted_log_has_gaps_and_an_emptied_batch),
        cmocka_unit_test(a_cut_batch_at_the_end_is_ignored),
        cmocka_unit_test(a_batch_may_begin_below_the_offset_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
