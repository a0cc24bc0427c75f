/* SPDX-License-Identifier: MIT
 * Which partition a record goes to: when the strategy is asked, with what, and what its answer
 * does. */
#include "kaffe.h"
#include "mock_cluster.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
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
    mock_cluster_create(&mock, "four", 4);
    mock_cluster_create(&mock, "three", 3);
    mock_cluster_create(&mock, "wide", 501);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mock_cluster_stop(&mock);
    return 0;
}

static kaffe_producer *make(kaffe_partition_fn strategy, void *ctx)
{
    const kaffe_producer_options options = { .endpoints = mock.endpoints,
                                             .partition_strategy = strategy,
                                             .partition_strategy_ctx = ctx,
                                             .delivery_timeout_ms = 30000 };
    kaffe_producer *producer = kaffe_producer_new(&options, NULL);
    assert_non_null(producer);
    return producer;
}

static int32_t partition_of(kaffe_producer *producer, const char *topic, int32_t partition)
{
    const kaffe_record record = { .key = kaffe_text("key"), .value = kaffe_text("value") };
    kaffe_result result;
    kaffe_error err;
    assert_int_equal(kaffe_produce_batch(producer, topic, partition, &record, 1, &result, &err),
                     KAFFE_OK);
    return result.partition;
}

static void round_robin_goes_round_each_topic_from_0(void **state)
{
    (void)state;
    kaffe_producer *producer = make(kaffe_partition_round_robin, NULL);
    for (int i = 0; i < 6; i++)
        assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), i % 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(partition_of(producer, "three", KAFFE_ANY_PARTITION), i % 3);
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 2);
    kaffe_producer_free(producer);
}

static void an_explicit_partition_leaves_round_robin_where_it_was(void **state)
{
    (void)state;
    kaffe_producer *producer = make(kaffe_partition_round_robin, NULL);
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 0);
    assert_int_equal(partition_of(producer, "four", 3), 3);
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 1);
    kaffe_producer_free(producer);
}

static void md5_is_the_default_and_follows_the_key(void **state)
{
    (void)state;
    kaffe_producer *producer = make(NULL, NULL);
    int32_t expected =
        kaffe_partition_md5("four", -1, 4, kaffe_text("key"), kaffe_text("value"), NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), expected);
    kaffe_producer_free(producer);
}

enum {
    THREADS = 8,
    EACH = 40
};

struct crowd {
    kaffe_producer *producer;
    atomic_int hits[4];
    atomic_int failures;
};

static void *produce_many(void *arg)
{
    struct crowd *crowd = arg;
    const kaffe_record record = { .value = kaffe_text("value") };
    for (int i = 0; i < EACH; i++) {
        kaffe_result result;
        if (kaffe_produce_batch(crowd->producer, "four", KAFFE_ANY_PARTITION, &record, 1, &result,
                                NULL) == KAFFE_OK)
            atomic_fetch_add(&crowd->hits[result.partition], 1);
        else
            atomic_fetch_add(&crowd->failures, 1);
    }
    return NULL;
}

static void round_robin_is_even_under_many_threads(void **state)
{
    (void)state;
    struct crowd crowd = { .producer = make(kaffe_partition_round_robin, NULL) };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, produce_many, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.failures, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(crowd.hits[i], THREADS * EACH / 4);
    kaffe_producer_free(crowd.producer);
}

struct gate {
    atomic_int inside;
    atomic_int met;
};

static int32_t one_at_a_time(const char *topic, int32_t current_partition, int32_t partition_count,
                             kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    struct gate *gate = ctx;
    (void)topic, (void)current_partition, (void)partition_count, (void)key, (void)value;
    if (atomic_fetch_add(&gate->inside, 1) > 0)
        atomic_fetch_add(&gate->met, 1);
    sched_yield();
    atomic_fetch_sub(&gate->inside, 1);
    return 0;
}

static void calls_of_the_strategy_for_a_topic_follow_one_another(void **state)
{
    (void)state;
    struct gate gate = { 0 };
    struct crowd crowd = { .producer = make(one_at_a_time, &gate) };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, produce_many, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.hits[0], THREADS * EACH);
    assert_int_equal(gate.met, 0);
    kaffe_producer_free(crowd.producer);
}

struct seen {
    int calls;
    int32_t answer;
    char topic[16];
    int32_t current_partition;
    int32_t partition_count;
    kaffe_bytes key;
    kaffe_bytes value;
};

