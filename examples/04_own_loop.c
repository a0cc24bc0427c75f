/* SPDX-License-Identifier: MIT
 * A program with a loop and signals of its own: start, look after it, stop, wait, free.
 *
 *     04_own_loop [host:port]      counts the messages of the topic greetings until Ctrl-C */
#include <kaffe.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int number)
{
    (void)number;
    asked_to_stop = 1;
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    if (m->value.size == 0)
        return kaffe_fail(m, "an empty greeting"); /* logged, counted, and tried again */
    return KAFFE_OK;
}

/* Until it is asked to stop, or the consumer stops by itself, which is always an error. */
static void look_after(kaffe_consumer *consumer)
{
    kaffe_error err;
    kaffe_consumer_counters now;
    while (!asked_to_stop && kaffe_consumer_wait(consumer, 500, &err) == KAFFE_TIMED_OUT &&
           err.flags == 0) {
        kaffe_consumer_count(consumer, &now);
        printf("%lld handled, %lld failures, %lld partitions\n", (long long)now.messages_handled,
               (long long)now.failures, (long long)now.partitions);
    }
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_consumer_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings",
        .consumer_group = "greeting-counters",
        .handle_message = handle_message,
        .start_with_earliest_message = true,
    };
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    if (consumer && kaffe_consumer_start(consumer, &err) == KAFFE_OK) {
        look_after(consumer);
        kaffe_consumer_stop(consumer);
        if (kaffe_consumer_wait(consumer, KAFFE_NONE, &err) == KAFFE_OK)
            printf("stopped, all finished work is committed\n");
    }
    if (err.status != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    kaffe_consumer_free(consumer);
    return err.status != KAFFE_OK;
}
