/* SPDX-License-Identifier: MIT
 * The original's round trip: the topic kaffe-test with its 32 partitions, both ways to handle,
 * every partition strategy, every way to produce; and what is committed in the end, as the broker
 * sees it. */
#include "e2e_broker.h"
#include "e2e_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char topic[] = "kaffe-test";

enum {
    PARTITIONS = 32,
    KEYS = 40
};

static int make_topic(void **state)
{
    char why[1000];
    (void)state;
    if (e2e_topic_ready(topic, PARTITIONS, why, sizeof why))
        return 0;
    fprintf(stderr, "%s\n", why);
    return -1;
}

/* What was produced, and where to: a bag that the readers must have seen all of. */
struct sent {
    char (*values)[64];
    size_t count;
};

static char *next_value(struct sent *sent, const char *run, const char *how)
{
    sent->values = realloc(sent->values, (sent->count + 1) * sizeof *sent->values);
    assert_non_null(sent->values);
    char *value = sent->values[sent->count];
    snprintf(value, sizeof *sent->values, "%s %s %zu", run, how, sent->count);
    sent->count++;
    return value;
}

static int32_t partition_from_value(const char *of, int32_t current_partition,
                                    int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                    void *ctx)
{
    (void)of;
    (void)current_partition;
    (void)key;
    assert_int_equal(partition_count, PARTITIONS);
    assert_ptr_equal(ctx, topic);
    return (int32_t)(value.size % (size_t)partition_count);
}

static kaffe_producer *make_producer(kaffe_partition_fn strategy)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = e2e_endpoints(),
                                       .topics = topic,
                                       .partition_strategy = strategy,
                                       .partition_strategy_ctx = (void *)(uintptr_t)topic };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    if (!producer)
        fail_msg("%s", err.message);
    return producer;
}

static void require_ok(kaffe_status status, const kaffe_error *err)
{
    if (status != KAFFE_OK)
        fail_msg("%s", err->message);
}

/* The three synchronous forms, one after the other, for one strategy. */
static void produce_synchronously(struct sent *sent, const char *run, const char *strategy)
{
    kaffe_error err;
    kaffe_partition_fn choose = kaffe_partition_strategy(strategy);
    kaffe_producer *producer = make_producer(choose ? choose : partition_from_value);
    for (int i = 0; i < KEYS; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", i);
        kaffe_record record = { .key = kaffe_text(key),
                                .value = kaffe_text(next_value(sent, run, strategy)) };
        if (i % 4 == 0)
            require_ok(kaffe_produce_sync_to(producer, topic, &record, &err), &err);
        else if (i % 4 == 1)
            require_ok(
                kaffe_produce_sync_to_partition(producer, topic, i % PARTITIONS, &record, &err),
                &err);
        else
            require_ok(kaffe_produce_sync(producer, &record, &err), &err);
    }
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void produce_batch(struct sent *sent, const char *run)
{
    enum {
        COUNT = 500
    };
    kaffe_error err;
    kaffe_record records[COUNT];
    kaffe_result results[COUNT];
    size_t first = sent->count;
    kaffe_producer *producer = make_producer(kaffe_partition_round_robin);
    for (size_t i = 0; i < COUNT; i++)
        next_value(sent, run, "batch");
    for (size_t i = 0; i < COUNT; i++)
        records[i] = (kaffe_record){ .key = kaffe_text("batch"),
                                     .value = kaffe_text(sent->values[first + i]) };
    require_ok(
        kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, COUNT, results, &err),
        &err);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].status, KAFFE_OK);
        assert_int_equal(results[i].partition, i % PARTITIONS);
        assert_true(results[i].offset >= 0);
    }
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void count_written(const kaffe_result *result, void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, result->status == KAFFE_OK && result->offset >= 0);
}

