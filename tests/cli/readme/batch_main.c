/* SPDX-License-Identifier: MIT
 * Runs the README's batch handler: its store is full at first, and takes each value once after. */
#include "context.h"

#include "batch.c"

struct shop {
    kaffe_consumer *consumer;
    atomic_int stored;
    atomic_int refused;
};

int store(void *ctx, kaffe_bytes value)
{
    struct shop *shop = ctx;
    (void)value;
    if (atomic_load(&shop->refused) == 0)
        return atomic_fetch_add(&shop->refused, 1), -1;
    if (atomic_fetch_add(&shop->stored, 1) + 1 == 3)
        kaffe_consumer_stop(shop->consumer);
    return 0;
}

static kaffe_status produce(const char *endpoints, kaffe_error *err)
{
    const kaffe_record records[3] = { { .value = kaffe_text("a") },
                                      { .value = kaffe_text("b") },
                                      { .value = kaffe_text("c") } };
    kaffe_producer_options options = { .endpoints = endpoints, .topics = "letters" };
    kaffe_producer *producer = kaffe_producer_new(&options, err);
    if (!producer)
        return err->status;
    kaffe_status status =
        kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, 3, NULL, err);
    kaffe_producer_free(producer);
    return status;
}

int main(void)
{
    struct shop shop = { 0 };
    kaffe_error err;
    kaffe_mock_broker *broker = kaffe_mock_broker_new("letters", &err);
    if (!broker)
        return 1;
    kaffe_consumer_options options = { .endpoints = kaffe_mock_broker_endpoints(broker),
                                       .topics = "letters",
                                       .consumer_group = "shop",
                                       .handle_messages = handle_messages,
                                       .ctx = &shop,
                                       .start_with_earliest_message = true };
    if (produce(options.endpoints, &err) == KAFFE_OK)
        shop.consumer = kaffe_consumer_new(&options, &err);
    if (shop.consumer && kaffe_consumer_start(shop.consumer, &err) == KAFFE_OK &&
        kaffe_consumer_wait(shop.consumer, 60000, &err) == KAFFE_OK)
        printf("stored %d\n", atomic_load(&shop.stored));
    kaffe_consumer_free(shop.consumer);
    kaffe_mock_broker_free(broker);
    return err.status != KAFFE_OK;
}
