/* SPDX-License-Identifier: MIT
 * A handler's own test, without a Kafka: the embedded broker runs inside the test.
 *
 *     08_test_a_handler */
#include <kaffe.h>
#include <stdatomic.h>
#include <stdio.h>

/* What is tested: a handler that adds up what it is sent. */
struct cashier {
    kaffe_consumer *consumer;
    atomic_int total;
    atomic_int refusals;
};

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct cashier *cashier = ctx;
    int euros = (int)m->value.size; /* "***" is three euros */
    if (euros > 3 && m->attempt == 1) {
        atomic_fetch_add(&cashier->refusals, 1);
        return kaffe_fail(m, "%d euros at once: let me look again", euros);
    }
    if (atomic_fetch_add(&cashier->total, euros) + euros == 7)
        kaffe_consumer_stop(cashier->consumer); /* a handler may ask for it */
    return KAFFE_OK;
}

static kaffe_status pay(const char *endpoints, kaffe_error *err)
{
    const kaffe_record coins[] = { { .value = kaffe_text("*") },
                                   { .value = kaffe_text("****") },
                                   { .value = kaffe_text("**") } };
    kaffe_producer_options options = { .endpoints = endpoints, .topics = "coins" };
    kaffe_producer *producer = kaffe_producer_new(&options, err);
    if (!producer)
        return err->status;
    kaffe_status status =
        kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, coins, 3, NULL, err);
    kaffe_producer_free(producer);
    return status;
}

static kaffe_status consume(const char *endpoints, struct cashier *cashier, kaffe_error *err)
{
    kaffe_consumer_options options = { .endpoints = endpoints,
                                       .topics = "coins",
                                       .consumer_group = "cashiers",
                                       .handle_message = handle_message,
                                       .ctx = cashier,
                                       .start_with_earliest_message = true };
    cashier->consumer = kaffe_consumer_new(&options, err);
    kaffe_status status =
        cashier->consumer ? kaffe_consumer_start(cashier->consumer, err) : err->status;
    if (status == KAFFE_OK)
        status = kaffe_consumer_wait(cashier->consumer, 60000, err);
    kaffe_consumer_free(cashier->consumer);
    return status;
}

int main(void)
{
    struct cashier cashier = { 0 };
    kaffe_error err;
    kaffe_mock_broker *broker = kaffe_mock_broker_new("coins:2", &err);
    const char *endpoints = broker ? kaffe_mock_broker_endpoints(broker) : NULL;
    if (!broker || pay(endpoints, &err) != KAFFE_OK ||
        consume(endpoints, &cashier, &err) != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    kaffe_mock_broker_free(broker);
    printf("total %d, refused %d\n", atomic_load(&cashier.total), atomic_load(&cashier.refusals));
    return err.status != KAFFE_OK || cashier.total != 7 || cashier.refusals != 1;
}
