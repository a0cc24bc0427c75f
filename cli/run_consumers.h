/* SPDX-License-Identifier: MIT
 * Several consumers side by side, until they are stopped or one of them fails: then all stop, in
 * order, each within its shutdown_timeout_ms. */
#ifndef CLI_RUN_CONSUMERS_H
#define CLI_RUN_CONSUMERS_H

#include "command.h"
#include "kaffe.h"

#include <pthread.h>

struct cli_runner;

/* One of them. */
struct cli_consumer {
    const char *name; /* lent */
    kaffe_consumer_options options;
    struct cli_runner *runner; /* from here on the runner's own */
    kaffe_consumer *consumer;
    pthread_t waiter;
    bool waits;
    bool failed; /* with the lock, and stderr says why */
    kaffe_error err; /* the waiter's, until it is joined */
};

struct cli_runner {
    struct cli_consumer *consumers; /* [count] */
    size_t count;
    pthread_mutex_t lock;
    bool stopping; /* with the lock, and so are the pointers to consumers */
    bool failed; /* with the lock: a consumer has, and stderr says which */
    bool left_behind; /* a handler still runs: what it may use must not be freed */
};

/** @param consumers  [count] with names and options; lent until cli_runner_fini */
void cli_runner_init(struct cli_runner *runner, struct cli_consumer *consumers, size_t count);
void cli_runner_fini(struct cli_runner *runner);

/**
 * Runs them to their end. What goes wrong is a line on stderr that names the consumer; the last
 * ones say what was left behind.
 * @return CLI_DONE: all were stopped, and all finished work is committed; CLI_FAILED; CLI_USAGE:
 *         options are wrong, and none has run
 */
enum cli_exit cli_runner_run(struct cli_runner *runner);

/** A function for struct cli_stop_signals: stops all, now or as soon as they run. */
void cli_runner_stop(void *runner);

#endif
