/* SPDX-License-Identifier: MIT
 * Resident memory of a consumer stays within memory_limit_bytes and 32 MiB, whatever waits for its
 * slow handler. The consumer is a process of its own, so that nothing else is counted. */
#include "kaffe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB ((int64_t)1 << 20)
#define SLACK_KIB (32 << 10)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true /* what a sanitizer needs is no memory of ours */
#else
#define SANITIZED false
#endif

struct load {
    const char *topic;
    int partitions;
    int messages; /* in each partition */
    size_t size; /* of a message */
    const char *compression;
    bool random; /* bytes, or zeros */
};

struct outcome {
    long long handled;
    long long resident_kib;
    long long memory_waits;
};

static atomic_int unwritten;

static void delivered(const kaffe_result *result, void *ctx)
{
    (void)ctx;
    if (result->status != KAFFE_OK)
        atomic_fetch_add(&unwritten, 1);
}

static void *value_of(const struct load *load)
{
    uint64_t random = 88172645463325252u;
    unsigned char *value = calloc(1, load->size);
    assert_non_null(value);
    for (size_t i = 0; i < load->size && load->random; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        value[i] = (unsigned char)random;
    }
    return value;
}

static void produce(const char *endpoints, const struct load *load)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints,
                                       .compression = load->compression,
                                       .max_message_bytes = 4000000,
                                       .linger_ms = 50 };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    void *value = value_of(load);
    const kaffe_record record = { .value = { value, load->size } };
    for (int i = 0; i < load->messages; i++)
        for (int32_t partition = 0; partition < load->partitions; partition++)
            while (kaffe_produce(producer, load->topic, partition, &record, delivered, NULL,
                                 &err) == KAFFE_QUEUE_FULL)
                assert_int_not_equal(kaffe_producer_flush(producer, NULL, &err), KAFFE_NOT_WRITTEN);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    assert_int_equal(atomic_load(&unwritten), 0);
    free(value);
}

static struct outcome consume(const char *endpoints, const struct load *load, int64_t limit,
                              int handler_us, const char *handler)
{
    char command[512];
    struct outcome outcome = { 0 };
    snprintf(command, sizeof command, "%s/memory_member %s %s %lld %lld %d %s", TEST_PROGRAMS,
             endpoints, load->topic, (long long)limit, (long long)load->partitions * load->messages,
             handler_us, handler);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_int_equal(fscanf(out, "handled=%lld resident_kib=%lld memory_waits=%lld",
                            &outcome.handled, &outcome.resident_kib, &outcome.memory_waits),
                     3);
    assert_int_equal(pclose(out), 0);
    print_message("%s: limit %lld MiB, resident at most %lld MiB, %lld waits\n", load->topic,
                  (long long)(limit / MIB), outcome.resident_kib >> 10, outcome.memory_waits);
    return outcome;
}

static void check(const struct load *load, int64_t limit, int handler_us, const char *handler)
{
    char topics[64];
    kaffe_error err;
    if (SANITIZED)
        skip();
    snprintf(topics, sizeof topics, "%s:%d", load->topic, load->partitions);
    kaffe_mock_broker *broker = kaffe_mock_broker_new(topics, &err);
    assert_non_null(broker);
    produce(kaffe_mock_broker_endpoints(broker), load);
    struct outcome outcome =
        consume(kaffe_mock_broker_endpoints(broker), load, limit, handler_us, handler);
    kaffe_mock_broker_free(broker);
    assert_true(outcome.handled >= (long long)load->partitions * load->messages);
    assert_true(outcome.resident_kib <= limit / 1024 + SLACK_KIB);
}

static void ten_thousand_partitions_of_small_messages_stay_within_it(void **state)
{
    (void)state;
    const struct load load = { .topic = "many", .partitions = 10000, .messages = 20, .size = 500 };
    check(&load, 64 * MIB, 20000, "messages");
}

static void messages_of_a_mebibyte_stay_within_it(void **state)
{
    (void)state;
    const struct load load = {
        .topic = "large", .partitions = 64, .messages = 4, .size = MIB, .random = true
    };
    check(&load, 32 * MIB, 20000, "message");
}

static void what_compresses_well_stays_within_it(void **state)
{
    (void)state;
    const struct load load = {
        .topic = "zeros", .partitions = 64, .messages = 12, .size = MIB, .compression = "zstd"
    };
    check(&load, 32 * MIB, 5000, "message");
}

static void batches_of_what_compresses_well_stay_within_it(void **state)
{
    (void)state;
    const struct load load = {
        .topic = "batches", .partitions = 64, .messages = 12, .size = MIB, .compression = "lz4"
    };
    check(&load, 32 * MIB, 5000, "messages");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_partitions_of_small_messages_stay_within_it),
        cmocka_unit_test(messages_of_a_mebibyte_stay_within_it),
        cmocka_unit_test(what_compresses_well_stays_within_it),
        cmocka_unit_test(batches_of_what_compresses_well_stay_within_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
