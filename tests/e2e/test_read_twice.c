/* SPDX-License-Identifier: MIT
 * What the data plane delivers, and what librdkafka reads from the same topic: the same messages,
 * byte for byte, for whatever a log may hold. And all of it ends up committed. */
#include "e2e_broker.h"
#include "e2e_consumer.h"
#include "e2e_producer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct e2e_shapes shapes;

static int make_shapes(void **state)
{
    (void)state;
    e2e_shapes_make(&shapes);
    return 0;
}

static int free_shapes(void **state)
{
    (void)state;
    e2e_shapes_free(&shapes);
    return 0;
}

/* Nobody is told when a consumer has passed what is no message. */
static void until_committed(const char *group, const char *topic, int32_t partition)
{
    int64_t end = e2e_end(topic, partition);
    int64_t committed = 0;
    for (int tries = 0; committed != end && tries < 300; tries++) {
        committed = kafka_client_committed(e2e_endpoints(), group, topic, partition);
        if (committed != end)
            poll(NULL, 0, 100);
    }
    assert_int_equal(committed, end);
}

struct topic {
    const char *name;
    int partition_count;
};

static void read_by_kaffe(const struct topic *topic, const struct kafka_client_records *expected,
                          enum e2e_mode mode, int64_t max_bytes)
{
    struct e2e_consumer consumer = { 0 };
    struct e2e_name group = e2e_name(mode == E2E_MESSAGES ? "one" : "many");
    e2e_consumer_start(&consumer, mode,
                       (kaffe_consumer_options){ .topics = topic->name,
                                                 .consumer_group = group.text,
                                                 .start_with_earliest_message = true,
                                                 .max_bytes = max_bytes,
                                                 .offset_commit_interval_ms = 50 });
    e2e_consumer_until_handled(&consumer, expected->count);
    for (int i = 0; i < topic->partition_count; i++)
        until_committed(group.text, topic->name, i);
    e2e_consumer_stop(&consumer);
    e2e_sort(&consumer.handled);
    e2e_assert_same(&consumer.handled, expected);
    e2e_consumer_free(&consumer);
}

/* @return how many messages there are */
static size_t compare(const struct topic *topic, int64_t max_bytes)
{
    struct kafka_client_records expected = e2e_read(topic->name, topic->partition_count);
    size_t count = expected.count;
    read_by_kaffe(topic, &expected, E2E_MESSAGES, max_bytes);
    read_by_kaffe(topic, &expected, E2E_BATCHES, max_bytes);
    kafka_client_records_free(&expected);
    kafka_client_delete_topic(e2e_endpoints(), topic->name);
    return count;
}

static void every_codec_of_librdkafka_is_read(void **state)
{
    (void)state;
    static const char *const codecs[] = { "compression.codec=none", "compression.codec=gzip",
                                          "compression.codec=snappy", "compression.codec=lz4",
                                          "compression.codec=zstd" };
    struct e2e_name name = e2e_name("codecs");
    e2e_create_topic(name.text, 5, NULL);
    for (int i = 0; i < 5; i++)
        for (int times = 0; times < 3; times++)
            e2e_produce(name.text, i, shapes.records, E2E_SHAPES, codecs[i]);
    assert_int_equal(compare(&(struct topic){ name.text, 5 }, 0), 15 * E2E_SHAPES);
}

/* A batch that would not become smaller is sent as it is, and how many records a batch has is
 * chance: only one with a long value is compressed for certain. */
#define SURELY_COMPRESSED_BYTES ((size_t)1000)

static kaffe_status codec_is_that_of_the_partition(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    int codec = kaffe_message_attributes(m) & 7;
    if (codec == m->partition || (codec == 0 && m->value.size < SURELY_COMPRESSED_BYTES))
        return KAFFE_OK;
    return kaffe_fail(m, "codec %d", codec);
}

static void every_codec_that_kaffe_writes_is_read(void **state)
{
    (void)state;
    static const char *const codecs[] = { "none", "gzip", "snappy", "lz4", "zstd" };
    struct e2e_name name = e2e_name("written");
    struct e2e_consumer consumer = { .judge = codec_is_that_of_the_partition };
    e2e_create_topic(name.text, 5, NULL);
    for (int i = 0; i < 5; i++) {
        kaffe_error err;
        kaffe_producer *producer = kaffe_producer_new(
            &(kaffe_producer_options){ .endpoints = e2e_endpoints(), .compression = codecs[i] },
            &err);
        assert_non_null(producer);
        assert_int_equal(
            kaffe_produce_batch(producer, name.text, i, shapes.records, E2E_SHAPES, NULL, &err),
            KAFFE_OK);
        assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    }
    e2e_consumer_start(&consumer, E2E_MESSAGES,
                       (kaffe_consumer_options){ .topics = name.text,
                                                 .consumer_group = name.text,
                                                 .start_with_earliest_message = true });
    e2e_consumer_until_handled(&consumer, 5 * E2E_SHAPES);
    assert_int_equal(e2e_consumer_logged(&consumer, "message.failed", ""), 0);
    e2e_consumer_free(&consumer);
    assert_int_equal(compare(&(struct topic){ name.text, 5 }, 0), 5 * E2E_SHAPES);
}

