/* SPDX-License-Identifier: MIT
 * Workers: how many, who runs where, what each has of its own. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"

#define TOPICS "wide:6,many:1000,single:3,context:4,refused:1"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static void partitions_run_side_by_side(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "wide", "wide");
    kaffe_consumer_counters counters;
    recorder->block_partition = -2;
    for (int32_t p = 0; p < 6; p++)
        recorder_produce(endpoints, "wide", p, 5);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_running(recorder, 6); /* one for each, by default */
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.workers, 6);
    recorder_unblock(recorder);
    recorder_await_handled(recorder, 30);
    recorder_stop(consumer);
    for (int32_t p = 0; p < 6; p++)
        recorder_assert_in_order(recorder, p, 0, 5);
    recorder_free(recorder);
}

static void one_worker_takes_one_message_after_another(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "single", "single");
    kaffe_consumer_counters counters;
    options.workers = 1;
    for (int32_t p = 0; p < 3; p++)
        recorder_produce(endpoints, "single", p, 100);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 300);
    kaffe_consumer_count(consumer, &counters);
    recorder_stop(consumer);
    assert_int_equal(counters.workers, 1);
    assert_int_equal(recorder->running_max, 1);
    for (size_t i = 1; i < recorder->count; i++)
        assert_true(pthread_equal(recorder->entries[i].thread, recorder->entries[0].thread));
    for (int32_t p = 0; p < 3; p++)
        recorder_assert_in_order(recorder, p, 0, 100);
    recorder_free(recorder);
}

static void a_thousand_partitions_work_with_eight_workers(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "many", "many");
    kaffe_consumer_counters counters;
    kaffe_error err;
    options.workers = 8;
    kaffe_producer_options producing = { .endpoints = endpoints,
                                         .partition_strategy = kaffe_partition_round_robin };
    kaffe_producer *producer = kaffe_producer_new(&producing, &err);
    kaffe_record *records = calloc(4000, sizeof *records);
    for (size_t i = 0; i < 4000; i++)
        records[i].value = kaffe_text("x");
    assert_int_equal(
        kaffe_produce_batch(producer, "many", KAFFE_ANY_PARTITION, records, 4000, NULL, &err),
        KAFFE_OK);
    kaffe_producer_free(producer);
    free(records);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 4000);
    kaffe_consumer_count(consumer, &counters);
    assert_int_equal(counters.partitions, 1000);
    assert_int_equal(counters.workers, 8);
    recorder_stop(consumer);
    assert_true(recorder->running_max <= 8);
    for (int32_t p = 0; p < 1000; p++)
        recorder_assert_in_order(recorder, p, 0, 4);
    recorder_free(recorder);
}

struct contexts {
    struct recorder *recorder;
    pthread_mutex_t lock;
    int opened;
    int closed;
    int used_elsewhere;
};

struct own {
    struct contexts *contexts;
    pthread_t thread;
};

static kaffe_status open_own(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)err;
    struct contexts *contexts = ctx;
    struct own *own = calloc(1, sizeof *own);
    own->contexts = contexts;
    own->thread = pthread_self();
    pthread_mutex_lock(&contexts->lock);
    contexts->opened++;
    pthread_mutex_unlock(&contexts->lock);
    *worker_ctx = own;
    return KAFFE_OK;
}

static void close_own(void *ctx, void *worker_ctx)
{
    struct contexts *contexts = ctx;
    struct own *own = worker_ctx;
    pthread_mutex_lock(&contexts->lock);
    contexts->closed++;
    contexts->used_elsewhere += !pthread_equal(own->thread, pthread_self());
    pthread_mutex_unlock(&contexts->lock);
    free(own);
}

static kaffe_status handle_with_own(const kaffe_message *m, void *ctx)
{
    struct own *own = ctx;
    if (!pthread_equal(own->thread, pthread_self())) {
        pthread_mutex_lock(&own->contexts->lock);
        own->contexts->used_elsewhere++;
        pthread_mutex_unlock(&own->contexts->lock);
    }
    return recorder_handle_message(m, own->contexts->recorder);
}

static void each_worker_has_a_context_of_its_own(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct contexts contexts = { .recorder = recorder, .lock = PTHREAD_MUTEX_INITIALIZER };
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "context", "context");
    options.handle_message = handle_with_own;
    options.partition_assigned = NULL;
    options.partition_revoked = NULL;
    options.worker_open = open_own;
    options.worker_close = close_own;
    options.ctx = &contexts;
    for (int32_t p = 0; p < 4; p++)
        recorder_produce(endpoints, "context", p, 50);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(recorder, 200);
    recorder_stop(consumer);
    assert_int_equal(contexts.opened, 4);
    assert_int_equal(contexts.closed, 4);
    assert_int_equal(contexts.used_elsewhere, 0);
    recorder_free(recorder);
}

static kaffe_status refuse_to_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)ctx, (void)worker_ctx;
    snprintf(err->message, sizeof err->message, "no database at db:5432");
    return KAFFE_FAILED;
}

static void a_worker_that_can_not_open_ends_the_consumer_with_its_words(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "refused", "refused");
    kaffe_error err;
    options.worker_open = refuse_to_open;
    recorder_produce(endpoints, "refused", 0, 5);
    kaffe_consumer *consumer = recorder_start(&options);
    assert_int_equal(kaffe_consumer_wait(consumer, 60000, &err), KAFFE_FAILED);
    assert_string_equal(err.message, "worker_open: no database at db:5432");
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(recorder->count, 0);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_run_side_by_side),
        cmocka_unit_test(one_worker_takes_one_message_after_another),
        cmocka_unit_test(a_thousand_partitions_work_with_eight_workers),
        cmocka_unit_test(each_worker_has_a_context_of_its_own),
        cmocka_unit_test(a_worker_that_can_not_open_ends_the_consumer_with_its_words),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
