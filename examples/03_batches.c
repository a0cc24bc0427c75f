/* SPDX-License-Identifier: MIT
 * Handles messages in batches: whatever waits in the topic greetings is copied to the topic copies
 * with one wait for the whole batch. Only then is it acknowledged, so nothing is lost; after a
 * failure the same batch comes again, so that something may be copied twice.
 *
 *     03_batches [host:port] */
#include <kaffe.h>
#include <stdio.h>

enum {
    BATCH_MAX = 100
};

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    kaffe_producer *producer = ctx; /* one for all threads */
    kaffe_error err;
    kaffe_record records[BATCH_MAX] = { 0 };
    size_t count = kaffe_batch_count(batch);
    for (size_t i = 0; i < count; i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        records[i].key = m->key; /* headers would come from kaffe_message_header_at */
        records[i].value = m->value;
        records[i].timestamp_ms = m->timestamp_ms > 0 ? m->timestamp_ms : 0;
    }
    if (kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, count, NULL, &err) !=
        KAFFE_OK)
        return kaffe_fail(kaffe_batch_at(batch, 0), "%s", err.message);
    printf("copied %zu of partition %d\n", count, kaffe_batch_partition(batch));
    return KAFFE_OK;
}

int main(int argc, char **argv)
{
    const char *endpoints = argc > 1 ? argv[1] : "localhost:9092";
    kaffe_error err;
    kaffe_producer_options producer_options = { .endpoints = endpoints, .topics = "copies" };
    kaffe_producer *producer = kaffe_producer_new(&producer_options, &err);
    if (!producer) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    kaffe_consumer_options options = {
        .endpoints = endpoints,
        .topics = "greetings",
        .consumer_group = "greeting-copiers",
        .handle_messages = handle_messages,
        .ctx = producer,
        .max_batch_count = BATCH_MAX,
        .start_with_earliest_message = true,
    };
    kaffe_status status = kaffe_consume(&options, &err);
    if (status != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    kaffe_producer_free(producer); /* after the consumer, whose handlers use it */
    return status != KAFFE_OK;
}
