/* SPDX-License-Identifier: MIT
 * SIGINT and SIGTERM of a program that runs until one of them: the first stops it in order, a
 * second one ends it at once. */
#ifndef CLI_STOP_SIGNALS_H
#define CLI_STOP_SIGNALS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct cli_stop_signals {
    void (*stop)(void *ctx); /* called once, by a thread of its own; must not block */
    void *ctx;
    pthread_t thread;
    atomic_bool ended;
};

/**
 * Blocks both in the calling thread, and so in all that it makes from now on: call it first.
 * A second signal, 200 ms later or more, ends the process with 128 + its number.
 * @return false: there is no thread to be had
 */
bool cli_stop_signals_begin(struct cli_stop_signals *signals, void (*stop)(void *ctx), void *ctx);
/** `stop` is not called any more. */
void cli_stop_signals_end(struct cli_stop_signals *signals);

#endif