static int32_t own_strategy(const char *topic, int32_t current_partition, int32_t partition_count,
                            kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    struct seen *seen = ctx;
    seen->calls++;
    strncpy(seen->topic, topic, sizeof seen->topic - 1);
    seen->current_partition = current_partition;
    seen->partition_count = partition_count;
    seen->key = key;
    seen->value = value;
    return seen->answer;
}

static void a_function_gets_its_five_arguments(void **state)
{
    (void)state;
    struct seen seen = { .answer = 2 };
    kaffe_producer *producer = make(own_strategy, &seen);
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 2);
    assert_int_equal(seen.calls, 1);
    assert_string_equal(seen.topic, "four");
    assert_int_equal(seen.current_partition, -1);
    assert_int_equal(seen.partition_count, 4);
    assert_memory_equal(seen.key.data, "key", seen.key.size);
    assert_memory_equal(seen.value.data, "value", seen.value.size);
    seen.answer = 1;
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 1);
    assert_int_equal(seen.current_partition, 2);
    assert_int_equal(partition_of(producer, "three", KAFFE_ANY_PARTITION), 1);
    assert_int_equal(seen.current_partition, -1);
    assert_int_equal(seen.partition_count, 3);
    assert_int_equal(partition_of(producer, "four", 0), 0);
    assert_int_equal(seen.calls, 3);
    kaffe_producer_free(producer);
}

static void a_choice_outside_the_topic_is_an_error_of_that_record_alone(void **state)
{
    (void)state;
    struct seen seen = { .answer = 4 };
    const kaffe_record record = { .value = kaffe_text("value") };
    kaffe_error err;
    kaffe_result result;
    kaffe_producer *producer = make(own_strategy, &seen);
    assert_int_equal(kaffe_produce_sync_to(producer, "four", &record, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "topic four: partition_strategy chose 4: must be 0..3");
    seen.answer = -1;
    assert_int_equal(kaffe_produce_batch(producer, "four", -1, &record, 1, &result, &err),
                     KAFFE_INVALID);
    assert_string_equal(err.message,
                        "record 0: topic four: partition_strategy chose -1: must be 0..3");
    assert_int_equal(result.partition, -1);
    assert_int_equal(kaffe_produce(producer, "four", -1, &record, NULL, NULL, &err), KAFFE_INVALID);
    seen.answer = 3;
    assert_int_equal(partition_of(producer, "four", KAFFE_ANY_PARTITION), 3);
    assert_int_equal(seen.current_partition, -1); /* wrong choices are no choices */
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static void count_skewed(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level;
    if (strcmp(event, "topic.skewed") == 0 && strstr(fields, "topic=wide partitions=501 "))
        atomic_fetch_add((atomic_int *)ctx, 1);
}

static int skew_warnings(kaffe_partition_fn strategy)
{
    atomic_int warnings = 0;
    const kaffe_record record = { .value = kaffe_text("value") };
    const kaffe_producer_options options = { .endpoints = mock.endpoints,
                                             .topics = "wide",
                                             .partition_strategy = strategy,
                                             .metadata_max_age_ms = 100,
                                             .log = count_skewed,
                                             .log_ctx = &warnings };
    kaffe_producer *producer = kaffe_producer_new(&options, NULL);
    assert_int_equal(kaffe_produce_sync(producer, &record, NULL), KAFFE_OK);
    poll(NULL, 0, 350); /* so that the count is asked again */
    kaffe_producer_free(producer);
    return warnings;
}

static void md5_over_more_than_500_partitions_warns_once(void **state)
{
    (void)state;
    assert_int_equal(skew_warnings(NULL), 1);
    assert_int_equal(skew_warnings(kaffe_partition_murmur2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_robin_goes_round_each_topic_from_0),
        cmocka_unit_test(an_explicit_partition_leaves_round_robin_where_it_was),
        cmocka_unit_test(md5_is_the_default_and_follows_the_key),
        cmocka_unit_test(round_robin_is_even_under_many_threads),
        cmocka_unit_test(calls_of_the_strategy_for_a_topic_follow_one_another),
        cmocka_unit_test(a_function_gets_its_five_arguments),
        cmocka_unit_test(a_choice_outside_the_topic_is_an_error_of_that_record_alone),
        cmocka_unit_test(md5_over_more_than_500_partitions_warns_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
