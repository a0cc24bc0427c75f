/* SPDX-License-Identifier: MIT
 * Reads without a group: prints what is in the topic greetings now, and ends. Nothing is committed,
 * so the next run prints it all again.
 *
 *     09_reader [host:port] [start_at]      start_at: earliest, an offset, -10, @1700000000000 */
#include <kaffe.h>
#include <stdio.h>

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    long *count = ctx;
    printf("%d/%lld %.*s: %.*s\n", m->partition, (long long)m->offset, KAFFE_TEXT(m->key),
           KAFFE_TEXT(m->value));
    (*count)++; /* no lock: there is one worker */
    return KAFFE_OK;
}

int main(int argc, char **argv)
{
    kaffe_error err;
    long count = 0;
    kaffe_reader_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings",
        .handle_message = handle_message,
        .ctx = &count,
        .start_at = argc > 2 ? argv[2] : NULL,
        .stop_at = "end",
        .workers = 1,
        .start_timeout_ms = 10000,
    };
    if (kaffe_read(&options, &err) != KAFFE_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    printf("%ld messages\n", count);
    return 0;
}
