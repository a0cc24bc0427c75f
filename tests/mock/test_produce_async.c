/* SPDX-License-Identifier: MIT
 * Producing in the background: every accepted record is told once, what is not accepted never. */
#include "kaffe.h"
#include "kafka_client.h"
#include "mock_cluster.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct mock_cluster mock;

static int start(void **state)
{
    (void)state;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "async", 4);
    mock_cluster_create(&mock, "chain", 1);
    mock_cluster_create(&mock, "lingering", 1);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mock_cluster_stop(&mock);
    return 0;
}

static kaffe_producer *make(kaffe_producer_options options)
{
    kaffe_error err;
    options.endpoints = mock.endpoints;
    if (!options.delivery_timeout_ms)
        options.delivery_timeout_ms = 30000;
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    return producer;
}

static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static void count_told(const kaffe_result *result, void *ctx)
{
    (void)result;
    atomic_fetch_add((atomic_int *)ctx, 1);
}

struct told {
    atomic_int count;
    atomic_int wrong;
};

static void check_told(const kaffe_result *result, void *ctx)
{
    struct told *told = ctx;
    if (result->status != KAFFE_OK || result->partition != 2 || result->offset < 0)
        atomic_fetch_add(&told->wrong, 1);
    atomic_fetch_add(&told->count, 1);
}

static void every_accepted_record_is_told_once(void **state)
{
    (void)state;
    enum {
        COUNT = 3000
    };
    struct told told[COUNT];
    size_t unwritten = 1;
    kaffe_error err;
    kaffe_producer *producer = make((kaffe_producer_options){ 0 });
    memset(told, 0, sizeof told);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(kaffe_produce(producer, "async", 2, &record, check_told, &told[i], &err),
                         KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, &unwritten, &err), KAFFE_OK);
    assert_int_equal(unwritten, 0);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(told[i].count, 1);
        assert_int_equal(told[i].wrong, 0);
    }
    struct kafka_client_records read = kafka_client_read(mock.endpoints, "async", 2);
    assert_int_equal(read.count, COUNT);
    kafka_client_records_free(&read);
}

static void the_record_may_go_away_when_the_call_returns(void **state)
{
    (void)state;
    char value[] = "first";
    kaffe_error err;
    const kaffe_record mine = { .value = { value, 5 } };
    kaffe_producer *producer = make((kaffe_producer_options){ .topics = "lingering" });
    assert_int_equal(kaffe_produce(producer, NULL, -1, &mine, NULL, NULL, &err), KAFFE_OK);
    memcpy(value, "other", 5);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    struct kafka_client_records read = kafka_client_read(mock.endpoints, "lingering", 0);
    assert_string_equal(read.items[0].message.value.data, "first");
    kafka_client_records_free(&read);
}

