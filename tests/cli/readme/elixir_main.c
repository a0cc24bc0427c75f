/* SPDX-License-Identifier: MIT
 * Runs what docs/from-elixir.md shows: MODE and endpoints. What is produced goes through the
 * producer shown there; the handlers print, and the process ends when six messages are
 * acknowledged. */
#include <kaffe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ACK
#include "ack.c"
#define HANDLER .handle_message = handle_message, .async_message_ack = true
#else
#include "batch.c"
#define HANDLER .handle_messages = handle_messages
#endif
#include "producer.c"

static int produce_all(const char *endpoints)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints, .topics = "interesting-topic" };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    for (int i = 0; producer && i < 2 && err.status == KAFFE_OK; i++)
        (void)!produce(producer, &err);
    kaffe_producer_free(producer);
    return err.status == KAFFE_OK ? 0 : (fprintf(stderr, "%s\n", err.message), 1);
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_consumer_counters counters = { 0 };
    kaffe_consumer_options options = { .endpoints = argv[1],
                                       .topics = "interesting-topic,whitelist",
                                       .consumer_group = argv[0],
                                       .start_with_earliest_message = true,
                                       HANDLER };
    if (argc != 2 || produce_all(argv[1]) != 0)
        return 1;
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    if (!consumer || kaffe_consumer_start(consumer, &err) != KAFFE_OK)
        return 1;
    while (counters.messages_handled < 6 &&
           kaffe_consumer_wait(consumer, 10, &err) == KAFFE_TIMED_OUT && err.flags == 0)
        kaffe_consumer_count(consumer, &counters);
    kaffe_consumer_stop(consumer);
    (void)!kaffe_consumer_wait(consumer, 60000, &err);
    kaffe_consumer_free(consumer);
    return err.status != KAFFE_OK;
}