static void produce_in_the_background(struct sent *sent, const char *run)
{
    enum {
        COUNT = 1000
    };
    kaffe_error err;
    atomic_int written = 0;
    size_t unwritten;
    kaffe_producer *producer = make_producer(NULL);
    for (int i = 0; i < COUNT; i++) {
        kaffe_record record = { .value = kaffe_text(next_value(sent, run, "async")) };
        require_ok(kaffe_produce(producer, NULL, KAFFE_ANY_PARTITION, &record, count_written,
                                 &written, &err),
                   &err);
    }
    require_ok(kaffe_producer_flush(producer, &unwritten, &err), &err);
    assert_int_equal(written, COUNT);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Each exactly once: the topic is the run's own while it lasts. */
static void assert_all_came(const struct sent *sent, const struct kafka_client_records *handled)
{
    assert_int_equal(handled->count, sent->count);
    char(*came)[64] = calloc(handled->count, sizeof *came);
    char(*want)[64] = calloc(handled->count, sizeof *want);
    assert_non_null(came);
    assert_non_null(want);
    for (size_t i = 0; i < handled->count; i++)
        snprintf(came[i], sizeof came[i], "%.*s", KAFFE_TEXT(handled->items[i].message.value));
    memcpy(want, sent->values, sent->count * sizeof *want);
    qsort(came, sent->count, sizeof *came, by_text);
    qsort(want, sent->count, sizeof *want, by_text);
    for (size_t i = 0; i < sent->count; i++)
        assert_string_equal(came[i], want[i]);
    free(came);
    free(want);
}

static void assert_order_in_partitions(struct kafka_client_records *handled)
{
    e2e_sort(handled);
    for (size_t i = 1; i < handled->count; i++) {
        const kaffe_message *before = &handled->items[i - 1].message;
        const kaffe_message *after = &handled->items[i].message;
        if (before->partition == after->partition)
            assert_int_equal(after->offset, before->offset + 1);
    }
}

static void assert_committed_to_the_end(const char *group)
{
    int64_t committed[PARTITIONS];
    e2e_committed(group, topic, PARTITIONS, committed);
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(committed[i], e2e_end(topic, i));
    assert_int_equal(kafka_client_committed(e2e_endpoints(), group, topic, 7), committed[7]);
}

static void assert_went_where_strategies_say(const struct kafka_client_records *handled)
{
    int checked = 0;
    for (size_t i = 0; i < handled->count; i++) {
        const kaffe_message *m = &handled->items[i].message;
        int key;
        if (!strstr(m->value.data, " murmur2 ") || sscanf(m->key.data, "key-%d", &key) != 1)
            continue;
        int32_t murmur2 = kaffe_partition_murmur2(topic, -1, PARTITIONS, m->key, m->value, NULL);
        assert_int_equal(m->partition, key % 4 == 1 ? key % PARTITIONS : murmur2);
        checked++;
    }
    assert_int_equal(checked, KEYS);
}

static bool is_of_run(const kaffe_message *m, const char *run)
{
    return m->value.size > strlen(run) && memcmp(m->value.data, run, strlen(run)) == 0;
}

/* The topic holds what earlier runs wrote, too: they stand before ours. */
static void assert_librdkafka_reads_the_same(const char *run,
                                             const struct kafka_client_records *handled)
{
    struct kafka_client_records all = e2e_read(topic, PARTITIONS);
    struct kafka_client_records ours = { calloc(all.count + 1, sizeof *ours.items), 0 };
    assert_non_null(ours.items);
    for (size_t i = 0; i < all.count; i++)
        if (is_of_run(&all.items[i].message, run))
            ours.items[ours.count++] = all.items[i];
    e2e_assert_same(handled, &ours);
    free(ours.items);
    kafka_client_records_free(&all);
}

static void every_way_to_produce_arrives_in_both_ways_to_handle(void **state)
{
    static const char *const strategies[] = { "md5",   "round_robin", "random",  "murmur2",
                                              "fnv1a", "crc32",       "function" };
    struct e2e_consumer consumers[2] = { { 0 }, { 0 } };
    struct e2e_name run = e2e_name("run");
    struct e2e_name groups[2] = { e2e_name("one"), e2e_name("many") };
    struct sent sent = { 0 };
    (void)state;
    for (int i = 0; i < 2; i++) {
        kaffe_consumer_options options = { .topics = topic, .consumer_group = groups[i].text };
        e2e_consumer_start(&consumers[i], i == 0 ? E2E_MESSAGES : E2E_BATCHES, options);
    }
    for (int i = 0; i < 2; i++)
        e2e_consumer_until_logged(&consumers[i], PARTITIONS, "partition.started", "reason=latest");
    for (size_t i = 0; i < sizeof strategies / sizeof strategies[0]; i++)
        produce_synchronously(&sent, run.text, strategies[i]);
    produce_batch(&sent, run.text);
    produce_in_the_background(&sent, run.text);
    for (int i = 0; i < 2; i++) {
        e2e_consumer_until_handled(&consumers[i], sent.count);
        e2e_consumer_stop(&consumers[i]);
        assert_all_came(&sent, &consumers[i].handled);
        assert_order_in_partitions(&consumers[i].handled);
        assert_went_where_strategies_say(&consumers[i].handled);
        assert_librdkafka_reads_the_same(run.text, &consumers[i].handled);
        assert_committed_to_the_end(groups[i].text);
        e2e_consumer_free(&consumers[i]);
    }
    free(sent.values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_produce_arrives_in_both_ways_to_handle),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, make_topic, NULL);
}