static void a_flush_does_not_wait_for_the_linger(void **state)
{
    (void)state;
    atomic_int told = 0;
    kaffe_error err;
    /* Far longer than the flush may take: it would say KAFFE_TIMED_OUT. */
    kaffe_producer *producer = make((kaffe_producer_options){ .topics = "lingering",
                                                              .linger_ms = 60000,
                                                              .delivery_timeout_ms = 120000,
                                                              .shutdown_timeout_ms = 20000 });
    assert_int_equal(kaffe_produce(producer, NULL, -1, &record, count_told, &told, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_OK);
    assert_int_equal(told, 1);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void a_full_queue_is_said_at_once_and_nothing_is_told(void **state)
{
    (void)state;
    static char large[400000];
    atomic_int told = 0;
    int accepted = 0;
    kaffe_error err;
    kaffe_status status = KAFFE_OK;
    const kaffe_record heavy = { .value = { large, sizeof large } };
    kaffe_producer *producer = make((kaffe_producer_options){
        .topics = "lingering", .linger_ms = 10000, .queue_max_bytes = 1048576 });
    while (status == KAFFE_OK) {
        status = kaffe_produce(producer, NULL, -1, &heavy, count_told, &told, &err);
        accepted += status == KAFFE_OK;
    }
    assert_int_equal(status, KAFFE_QUEUE_FULL);
    assert_int_equal(accepted, 2);
    assert_int_equal(err.flags, KAFFE_ERROR_RETRIABLE);
    assert_string_equal(err.message, "topic lingering: queue_max_bytes = 1048576 are waiting "
                                     "already; slow down");
    assert_int_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_OK);
    assert_int_equal(told, 2);
    assert_int_equal(kaffe_produce(producer, NULL, -1, &heavy, count_told, &told, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    assert_int_equal(told, 3);
}

struct chain {
    kaffe_producer *producer;
    atomic_int left;
    atomic_int told;
    atomic_int refusals; /* of calls that a callback must not make */
    atomic_int unknown; /* of a topic that was never produced to */
};

static void produce_next(const kaffe_result *result, void *ctx)
{
    struct chain *chain = ctx;
    (void)result;
    atomic_fetch_add(&chain->told, 1);
    if (atomic_fetch_sub(&chain->left, 1) > 0 &&
        kaffe_produce(chain->producer, "chain", 0, &record, produce_next, chain, NULL) != KAFFE_OK)
        atomic_fetch_add(&chain->refusals, 1000);
    chain->refusals += kaffe_producer_free(chain->producer) == KAFFE_INVALID;
    chain->refusals += kaffe_producer_flush(chain->producer, NULL, NULL) == KAFFE_INVALID;
    chain->refusals +=
        kaffe_produce_sync_to(chain->producer, "chain", &record, NULL) == KAFFE_INVALID;
    chain->unknown +=
        kaffe_produce(chain->producer, "never", 0, &record, NULL, NULL, NULL) == KAFFE_NOT_WRITTEN;
}

static void a_callback_may_produce_but_not_wait_or_free(void **state)
{
    (void)state;
    kaffe_error err;
    struct chain chain = { .producer = make((kaffe_producer_options){ .topics = "chain" }),
                           .left = 3 };
    rd_kafka_mock_topic_set_error(mock.cluster, "never", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_int_equal(kaffe_produce(chain.producer, NULL, -1, &record, produce_next, &chain, &err),
                     KAFFE_OK);
    for (int i = 0; i < 4; i++) /* each waits for what was accepted before it */
        assert_int_equal(kaffe_producer_flush(chain.producer, NULL, &err), KAFFE_OK);
    assert_int_equal(chain.told, 4);
    assert_int_equal(chain.refusals, 4 * 3);
    assert_int_equal(chain.unknown, 4);
    assert_int_equal(kaffe_producer_free(chain.producer), KAFFE_OK);
}

struct crowd {
    kaffe_producer *producer;
    atomic_int accepted;
    atomic_int told;
};

static void *produce_many(void *arg)
{
    struct crowd *crowd = arg;
    for (int i = 0; i < 500; i++)
        if (kaffe_produce(crowd->producer, "async", i % 4, &record, count_told, &crowd->told,
                          NULL) == KAFFE_OK)
            atomic_fetch_add(&crowd->accepted, 1);
    return NULL;
}

static void many_threads_may_produce_while_one_flushes(void **state)
{
    (void)state;
    struct crowd crowd = { .producer = make((kaffe_producer_options){ .linger_ms = KAFFE_NONE }) };
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, produce_many, &crowd), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(kaffe_producer_flush(crowd.producer, NULL, NULL), KAFFE_OK);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(kaffe_producer_free(crowd.producer), KAFFE_OK);
    assert_int_equal(crowd.accepted, 2000);
    assert_int_equal(crowd.told, 2000);
}

static void too_large_a_record_is_refused_at_once(void **state)
{
    (void)state;
    static char large[2000];
    kaffe_error err;
    atomic_int told = 0;
    const kaffe_record heavy = { .value = { large, sizeof large } };
    kaffe_producer *producer =
        make((kaffe_producer_options){ .topics = "async", .max_message_bytes = 1000 });
    assert_int_equal(kaffe_produce(producer, NULL, -1, &heavy, count_told, &told, &err),
                     KAFFE_NOT_WRITTEN);
    assert_string_equal(err.message, "topic async: a record of 2000 bytes is larger than "
                                     "max_message_bytes = 1000");
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    assert_int_equal(told, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_accepted_record_is_told_once),
        cmocka_unit_test(the_record_may_go_away_when_the_call_returns),
        cmocka_unit_test(a_flush_does_not_wait_for_the_linger),
        cmocka_unit_test(a_full_queue_is_said_at_once_and_nothing_is_told),
        cmocka_unit_test(a_callback_may_produce_but_not_wait_or_free),
        cmocka_unit_test(many_threads_may_produce_while_one_flushes),
        cmocka_unit_test(too_large_a_record_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
