/* SPDX-License-Identifier: MIT
 * A producer whose memory runs out, in whatever thread: a call says so or is not hindered, the same
 * call after it succeeds, and each accepted record is told of once. */
#include "scarce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BATCH 40

static int start_broker(void **state)
{
    *state = kaffe_mock_broker_new("orders:4,refunds:2", NULL);
    return *state == NULL;
}

static int stop_broker(void **state)
{
    kaffe_mock_broker_free(*state);
    return 0;
}

static void silence(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

/* Said once and then no more: memory was missing once. */
static void expect(kaffe_status status, const kaffe_error *err, int *refused)
{
    if (status == KAFFE_OK)
        return;
    if (status != KAFFE_NO_MEMORY || err->status != KAFFE_NO_MEMORY || *err->message == '\0')
        fail_msg("status %d, error %d: %s", (int)status, (int)err->status, err->message);
    ++*refused;
}

static kaffe_producer *make(const char *endpoints, int *refused)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints,
                                       .topics = "orders,refunds",
                                       .log = silence };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    expect(err.status, &err, refused);
    return producer ? producer : kaffe_producer_new(&options, &err);
}

static void produce_one(kaffe_producer *producer, int *refused)
{
    const kaffe_header header = { kaffe_text("name"), kaffe_text("value") };
    const kaffe_record record = {
        .key = kaffe_text("k"), .value = kaffe_text("v"), .headers = &header, .header_count = 1
    };
    int before = *refused;
    kaffe_error err;
    expect(kaffe_produce_sync_to_partition(producer, "refunds", 1, &record, &err), &err, refused);
    if (*refused > before)
        assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
}

static void produce_batch(kaffe_producer *producer, int *refused)
{
    kaffe_record records[BATCH] = { { .value = kaffe_text("v") } };
    kaffe_result results[BATCH];
    int before = *refused;
    kaffe_error err;
    expect(kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, BATCH, results, &err),
           &err, refused);
    for (size_t i = 0; i < BATCH; i++)
        assert_true(results[i].status == KAFFE_OK || *refused > before);
    if (*refused > before)
        assert_int_equal(
            kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, BATCH, NULL, &err),
            KAFFE_OK);
}

static void delivered(const kaffe_result *result, void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, result->status == KAFFE_OK ? 1 : 1000);
}

static void produce_in_background(kaffe_producer *producer, atomic_int *told, int *refused)
{
    const kaffe_record record = { .value = kaffe_text("v") };
    int accepted = 0;
    kaffe_error err;
    for (int i = 0; i < BATCH; i++) {
        kaffe_status status = kaffe_produce(producer, i % 2 ? "orders" : "refunds",
                                            KAFFE_ANY_PARTITION, &record, delivered, told, &err);
        expect(status, &err, refused);
        accepted += status == KAFFE_OK;
    }
    expect(kaffe_producer_flush(producer, NULL, &err), &err, refused);
    assert_int_equal(atomic_load(told), accepted);
}

/* @return whether there was an allocation to fail */
static bool run(const char *endpoints, long nth)
{
    atomic_int told = 0;
    int refused = 0;
    long before = scarce_held();
    scarce_begin(nth);
    kaffe_producer *producer = make(endpoints, &refused);
    assert_non_null(producer);
    produce_one(producer, &refused);
    produce_batch(producer, &refused);
    produce_in_background(producer, &told, &refused);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    bool struck = scarce_end();
    scarce_require(refused <= struck, "one refusal");
    scarce_require(scarce_held() == before, "nothing is left behind");
    return struck;
}

static void each_record_is_written_or_it_is_said(void **state)
{
    long nth = 1;
    while (run(kaffe_mock_broker_endpoints(*state), nth))
        nth++;
    assert_true(nth > BATCH); /* at least one for each record in the background */
}

/* No memory at all for a while: nothing breaks, and it goes on when there is some again. */
static void a_producer_outlives_a_time_without_memory(void **state)
{
    const kaffe_record record = { .value = kaffe_text("v") };
    int refused = 0;
    kaffe_error err;
    kaffe_producer *producer = make(kaffe_mock_broker_endpoints(*state), &refused);
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    scarce_begin_for_good(1);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_NO_MEMORY);
        assert_int_equal(kaffe_produce(producer, "orders", 0, &record, NULL, NULL, &err),
                         KAFFE_NO_MEMORY);
    }
    assert_true(scarce_end());
    assert_int_equal(kaffe_produce_sync(producer, &record, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_record_is_written_or_it_is_said),
        cmocka_unit_test(a_producer_outlives_a_time_without_memory),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
