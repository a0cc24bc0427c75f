/* SPDX-License-Identifier: MIT
 * What librdkafka wrote to its mock cluster is read here, and compared with what librdkafka reads.
 */
#include "fetch_reader.h"
#include "kafka_client.h"
#include "list_offsets.h"
#include "mock_cluster.h"
#include "record_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    RECORDS = 500
};

static void produce(const char *endpoints, int32_t partition, int from)
{
    static char values[RECORDS][80];
    kaffe_record records[RECORDS];
    kaffe_header header = { kaffe_text("trace"), kaffe_text("abc") };
    for (int i = 0; i < RECORDS; i++) {
        snprintf(values[i], sizeof values[i], "partition %d record %d", (int)partition, from + i);
        records[i] = (kaffe_record){ .key = kaffe_text(i % 3 ? "key" : NULL),
                                     .value = kaffe_text(i % 7 ? values[i] : NULL),
                                     .headers = &header,
                                     .header_count = (size_t)i % 2 };
    }
    kafka_client_produce(endpoints, "orders", partition, records, RECORDS);
}

static void same_bytes(kaffe_bytes a, kaffe_bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_int_equal(a.data == NULL, b.data == NULL);
    if (a.size)
        assert_memory_equal(a.data, b.data, a.size);
}

static size_t compare_batch(const uint8_t *data, const struct kf_batch_header *header,
                            const struct kafka_client_records *expected, size_t at)
{
    struct kf_scratch scratch = { 0 };
    struct kf_decompressor decompressor = { 0 };
    kaffe_bytes records;
    struct kf_record_walk walk;
    struct kf_record record;
    assert_int_equal(
        kf_batch_open(data, header, (size_t)1 << 24, &decompressor, &scratch, &records),
        KF_BATCH_OK);
    kf_record_walk_begin(&walk, header, records);
    while (kf_record_next(&walk, &record) == 1) {
        const struct kafka_client_record *other = &expected->items[at++];
        assert_int_equal(record.offset, other->message.offset);
        assert_int_equal(record.timestamp_ms, other->message.timestamp_ms);
        same_bytes(record.key, other->message.key);
        same_bytes(record.value, other->message.value);
        assert_int_equal(record.header_count, other->header_count);
    }
    kf_decompressor_fini(&decompressor);
    kf_scratch_fini(&scratch);
    return at;
}

static size_t compare_slice(const struct kf_slice *slice,
                            const struct kafka_client_records *expected, size_t at)
{
    const uint8_t *data = slice->data;
    size_t left = slice->size;
    struct kf_batch_header header;
    while (left && kf_batch_header_read(data, left, &header) == KF_BATCH_OK) {
        at = compare_batch(data, &header, expected, at);
        data += header.size;
        left -= header.size;
    }
    return at;
}

static void reads_the_same(struct fetch_stream *stream, const char *endpoints, int32_t partition,
                           size_t count)
{
    struct kafka_client_records expected = kafka_client_read(endpoints, "orders", partition);
    assert_int_equal(expected.count, count);
    size_t at = 0;
    while (at < count) {
        struct kf_slice *slices = fetch_stream_take(stream);
        for (struct kf_slice *slice = slices; slice; slice = slice->next)
            at = compare_slice(slice, &expected, at);
        fetch_stream_release(stream, slices);
    }
    assert_int_equal(at, count);
    kafka_client_records_free(&expected);
}

static void every_byte_is_the_same(void **state)
{
    (void)state;
    struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 2);
    struct fetch_reader reader;
    struct fetch_stream streams[2];
    fetch_reader_init(&reader, mock.endpoints);
    fetch_reader_start(&reader);
    for (int i = 0; i < 2; i++) {
        produce(mock.endpoints, i, 0);
        fetch_stream_open(&streams[i], &reader, "orders", i);
        assert_int_equal(fetch_stream_locate(&streams[i], KF_OFFSET_LATEST), RECORDS);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int i = 0; i < 2; i++) {
        reads_the_same(&streams[i], mock.endpoints, i, RECORDS);
        fetch_stream_close(&streams[i]);
    }
    fetch_reader_stop(&reader);
    mock_cluster_stop(&mock);
}

static void a_broker_that_was_down_is_read_on_from(void **state)
{
    (void)state;
    struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 1);
    struct fetch_reader reader;
    struct fetch_stream stream;
    fetch_reader_init(&reader, mock.endpoints);
    fetch_reader_start(&reader);
    produce(mock.endpoints, 0, 0);
    fetch_stream_open(&stream, &reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    fetch_stream_drain(&stream, 0, RECORDS);
    for (int i = 1; i < 3; i++) {
        mock_cluster_down(&mock);
        fetch_reader_await(&reader, &reader.unreachable, i);
        mock_cluster_up(&mock);
        produce(mock.endpoints, 0, 0);
        fetch_stream_drain(&stream, i * RECORDS, (i + 1) * RECORDS);
        fetch_reader_await(&reader, &reader.reachable, i);
    }
    assert_int_equal(reader.unreachable, 2);
    fetch_stream_close(&stream);
    fetch_reader_stop(&reader);
    mock_cluster_stop(&mock);
}

static void leaders_that_move_lose_nothing(void **state)
{
    (void)state;
    char why[200];
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof why);
    assert_non_null(owner);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 3);
    assert_int_equal(rd_kafka_mock_topic_create(cluster, "orders", 2, 3), 0);
    const char *endpoints = rd_kafka_mock_cluster_bootstraps(cluster);
    struct fetch_reader reader;
    struct fetch_stream streams[2];
    fetch_reader_init(&reader, endpoints);
    fetch_reader_start(&reader);
    for (int i = 0; i < 2; i++) {
        fetch_stream_open(&streams[i], &reader, "orders", i);
        kf_stream_start(streams[i].stream, 0);
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 2; i++) {
            rd_kafka_mock_partition_set_leader(cluster, "orders", i, 1 + (round + i) % 3);
            produce(endpoints, i, round * RECORDS);
            fetch_stream_drain(&streams[i], round * RECORDS, (round + 1) * RECORDS);
        }
    for (int i = 0; i < 2; i++)
        fetch_stream_close(&streams[i]);
    fetch_reader_stop(&reader);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_the_same),
        cmocka_unit_test(a_broker_that_was_down_is_read_on_from),
        cmocka_unit_test(leaders_that_move_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
