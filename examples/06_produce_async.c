/* SPDX-License-Identifier: MIT
 * Produces without waiting for each record; a callback learns what became of it.
 *
 *     06_produce_async [host:port [count]]      writes count (1000) records to the topic greetings
 */
#include <kaffe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct tally {
    atomic_int written;
    atomic_int not_written; /* or perhaps: the status says which */
};

/* On a thread of the library: it counts, and returns at once. */
static void on_delivery(const kaffe_result *result, void *ctx)
{
    struct tally *tally = ctx;
    atomic_fetch_add(result->status == KAFFE_OK ? &tally->written : &tally->not_written, 1);
}

/* The record is copied: key and value may change when the call returns. */
static kaffe_status produce(kaffe_producer *producer, long number, struct tally *tally,
                            kaffe_error *err)
{
    char key[32];
    char value[64];
    snprintf(key, sizeof key, "guest-%ld", number);
    snprintf(value, sizeof value, "hello, guest %ld", number);
    kaffe_record record = { .key = kaffe_text(key), .value = kaffe_text(value) };
    kaffe_status status;
    while ((status = kaffe_produce(producer, "greetings", KAFFE_ANY_PARTITION, &record, on_delivery,
                                   tally, err)) == KAFFE_QUEUE_FULL)
        if (kaffe_producer_flush(producer, NULL, NULL) == KAFFE_TIMED_OUT)
            break; /* queue_max_bytes wait, and none of them gets away */
    return status;
}

int main(int argc, char **argv)
{
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 1000;
    struct tally tally = { 0 };
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = argc > 1 ? argv[1] : "localhost:9092" };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    if (!producer) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    kaffe_status status = KAFFE_OK;
    for (long i = 0; i < count && status == KAFFE_OK; i++)
        status = produce(producer, i, &tally, &err);
    if (status != KAFFE_OK)
        fprintf(stderr, "not accepted: %s\n", err.message);
    kaffe_producer_free(producer); /* flushes; no callback runs after it */
    printf("%d written, %d not\n", atomic_load(&tally.written), atomic_load(&tally.not_written));
    return tally.written != count;
}
