/* SPDX-License-Identifier: MIT
 * A thread waits for each consumer, so that whichever ends first is seen at once. */
#include "run_consumers.h"

#include <stdio.h>

void cli_runner_init(struct cli_runner *runner, struct cli_consumer *consumers, size_t count)
{
    *runner = (struct cli_runner){ .consumers = consumers, .count = count };
    pthread_mutex_init(&runner->lock, NULL);
}

void cli_runner_fini(struct cli_runner *runner)
{
    pthread_mutex_destroy(&runner->lock);
}

void cli_runner_stop(void *ctx)
{
    struct cli_runner *runner = ctx;
    pthread_mutex_lock(&runner->lock);
    runner->stopping = true;
    for (size_t i = 0; i < runner->count; i++)
        if (runner->consumers[i].consumer)
            kaffe_consumer_stop(runner->consumers[i].consumer);
    pthread_mutex_unlock(&runner->lock);
}

static void fail(struct cli_consumer *consumer, const char *message)
{
    fprintf(stderr, "kaffe run: consumer %s: %s\n", consumer->name, message);
    pthread_mutex_lock(&consumer->runner->lock);
    consumer->failed = true;
    consumer->runner->failed = true;
    pthread_mutex_unlock(&consumer->runner->lock);
    cli_runner_stop(consumer->runner);
}

static bool is_stopping(struct cli_runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool stopping = runner->stopping;
    pthread_mutex_unlock(&runner->lock);
    return stopping;
}

static void *wait_for(void *ctx)
{
    struct cli_consumer *consumer = ctx;
    kaffe_status status = kaffe_consumer_wait(consumer->consumer, KAFFE_NONE, &consumer->err);
    /* What is left behind when stopping is told at the end. */
    if (status != KAFFE_OK && (status != KAFFE_TIMED_OUT || !is_stopping(consumer->runner)))
        fail(consumer, consumer->err.message);
    return NULL;
}

/* Before the first one starts, so that wrong options connect to nothing. */
static enum cli_exit make_all(struct cli_runner *runner)
{
    for (size_t i = 0; i < runner->count; i++) {
        struct cli_consumer *one = &runner->consumers[i];
        kaffe_consumer *consumer = kaffe_consumer_new(&one->options, &one->err);
        if (!consumer) {
            fprintf(stderr, "kaffe run: consumer %s: %s\n", one->name, one->err.message);
            return one->err.status == KAFFE_INVALID ? CLI_USAGE : CLI_FAILED;
        }
        pthread_mutex_lock(&runner->lock);
        one->runner = runner;
        one->consumer = consumer;
        if (runner->stopping)
            kaffe_consumer_stop(consumer);
        pthread_mutex_unlock(&runner->lock);
    }
    return CLI_DONE;
}

static void start_all(struct cli_runner *runner)
{
    for (size_t i = 0; i < runner->count; i++) {
        struct cli_consumer *one = &runner->consumers[i];
        kaffe_status status = kaffe_consumer_start(one->consumer, &one->err);
        if (status == KAFFE_CLOSED) /* one that failed, or a signal, was faster */
            return;
        if (status == KAFFE_OK)
            one->waits = pthread_create(&one->waiter, NULL, wait_for, one) == 0;
        if (!one->waits) {
            fail(one, status == KAFFE_OK ? "no thread is left: raise the limit of threads"
                                         : one->err.message);
            return;
        }
    }
}

static void wait_for_all(struct cli_runner *runner)
{
    for (size_t i = 0; i < runner->count; i++)
        if (runner->consumers[i].waits)
            pthread_join(runner->consumers[i].waiter, NULL);
}

/* A consumer whose handler has not returned says so by its err already, unless it failed first. */
static void free_all(struct cli_runner *runner)
{
    for (size_t i = 0; i < runner->count; i++) {
        struct cli_consumer *one = &runner->consumers[i];
        pthread_mutex_lock(&runner->lock);
        kaffe_consumer *consumer = one->consumer;
        one->consumer = NULL;
        pthread_mutex_unlock(&runner->lock);
        bool left = kaffe_consumer_free(consumer) != KAFFE_OK;
        bool unfinished = one->waits && !one->failed && one->err.status == KAFFE_TIMED_OUT;
        runner->left_behind = runner->left_behind || left;
        if (left || unfinished)
            fprintf(stderr, "kaffe run: consumer %s: left behind: %s\n", one->name,
                    unfinished ? one->err.message : "a handler has not returned");
        runner->failed = runner->failed || left || unfinished;
    }
}

enum cli_exit cli_runner_run(struct cli_runner *runner)
{
    enum cli_exit status = make_all(runner);
    if (status == CLI_DONE)
        start_all(runner);
    wait_for_all(runner);
    free_all(runner);
    return status == CLI_DONE && runner->failed ? CLI_FAILED : status;
}
