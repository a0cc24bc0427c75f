/* SPDX-License-Identifier: MIT */
#include "async_stage.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void keep(struct async_stage *async, const kaffe_message *m)
{
    assert_true(async->count < ASYNC_STAGE_KEPT);
    assert_ptr_equal(kaffe_message_consumer(m), async->stage->consumer);
    async->lent[async->count] = m;
    async->tokens[async->count++] = kaffe_message_ack_token(m);
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct async_stage *async = ctx;
    keep(async, m);
    if (async->acks_inside)
        assert_int_equal(kaffe_ack(async->stage->consumer, kaffe_message_ack_token(m)), KAFFE_OK);
    else if (m->offset == async->fail_offset)
        return kaffe_fail(m, "not %s", "today");
    return async->says;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct async_stage *async = ctx;
    const kaffe_message *culprit = NULL;
    size_t count = kaffe_batch_count(batch);
    assert_int_equal(kaffe_batch_commit_up_to(batch, 0), KAFFE_INVALID);
    for (size_t i = 0; i < count; i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        keep(async, m);
        if (m->offset == async->fail_offset)
            culprit = m;
    }
    async->batch_counts[async->batches] = count;
    async->batch_tokens[async->batches++] = kaffe_batch_ack_token(batch);
    return culprit ? kaffe_fail(culprit, "not %s", "today") : async->says;
}

int async_stage_begin(void **state)
{
    struct async_stage *async = calloc(1, sizeof *async);
    assert_non_null(async);
    struct turn_stage *stage = async->stage = turn_stage_new();
    kaffe_consumer_options *options = turn_stage_options(stage);
    options->handle_message = handle_message;
    options->async_message_ack = true;
    options->max_in_flight = 10;
    options->max_bytes = 1000000;
    stage->worker.ctx = async;
    async->fail_offset = -1;
    stage->partition.flight = kf_flights_take(stage->consumer, &stage->partition);
    assert_non_null(stage->partition.flight);
    *state = async;
    return 0;
}

int async_stage_end(void **state)
{
    struct async_stage *async = *state;
    struct turn_stage *stage = async->stage;
    if (stage->partition.flight)
        kf_flight_leave(stage->partition.flight);
    kf_flights_fini(&stage->consumer->flights);
    turn_stage_free(stage);
    free(async);
    return 0;
}

void async_stage_batches(struct async_stage *async, int64_t max_batch_count)
{
    turn_stage_options(async->stage)->handle_message = NULL;
    turn_stage_options(async->stage)->handle_messages = handle_messages;
    turn_stage_options(async->stage)->max_batch_count = max_batch_count;
}

void async_stage_limit(struct async_stage *async, size_t max_in_flight)
{
    async->stage->partition.flight->window.limit = max_in_flight;
}

kaffe_status async_stage_ack(struct async_stage *async, size_t index)
{
    return kaffe_ack(async->stage->consumer, async->tokens[index]);
}

kaffe_status async_stage_nack(struct async_stage *async, size_t index)
{
    return kaffe_nack(async->stage->consumer, async->tokens[index], "not %s", "today");
}

int64_t async_stage_done(const struct async_stage *async)
{
    return kf_partition_done(&async->stage->partition);
}

void async_stage_lent(struct async_stage *async, int64_t offset, size_t count)
{
    assert_int_equal(async->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(async->lent[i]->offset, offset + (int64_t)i);
}

void async_stage_turn_when_due(struct async_stage *async)
{
    struct turn_stage *stage = async->stage;
    async->count = 0;
    async->batches = 0;
    int64_t deadline_ms = kf_clock_ms() + 30000;
    while (async->count == 0 && kf_clock_ms() < deadline_ms)
        turn_stage_turns(stage);
}
