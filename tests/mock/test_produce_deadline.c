/* SPDX-License-Identifier: MIT
 * No produce call outlives delivery_timeout_ms by more than a twentieth: one record, a list, or a
 * callback, whatever it is that does not answer. And a producer is freed in time. */
#include "clock.h"
#include "mock_cluster.h"
#include "no_answer.h"
#include "threads.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kaffe.h"

static const int64_t timeout_ms = 3000;
static const int64_t slack_ms = 100; /* for waking up, on top of the twentieth */
static const int64_t shutdown_ms = 500;

static const kaffe_record record = { .key = { "key", 3 }, .value = { "value", 5 } };

static void silence(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

static kaffe_producer *producer_at(const char *endpoints, const char *topics)
{
    const kaffe_producer_options options = { .endpoints = endpoints,
                                             .topics = topics,
                                             .log = silence,
                                             .delivery_timeout_ms = timeout_ms,
                                             .queue_max_bytes = 1048576,
                                             .max_message_bytes = 1000000,
                                             .shutdown_timeout_ms = shutdown_ms };
    kaffe_error err;
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_string_equal(err.message, "");
    return producer;
}

/* --- one call of each kind, side by side --------------------------------------------------- */

struct call {
    kaffe_producer *producer;
    const kaffe_record *record;
    kaffe_status status;
    int64_t took_ms;
};

static void *produce_one(void *arg)
{
    struct call *call = arg;
    kaffe_error err;
    int64_t begun_ms = kf_clock_ms();
    call->status = kaffe_produce_sync(call->producer, call->record, &err);
    call->took_ms = kf_clock_ms() - begun_ms;
    return NULL;
}

static void *produce_list(void *arg)
{
    struct call *call = arg;
    kaffe_error err;
    const kaffe_record records[] = { *call->record, *call->record, *call->record };
    int64_t begun_ms = kf_clock_ms();
    call->status =
        kaffe_produce_batch(call->producer, NULL, KAFFE_ANY_PARTITION, records, 3, NULL, &err);
    call->took_ms = kf_clock_ms() - begun_ms;
    return NULL;
}

struct told {
    atomic_int count;
    _Atomic int64_t ended_ms;
};

static void note(const kaffe_result *result, void *ctx)
{
    struct told *told = ctx;
    assert_int_not_equal(result->status, KAFFE_OK);
    atomic_store(&told->ended_ms, kf_clock_ms());
    atomic_fetch_add(&told->count, 1);
}

static void *produce_with_callback(void *arg)
{
    struct call *call = arg;
    kaffe_error err;
    struct told told = { 0 };
    int64_t begun_ms = kf_clock_ms();
    call->status =
        kaffe_produce(call->producer, NULL, KAFFE_ANY_PARTITION, call->record, note, &told, &err);
    if (call->status != KAFFE_OK) {
        call->took_ms = kf_clock_ms() - begun_ms;
        return NULL;
    }
    call->status = KAFFE_NOT_WRITTEN; /* as `note` has seen to */
    while (atomic_load(&told.count) == 0)
        poll(NULL, 0, 5);
    call->took_ms = atomic_load(&told.ended_ms) - begun_ms;
    return NULL;
}

static void assert_all_end_in_time(kaffe_producer *producer)
{
    void *(*const kinds[])(void *) = { produce_one, produce_list, produce_with_callback };
    struct call calls[3];
    pthread_t threads[3];
    for (size_t i = 0; i < 3; i++) {
        calls[i] = (struct call){ .producer = producer, .record = &record };
        assert_int_equal(pthread_create(&threads[i], NULL, kinds[i], &calls[i]), 0);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_not_equal(calls[i].status, KAFFE_OK);
        if (calls[i].took_ms > timeout_ms + timeout_ms / 20 + slack_ms)
            fail_msg("call %zu took %lld ms", i, (long long)calls[i].took_ms);
    }
}

static void assert_freed_in_time(kaffe_producer *producer)
{
    int64_t begun_ms = kf_clock_ms();
    kaffe_producer_free(producer);
    assert_true(kf_clock_ms() - begun_ms < shutdown_ms + 2000); /* else it would be many seconds */
}

/* --- what does not answer ----------------------------------------------------------------- */

static void a_broker_that_is_not_there(void **state)
{
    (void)state;
    kaffe_producer *producer = producer_at("127.0.0.1:1", "orders");
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
}

static void a_broker_that_never_says_a_word(void **state)
{
    (void)state;
    struct no_answer silent;
    no_answer_listen(&silent);
    kaffe_producer *producer = producer_at(silent.endpoint, "orders");
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
    no_answer_close(&silent);
}

static void a_host_name_whose_lookup_hangs(void **state)
{
    (void)state;
    no_answer_names_hang();
    kaffe_producer *producer = producer_at(NO_ANSWER_HOST ":9092", "orders");
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
    no_answer_names_fail();
    threads_await_end("kaffe-gone");
}

static void a_topic_that_is_unknown(void **state)
{
    struct mock_cluster *mock = *state;
    rd_kafka_mock_topic_set_error(mock->cluster, "missing",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    kaffe_producer *producer = producer_at(mock->endpoints, "missing");
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
}

/* Both outlets are connected, and the partition count is known. */
static kaffe_producer *known_producer(const struct mock_cluster *mock)
{
    kaffe_error err;
    kaffe_producer *producer = producer_at(mock->endpoints, "orders");
    kaffe_status status = KAFFE_NOT_WRITTEN;
    for (int i = 0; i < 20 && status != KAFFE_OK; i++)
        status = kaffe_produce_sync(producer, &record, &err);
    assert_int_equal(status, KAFFE_OK);
    assert_int_equal(kaffe_produce(producer, NULL, 0, &record, NULL, NULL, &err), KAFFE_OK);
    while (kaffe_producer_flush(producer, NULL, &err) == KAFFE_TIMED_OUT)
        continue;
    return producer;
}

static void a_broker_that_stops_answering(void **state)
{
    struct mock_cluster *mock = *state;
    kaffe_producer *producer = known_producer(mock);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 60000);
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
}

static void a_broker_that_goes(void **state)
{
    struct mock_cluster *mock = *state;
    kaffe_producer *producer = known_producer(mock);
    mock_cluster_down(mock);
    assert_all_end_in_time(producer);
    assert_freed_in_time(producer);
}

/* Records of 1 MB fill the queue; those that find no room in it end in time, too. */
static void a_queue_that_stays_full(void **state)
{
    static char megabyte[900000];
    struct mock_cluster *mock = *state;
    const kaffe_record large = { .value = { megabyte, sizeof megabyte } };
    kaffe_producer *producer = known_producer(mock);
    kaffe_error err;
    struct call calls[4];
    pthread_t threads[4];
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 60000);
    for (size_t i = 0; i < 4; i++) {
        calls[i] = (struct call){ .producer = producer, .record = &large };
        assert_int_equal(pthread_create(&threads[i], NULL, produce_list, &calls[i]), 0);
    }
    assert_int_equal(kaffe_produce(producer, NULL, 0, &large, NULL, NULL, &err), KAFFE_OK);
    int64_t begun_ms = kf_clock_ms();
    assert_int_equal(kaffe_produce(producer, NULL, 0, &large, NULL, NULL, &err), KAFFE_QUEUE_FULL);
    assert_true(kf_clock_ms() - begun_ms < timeout_ms);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_not_equal(calls[i].status, KAFFE_OK);
        assert_true(calls[i].took_ms <= timeout_ms + timeout_ms / 20 + slack_ms);
    }
    assert_freed_in_time(producer);
}

