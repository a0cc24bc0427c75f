/* SPDX-License-Identifier: MIT
 * Records on their way: handed to a producer one after another, and each one's end is counted. */
#ifndef CLI_SENDER_H
#define CLI_SENDER_H

#include "kaffe.h"

struct cli_sender;

/* Where a record comes from, for messages. */
struct cli_place {
    const char *file; /* NULL: stdin; lent while the sender lives */
    int64_t line; /* 0: all of the file */
};

/** @param producer  lent while the sender lives. @return NULL: KAFFE_NO_MEMORY */
struct cli_sender *cli_sender_new(kaffe_producer *producer, const char *topic, kaffe_error *err);
/** Free the producer first: it calls back. */
void cli_sender_free(struct cli_sender *sender);

/**
 * Waits while the producer's queue is full.
 * @return false: it was refused, or one before it was not written: send no more
 */
bool cli_sender_send(struct cli_sender *sender, struct cli_place place, int32_t partition,
                     const kaffe_record *record);

/** Counts a record that never came so far: err says why. */
void cli_sender_refuse(struct cli_sender *sender, struct cli_place place, const kaffe_error *err);

/**
 * Waits until every record has ended, which each does by delivery_timeout_ms.
 * @return all are written; if not, stderr has a line that says how many are not, and why the first
 */
bool cli_sender_finish(struct cli_sender *sender, const char *command);

#endif
