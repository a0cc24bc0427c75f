/* SPDX-License-Identifier: MIT
 * A Kaffe consumer that writes down what it handles and what it logs, and a test that waits for it.
 * Calls end the test when they can not do what they say. */
#ifndef E2E_CONSUMER_H
#define E2E_CONSUMER_H

#include "kafka_client.h"

#include <pthread.h>

struct e2e_consumer {
    kaffe_consumer *consumer;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct kafka_client_records handled; /* KAFFE_OK was returned for these; in that order */
    char **log; /* "event fields" */
    size_t log_count;
    /** Asked before a message, or the first of a batch, is written down; NULL: always OK. */
    kaffe_status (*judge)(const kaffe_message *m, void *judge_ctx);
    void *judge_ctx;
};

/* How it handles: one message at a time, or batches; a caller's own handle_messages is kept. */
enum e2e_mode {
    E2E_MESSAGES,
    E2E_BATCHES
};

/** Set judge before. Endpoints, handler, ctx and log are filled in. */
void e2e_consumer_start(struct e2e_consumer *consumer, enum e2e_mode mode,
                        kaffe_consumer_options options);
/** Returns when it has handled at least so many. */
void e2e_consumer_until_handled(struct e2e_consumer *consumer, size_t count);
/** Returns when `count` lines of the log are of that event and contain `part`. */
void e2e_consumer_until_logged(struct e2e_consumer *consumer, size_t count, const char *event,
                               const char *part);
size_t e2e_consumer_logged(struct e2e_consumer *consumer, const char *event, const char *part);
/** Stops it, with a final commit. What it wrote down stays. */
void e2e_consumer_stop(struct e2e_consumer *consumer);
void e2e_consumer_free(struct e2e_consumer *consumer);

/** For a handler of one's own. */
void e2e_consumer_note(struct e2e_consumer *consumer, const kaffe_message *m);

#endif
