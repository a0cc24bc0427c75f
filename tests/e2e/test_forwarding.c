/* SPDX-License-Identifier: MIT
 * Why batches are there: a handler that produces what it gets to another topic, and fails now and
 * then, before or after it has produced. Nothing is lost, and the order of a partition stays. */
#include "e2e_broker.h"
#include "e2e_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    PARTITIONS = 4,
    EACH = 500,
    MOST_IN_A_BATCH = 50
};

static struct {
    kaffe_producer *producer;
    struct e2e_name from;
    struct e2e_name to;
    atomic_int calls;
    atomic_int refused; /* nothing was produced */
    atomic_int spoiled; /* all was produced, and is so again */
} forward;

static kaffe_status produce_on(const kaffe_batch *batch)
{
    kaffe_record records[MOST_IN_A_BATCH];
    kaffe_error err;
    size_t count = kaffe_batch_count(batch);
    for (size_t i = 0; i < count; i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        records[i] = (kaffe_record){ .key = m->key, .value = m->value };
    }
    kaffe_status status =
        kaffe_produce_batch(forward.producer, forward.to.text, kaffe_batch_partition(batch),
                            records, count, NULL, &err);
    return status == KAFFE_OK ? status : kaffe_fail(kaffe_batch_at(batch, 0), "%s", err.message);
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    int call = atomic_fetch_add(&forward.calls, 1);
    const kaffe_message *first = kaffe_batch_at(batch, 0);
    if (call % 5 == 1) {
        atomic_fetch_add(&forward.refused, 1);
        return kaffe_fail(first, "refused");
    }
    if (produce_on(batch) != KAFFE_OK)
        return KAFFE_FAILED;
    if (call % 7 == 2) {
        atomic_fetch_add(&forward.spoiled, 1);
        return kaffe_fail(first, "spoiled");
    }
    for (size_t i = 0; i < kaffe_batch_count(batch); i++)
        e2e_consumer_note(ctx, kaffe_batch_at(batch, i));
    return KAFFE_OK;
}

static void fill(void)
{
    static char texts[EACH][32];
    kaffe_record records[EACH];
    for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int i = 0; i < EACH; i++) {
            snprintf(texts[i], sizeof texts[i], "%d", i);
            records[i] = (kaffe_record){ .value = kaffe_text(texts[i]) };
        }
        kafka_client_produce(e2e_endpoints(), forward.from.text, partition, records, EACH);
    }
}

/* Each follows the one before, or something that was already there: a batch that came again. */
static void assert_nothing_is_missing(const struct kafka_client_records *read)
{
    int next[PARTITIONS] = { 0 };
    for (size_t i = 0; i < read->count; i++) {
        const kaffe_message *m = &read->items[i].message;
        int number = (int)strtol(m->value.data, NULL, 10);
        assert_true(number <= next[m->partition]);
        if (number == next[m->partition])
            next[m->partition]++;
    }
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(next[i], EACH);
}

static void assert_came_once_and_are_committed(struct e2e_consumer *consumer)
{
    int64_t committed[PARTITIONS];
    e2e_sort(&consumer->handled);
    assert_int_equal(consumer->handled.count, PARTITIONS * EACH);
    for (size_t i = 0; i < consumer->handled.count; i++)
        assert_int_equal(consumer->handled.items[i].message.offset, i % EACH);
    e2e_committed(forward.from.text, forward.from.text, PARTITIONS, committed);
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(committed[i], EACH);
}

static void a_batch_handler_that_produces_loses_nothing(void **state)
{
    struct e2e_consumer consumer = { 0 };
    kaffe_error err;
    (void)state;
    forward.from = e2e_name("from");
    forward.to = e2e_name("to");
    e2e_create_topic(forward.from.text, PARTITIONS, NULL);
    e2e_create_topic(forward.to.text, PARTITIONS, NULL);
    fill();
    forward.producer =
        kaffe_producer_new(&(kaffe_producer_options){ .endpoints = e2e_endpoints() }, &err);
    assert_non_null(forward.producer);
    e2e_consumer_start(&consumer, E2E_BATCHES,
                       (kaffe_consumer_options){ .topics = forward.from.text,
                                                 .consumer_group = forward.from.text,
                                                 .handle_messages = handle_messages,
                                                 .max_batch_count = MOST_IN_A_BATCH,
                                                 .retry_backoff_ms = 10,
                                                 .start_with_earliest_message = true });
    e2e_consumer_until_handled(&consumer, PARTITIONS * EACH);
    e2e_consumer_stop(&consumer);
    assert_int_equal(kaffe_producer_free(forward.producer), KAFFE_OK);
    assert_true(forward.refused > 0 && forward.spoiled > 0);
    assert_came_once_and_are_committed(&consumer);
    struct kafka_client_records read = e2e_read(forward.to.text, PARTITIONS);
    assert_true(read.count > PARTITIONS * EACH); /* what was spoiled came twice */
    assert_nothing_is_missing(&read);
    kafka_client_records_free(&read);
    e2e_consumer_free(&consumer);
    kafka_client_delete_topic(e2e_endpoints(), forward.from.text);
    kafka_client_delete_topic(e2e_endpoints(), forward.to.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_handler_that_produces_loses_nothing),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
