/* SPDX-License-Identifier: MIT
 * A turn's stage with async_message_ack: the handler keeps what it is lent, and the test gives the
 * verdicts. */
#ifndef ASYNC_STAGE_H
#define ASYNC_STAGE_H

#include "turn_stage.h"

#define ASYNC_STAGE_KEPT 100

/* A stage, and what its handler keeps. */
struct async_stage {
    struct turn_stage *stage;
    const kaffe_message *lent[ASYNC_STAGE_KEPT];
    kaffe_ack_token tokens[ASYNC_STAGE_KEPT];
    kaffe_ack_token batch_tokens[ASYNC_STAGE_KEPT];
    size_t batch_counts[ASYNC_STAGE_KEPT];
    size_t count; /* messages since the last look */
    size_t batches;
    kaffe_status says; /* the handler */
    int64_t fail_offset; /* -1: none */
    bool acks_inside;
};

/** A cmocka test's fixture: *state is a stage with a window of ten. */
int async_stage_begin(void **state);
int async_stage_end(void **state);
/** handle_messages instead. */
void async_stage_batches(struct async_stage *async, int64_t max_batch_count);
void async_stage_limit(struct async_stage *async, size_t max_in_flight);

/** Verdicts on what was lent since the last look. */
kaffe_status async_stage_ack(struct async_stage *async, size_t index);
kaffe_status async_stage_nack(struct async_stage *async, size_t index);
int64_t async_stage_done(const struct async_stage *async);
/** So many were handed out since the last look, the first of them at `offset`. */
void async_stage_lent(struct async_stage *async, int64_t offset, size_t count);
/** Looks anew, and turns until something comes again. */
void async_stage_turn_when_due(struct async_stage *async);

#endif
