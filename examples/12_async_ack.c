/* SPDX-License-Identifier: MIT
 * Acknowledges later: forwards each greeting without waiting, and acknowledges it when its copy is
 * written. Hundreds are on their way at once, and none is lost: what was not written comes again.
 *
 *     12_async_ack [host:port]      copies the topic greetings to copies until Ctrl-C */
#include <kaffe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int number)
{
    (void)number;
    asked_to_stop = 1;
}

struct pending {
    kaffe_consumer *consumer;
    kaffe_ack_token token;
};

/* On a thread of the library, in whatever order the copies are written. */
static void on_delivery(const kaffe_result *result, void *ctx)
{
    struct pending *pending = ctx;
    if (result->status == KAFFE_OK)
        kaffe_ack(pending->consumer, pending->token);
    else
        kaffe_nack(pending->consumer, pending->token, "%s", kaffe_status_text(result->status));
    free(pending);
}

/* KAFFE_OK: taken over, the acknowledgement comes. Anything else: it has failed. */
static kaffe_status handle_message(const kaffe_message *m, void *producer)
{
    kaffe_error err;
    kaffe_record copy = { .key = m->key, .value = m->value };
    struct pending *pending = malloc(sizeof *pending);
    if (!pending)
        return KAFFE_NO_MEMORY;
    *pending = (struct pending){ kaffe_message_consumer(m), kaffe_message_ack_token(m) };
    if (kaffe_produce(producer, "copies", KAFFE_ANY_PARTITION, &copy, on_delivery, pending, &err) ==
        KAFFE_OK)
        return KAFFE_OK;
    free(pending);
    return kaffe_fail(m, "%s", err.message);
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_producer_options copies = { .endpoints = argc > 1 ? argv[1] : "localhost:9092" };
    kaffe_producer *producer = kaffe_producer_new(&copies, &err);
    kaffe_consumer_options options = {
        .endpoints = copies.endpoints,
        .topics = "greetings",
        .consumer_group = "greeting-forwarders",
        .handle_message = handle_message,
        .ctx = producer,
        .start_with_earliest_message = true,
        .async_message_ack = true,
        .max_in_flight = 500, /* per partition */
    };
    signal(SIGINT, on_signal);
    kaffe_consumer *consumer = producer ? kaffe_consumer_new(&options, &err) : NULL;
    if (!consumer || kaffe_consumer_start(consumer, &err) != KAFFE_OK)
        return fprintf(stderr, "%s\n", err.message), 1;
    while (!asked_to_stop && kaffe_consumer_wait(consumer, 100, &err) == KAFFE_TIMED_OUT &&
           err.flags == 0)
        continue;
    kaffe_consumer_stop(consumer); /* waits for what is on its way, and commits */
    if (kaffe_consumer_wait(consumer, KAFFE_NONE, &err) != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    kaffe_producer_free(producer); /* its last callback comes before ... */
    kaffe_consumer_free(consumer); /* ... the consumer goes */
    return err.status != KAFFE_OK;
}
