/* SPDX-License-Identifier: MIT
 * Batches whose messages are acknowledged by calls. */
#include "async_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- batches ------------------------------------------------------------------------------ */

static void a_batch_is_acknowledged_whole_or_one_by_one(void **state)
{
    struct async_stage *async = *state;
    async_stage_batches(async, 4);
    append_gzip_batch(&async->stage->out, 0, 3);
    append_gzip_batch(&async->stage->out, 3, 7);
    turn_stage_feed(async->stage, 0);
    turn_stage_turns(async->stage);
    async_stage_lent(async, 0, 10);
    assert_int_equal(async->batches, 3);
    assert_int_equal(async->batch_counts[2], 2);
    assert_int_equal(kaffe_ack(async->stage->consumer, async->batch_tokens[1]), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(async_stage_ack(async, 2), KAFFE_OK);
    assert_int_equal(kaffe_ack(async->stage->consumer, async->batch_tokens[0]), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 8);
    assert_int_equal(kaffe_ack(async->stage->consumer, async->batch_tokens[0]), KAFFE_STALE);
    assert_int_equal(async_stage_ack(async, 8), KAFFE_OK);
    assert_int_equal(async_stage_ack(async, 9), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 10);
    turn_stage_turns(async->stage); /* there is room again: it sees that it was the last one */
    assert_int_equal(slice_feed_held(&async->stage->feed), 0);
}

static void what_is_due_comes_again_as_a_batch(void **state)
{
    struct async_stage *async = *state;
    async_stage_batches(async, 10);
    turn_stage_options(async->stage)->retry_backoff_ms = 1;
    slice_feed_add_simple(&async->stage->feed, 0, 6);
    turn_stage_turns(async->stage);
    assert_int_equal(async_stage_ack(async, 2), KAFFE_OK);
    assert_int_equal(kaffe_nack(async->stage->consumer, async->batch_tokens[0], "not %s", "today"),
                     KAFFE_OK);
    async_stage_turn_when_due(async);
    assert_int_equal(async->count, 5);
    assert_int_equal(async->batches, 1);
    assert_int_equal(async->lent[1]->offset, 1);
    assert_int_equal(async->lent[2]->offset, 3); /* one has been acknowledged */
    assert_int_equal(async->lent[2]->attempt, 2);
    assert_int_equal(kaffe_ack(async->stage->consumer, async->batch_tokens[0]), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 6);
}

static void a_named_culprit_alone_has_failed(void **state)
{
    struct async_stage *async = *state;
    async_stage_batches(async, 10);
    turn_stage_options(async->stage)->max_attempts = 1;
    turn_stage_options(async->stage)->on_failure = "skip";
    turn_stage_options(async->stage)->retry_backoff_ms = 1;
    async->fail_offset = 2;
    slice_feed_add_simple(&async->stage->feed, 0, 5);
    turn_stage_turns(async->stage);
    async->fail_offset = -1;
    async_stage_turn_when_due(async);
    assert_int_equal(async->stage->consumer->counters.skipped, 1);
    assert_int_equal(async->count, 4);
    assert_int_equal(async->lent[2]->offset, 3);
    assert_int_equal(async->lent[2]->attempt, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, async_stage_begin, async_stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_batch_is_acknowledged_whole_or_one_by_one),
        CASE(what_is_due_comes_again_as_a_batch),
        CASE(a_named_culprit_alone_has_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