/* The one who frees does not wait for what the clerk still asks. */
static void a_question_for_a_partition_count_holds_up_no_end(void **state)
{
    struct mock_cluster *mock = *state;
    kaffe_error err;
    kaffe_producer *producer = known_producer(mock);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 60000);
    for (int i = 0; i < 2; i++) /* each question waits twice as long as the one before */
        assert_int_equal(kaffe_produce_sync_to(producer, "others", &record, &err),
                         KAFFE_NOT_WRITTEN);
    assert_freed_in_time(producer);
    rd_kafka_mock_broker_set_rtt(mock->cluster, 1, 0);
    threads_await_end("kaffe-gone");
}

static int start_broker(void **state)
{
    static struct mock_cluster mock;
    mock_cluster_start(&mock);
    mock_cluster_create(&mock, "orders", 1);
    *state = &mock;
    return 0;
}

static int stop_broker(void **state)
{
    threads_await_end("kaffe-gone");
    mock_cluster_stop(*state);
    return 0;
}

#define ON_MOCK(test) cmocka_unit_test_setup_teardown(test, start_broker, stop_broker)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_that_is_not_there),
        cmocka_unit_test(a_broker_that_never_says_a_word),
        cmocka_unit_test(a_host_name_whose_lookup_hangs),
        ON_MOCK(a_topic_that_is_unknown),
        ON_MOCK(a_broker_that_stops_answering),
        ON_MOCK(a_broker_that_goes),
        ON_MOCK(a_queue_that_stays_full),
        ON_MOCK(a_question_for_a_partition_count_holds_up_no_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
