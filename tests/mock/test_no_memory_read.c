/* SPDX-License-Identifier: MIT
 * A reader whose memory runs out, in whatever thread: it ends and says so, or goes on and reads
 * everything once, compressed batches included. */
#include "scarce.h"

#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TOPICS "orders,gzip,zstd,lz4"
#define EACH 30

static void produce(const char *endpoints, const char *topic, const char *compression)
{
    kaffe_record records[EACH];
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints,
                                       .topics = topic,
                                       .compression = compression };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    for (size_t i = 0; i < EACH; i++)
        records[i] = (kaffe_record){ .value = kaffe_text("the same words again and again") };
    assert_int_equal(kaffe_produce_batch(producer, NULL, 0, records, EACH, NULL, &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
}

static int start_broker(void **state)
{
    int failed = recorder_start_broker(state, "orders:3,gzip,zstd,lz4");
    const char *endpoints = failed ? NULL : kaffe_mock_broker_endpoints(*state);
    for (int32_t p = 0; endpoints && p < 3; p++)
        recorder_produce(endpoints, "orders", p, EACH);
    if (endpoints) {
        produce(endpoints, "gzip", "gzip");
        produce(endpoints, "zstd", "zstd");
        produce(endpoints, "lz4", "lz4");
    }
    return failed;
}

/* @return whether it ended well */
static bool reads(struct recorder *recorder, const kaffe_reader_options *options)
{
    kaffe_error err;
    kaffe_consumer *reader = kaffe_reader_new(options, &err);
    if (reader && kaffe_consumer_start(reader, &err) == KAFFE_OK)
        (void)!kaffe_consumer_wait(reader, 60000, &err);
    if (err.status != KAFFE_OK && err.status != KAFFE_NO_MEMORY)
        print_error("%s\n", recorder->log);
    bool well = err.status == KAFFE_OK;
    if (!well && (err.status != KAFFE_NO_MEMORY || *err.message == '\0'))
        fail_msg("status %d: %s", (int)err.status, err.message);
    assert_int_equal(kaffe_consumer_free(reader), KAFFE_OK);
    return well;
}

static bool run(const char *endpoints, bool in_batches, long nth)
{
    struct recorder *recorder = recorder_new();
    kaffe_reader_options options = recorder_reader_options(recorder, endpoints, TOPICS);
    long before = scarce_held();
    options.stop_at = "end";
    options.workers = 2;
    if (in_batches) {
        options.handle_message = NULL;
        options.handle_messages = recorder_handle_messages;
    }
    scarce_begin(nth);
    bool well = reads(recorder, &options);
    bool struck = scarce_end();
    assert_true(well || struck);
    scarce_require(scarce_held() == before, "nothing is left behind");
    scarce_require(!well || recorder->handled == (size_t)6 * EACH, "each message is handled once");
    recorder_free(recorder);
    return struck;
}

static void everything_is_read_or_it_is_said(void **state)
{
    for (long nth = 1; run(kaffe_mock_broker_endpoints(*state), false, nth); nth++)
        ;
}

static void batches_are_read_or_it_is_said(void **state)
{
    long nth = 1;
    while (run(kaffe_mock_broker_endpoints(*state), true, nth))
        nth++;
    assert_true(nth > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read_or_it_is_said),
        cmocka_unit_test(batches_are_read_or_it_is_said),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
