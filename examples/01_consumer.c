/* SPDX-License-Identifier: MIT
 * The smallest consumer: a handler, options, one call. It runs until Ctrl-C.
 *
 *     01_consumer [host:port]      reads the topic greetings */
#include <kaffe.h>
#include <stdio.h>

/* Runs on several threads at once, each with a partition of its own. */
static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    printf("partition %d, offset %lld: %.*s: %.*s\n", m->partition, (long long)m->offset,
           KAFFE_TEXT(m->key), KAFFE_TEXT(m->value));
    return KAFFE_OK; /* done: it may be committed */
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_consumer_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings",
        .consumer_group = "greeting-readers",
        .handle_message = handle_message,
        .start_with_earliest_message = true,
    };
    if (kaffe_consume(&options, &err) != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    return err.status != KAFFE_OK;
}