static void a_log_with_times_of_the_broker_is_read(void **state)
{
    (void)state;
    struct e2e_name name = e2e_name("append-time");
    e2e_create_topic(name.text, 1, "message.timestamp.type=LogAppendTime");
    for (int i = 0; i < 3; i++)
        e2e_produce(name.text, 0, shapes.records, E2E_SHAPES, "compression.codec=lz4");
    struct kafka_client_records read = e2e_read(name.text, 1);
    assert_int_equal(read.items[0].message.timestamp_type, KAFFE_TIMESTAMP_APPEND);
    kafka_client_records_free(&read);
    assert_int_equal(compare(&(struct topic){ name.text, 1 }, 0), 3 * E2E_SHAPES);
}

/* Deliveries: what the transactions hold, aborted or not, and never a marker. */
static void transactions_are_read_uncommitted_and_committed_behind_their_markers(void **state)
{
    (void)state;
    struct e2e_name name = e2e_name("transactions");
    e2e_create_topic(name.text, 1, NULL);
    e2e_produce_transaction(name.text, 0, shapes.records, 20, true);
    e2e_produce_transaction(name.text, 0, shapes.records + 20, 20, false);
    e2e_produce(name.text, 0, shapes.records + 40, 10, NULL);
    e2e_produce_transaction(name.text, 0, shapes.records + 50, 30, true);
    e2e_produce_transaction(name.text, 0, shapes.records + 80, 20, false);
    assert_int_equal(e2e_end(name.text, 0), 104);
    assert_int_equal(compare(&(struct topic){ name.text, 1 }, 0), 100);
}

static size_t message_count(const char *topic)
{
    struct kafka_client_records read = e2e_read(topic, 1);
    size_t count = read.count;
    kafka_client_records_free(&read);
    return count;
}

static bool has_gaps(const char *topic)
{
    return (int64_t)message_count(topic) < e2e_end(topic, 0);
}

/* The cleaner may not be done with it: readings would differ. */
static void until_it_stays(const char *topic)
{
    size_t count = 0;
    for (int same = 0; same < 3; poll(NULL, 0, 600)) {
        size_t now = message_count(topic);
        same = now == count ? same + 1 : 0;
        count = now;
    }
}

static void a_compacted_log_is_read_over_its_gaps(void **state)
{
    (void)state;
    struct e2e_name name = e2e_name("compacted");
    kaffe_record records[200];
    char keys[200][8];
    e2e_create_topic(name.text, 1,
                     "cleanup.policy=compact segment.ms=200 min.cleanable.dirty.ratio=0.01 "
                     "max.compaction.lag.ms=200 min.compaction.lag.ms=0");
    for (int i = 0; i < 200; i++) {
        snprintf(keys[i], sizeof keys[i], "%d", i % 9 == 0 ? i : i % 5);
        records[i] = (kaffe_record){ .key = kaffe_text(keys[i]),
                                     .value = kaffe_text(i % 50 == 3 ? NULL : keys[199 - i]) };
    }
    /* Batches of several sizes; a segment ends when something follows it. */
    for (int tries = 0; tries < 60 && !has_gaps(name.text); tries++) {
        e2e_produce(name.text, 0, records, 100, "linger.ms=50");
        e2e_produce(name.text, 0, records + 100, 100, "batch.num.messages=7");
        poll(NULL, 0, 500);
    }
    assert_true(has_gaps(name.text));
    until_it_stays(name.text);
    assert_true(compare(&(struct topic){ name.text, 1 }, 4096) > 0);
}

static char *noise(size_t size)
{
    char *bytes = malloc(size);
    uint32_t random = 1;
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (char)(random >> 24);
    }
    return bytes;
}

static void a_message_above_max_bytes_comes_through(void **state)
{
    (void)state;
    enum {
        LARGE = 3000000
    };
    struct e2e_name name = e2e_name("large");
    char *bytes = noise(LARGE);
    kaffe_error err;
    kaffe_record large = { .value = { bytes, LARGE } };
    kaffe_record small = { .value = kaffe_text("small") };
    kaffe_producer_options options = { .endpoints = e2e_endpoints(), .max_message_bytes = 4000000 };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    e2e_create_topic(name.text, 2, "max.message.bytes=4000000");
    for (int i = 0; i < 6; i++)
        assert_int_equal(kaffe_produce_sync_to_partition(producer, name.text, i % 2,
                                                         i == 2 ? &large : &small, &err),
                         KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    free(bytes);
    assert_int_equal(compare(&(struct topic){ name.text, 2 }, 0), 6);
}

static void batches_far_above_max_bytes_come_through(void **state)
{
    (void)state;
    enum {
        COUNT = 4000
    };
    struct e2e_name name = e2e_name("batches");
    char *bytes = noise(COUNT + 200);
    kaffe_record *records = calloc(COUNT, sizeof *records);
    assert_non_null(records);
    for (size_t i = 0; i < COUNT; i++)
        records[i] = (kaffe_record){ .value = { bytes + i, 200 } };
    e2e_create_topic(name.text, 2, NULL);
    e2e_produce(name.text, 0, records, COUNT, "linger.ms=500");
    e2e_produce(name.text, 1, records, COUNT, "linger.ms=500 compression.codec=zstd");
    free(records);
    free(bytes);
    assert_int_equal(compare(&(struct topic){ name.text, 2 }, 4096), 2 * COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_of_librdkafka_is_read),
        cmocka_unit_test(every_codec_that_kaffe_writes_is_read),
        cmocka_unit_test(a_log_with_times_of_the_broker_is_read),
        cmocka_unit_test(transactions_are_read_uncommitted_and_committed_behind_their_markers),
        cmocka_unit_test(a_compacted_log_is_read_over_its_gaps),
        cmocka_unit_test(a_message_above_max_bytes_comes_through),
        cmocka_unit_test(batches_far_above_max_bytes_come_through),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, make_shapes, free_shapes);
}
