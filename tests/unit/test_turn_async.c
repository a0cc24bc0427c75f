/* SPDX-License-Identifier: MIT
 * A worker's turn whose messages are acknowledged by calls: what is lent and for how long, what is
 * finished, what comes again, and what a verdict that comes too late does not do. */
#include "async_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- one by one --------------------------------------------------------------------------- */

static void only_what_is_finished_without_a_gap_is_done(void **state)
{
    struct async_stage *async = *state;
    append_simple_batch(&async->stage->out, 0, 5);
    append_control_batch(&async->stage->out, 5);
    turn_stage_feed(async->stage, 0);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_DRAINED);
    async_stage_lent(async, 0, 5);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(async_stage_ack(async, 4), KAFFE_OK);
    assert_int_equal(async_stage_ack(async, 1), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 2);
    assert_int_equal(async_stage_ack(async, 3), KAFFE_OK);
    assert_int_equal(async_stage_ack(async, 2), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 6); /* the gap, too */
    assert_int_equal(async->stage->consumer->counters.messages_handled, 5);
    assert_int_equal(slice_feed_held(&async->stage->feed), 0);
}

static void bytes_stay_as_long_as_a_message_is_out(void **state)
{
    struct async_stage *async = *state;
    append_gzip_batch(&async->stage->out, 0, 3);
    turn_stage_feed(async->stage, 0);
    slice_feed_add_simple(&async->stage->feed, 3, 2);
    turn_stage_turns(async->stage);
    async_stage_lent(async, 0, 5);
    for (size_t i = 1; i < 5; i++)
        assert_int_equal(async_stage_ack(async, i), KAFFE_OK);
    assert_true(slice_feed_held(&async->stage->feed) > 0);
    assert_true(async->stage->partition.flight->loans.scratch_bytes > 0);
    assert_true(async->lent[0]->value.size > 0);
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    assert_int_equal(slice_feed_held(&async->stage->feed), 0);
    assert_int_equal(async->stage->partition.flight->loans.scratch_bytes, 0);
}

static void no_more_are_out_than_max_in_flight(void **state)
{
    struct async_stage *async = *state;
    async_stage_limit(async, 3);
    slice_feed_add_simple(&async->stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_DRAINED);
    async_stage_lent(async, 0, 3);
    assert_int_equal(async_stage_ack(async, 1), KAFFE_OK);
    assert_int_equal(async->stage->partition.task.state, KF_TASK_IDLE);
    assert_int_equal(async_stage_ack(async, 0),
                     KAFFE_OK); /* there is room: the partition is woken */
    assert_int_equal(async->stage->partition.task.state, KF_TASK_READY);
    async->count = 0;
    turn_stage_turns(async->stage);
    async_stage_lent(async, 3, 2);
}

static void an_ack_inside_the_handler_is_one_like_any_other(void **state)
{
    struct async_stage *async = *state;
    async_stage_limit(async, 1);
    async->acks_inside = true;
    async->says = KAFFE_FAILED; /* of no more interest */
    slice_feed_add_simple(&async->stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_DRAINED);
    assert_int_equal(async->count, 8);
    assert_int_equal(async_stage_done(async), 8);
    assert_int_equal(async->stage->consumer->counters.failures, 0);
    assert_int_equal(async->stage->consumer->counters.acks_repeated, 0);
}

/* --- again -------------------------------------------------------------------------------- */

static void a_failed_one_comes_again_behind_those_handed_out_since(void **state)
{
    struct async_stage *async = *state;
    turn_stage_options(async->stage)->retry_backoff_ms = 1;
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    turn_stage_turns(async->stage);
    const kaffe_ack_token old = async->tokens[1];
    assert_int_equal(async_stage_nack(async, 1), KAFFE_OK);
    assert_non_null(strstr(async->stage->log, "message.failed topic=orders partition=3 offset=1 "
                                              "attempt=1 retry_in_ms="));
    assert_int_equal(async->stage->partition.task.state, KF_TASK_READY);
    async_stage_turn_when_due(async);
    async_stage_lent(async, 1, 1);
    assert_int_equal(async->lent[0]->attempt, 2);
    assert_int_equal(kaffe_ack(async->stage->consumer, old), KAFFE_STALE);
    assert_int_equal(async->stage->consumer->counters.acks_outdated, 1);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    assert_int_equal(async->stage->consumer->counters.failures, 1);
}

static void a_handler_that_does_not_return_ok_has_failed(void **state)
{
    struct async_stage *async = *state;
    turn_stage_options(async->stage)->retry_backoff_ms = 300;
    async->fail_offset = 1;
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_WAIT);
    async_stage_lent(async, 0, 3); /* the others go on */
    assert_non_null(strstr(async->stage->log, "offset=1 attempt=1"));
    assert_non_null(strstr(async->stage->log, "error=\"not today\""));
    async->fail_offset = -1;
    async_stage_turn_when_due(async);
    async_stage_lent(async, 1, 1);
    assert_int_equal(async->lent[0]->attempt, 2);
}

static void with_one_in_flight_a_failure_holds_up_all_behind_it(void **state)
{
    struct async_stage *async = *state;
    async_stage_limit(async, 1);
    turn_stage_options(async->stage)->retry_backoff_ms = 1;
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    turn_stage_turns(async->stage);
    async_stage_lent(async, 0, 1);
    for (int32_t attempt = 2; attempt < 5; attempt++) {
        assert_int_equal(async_stage_nack(async, 0), KAFFE_OK);
        async_stage_turn_when_due(async);
        async_stage_lent(async, 0, 1);
        assert_int_equal(async->lent[0]->attempt, attempt);
    }
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    async->count = 0;
    turn_stage_turns(async->stage);
    async_stage_lent(async, 1, 1);
}

static void what_was_given_up_is_skipped_in_its_turn(void **state)
{
    struct async_stage *async = *state;
    turn_stage_options(async->stage)->max_attempts = 1;
    turn_stage_options(async->stage)->on_failure = "skip";
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    turn_stage_turns(async->stage);
    assert_int_equal(async_stage_nack(async, 0), KAFFE_OK);
    assert_int_equal(async_stage_nack(async, 2), KAFFE_OK);
    assert_int_equal(async_stage_nack(async, 2), KAFFE_STALE);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_DRAINED);
    assert_int_equal(async_stage_done(async), 1);
    assert_int_equal(async_stage_ack(async, 1), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 3);
    assert_int_equal(async->stage->consumer->counters.skipped, 2);
    assert_non_null(strstr(async->stage->log, "message.skipped topic=orders partition=3 offset=2 "
                                              "attempts=1 error=\"not today\""));
    assert_int_equal(slice_feed_held(&async->stage->feed), 0);
}

static void stop_ends_the_consumer_and_finishes_nothing(void **state)
{
    struct async_stage *async = *state;
    slice_feed_add_simple(&async->stage->feed, 0, 2);
    turn_stage_turns(async->stage);
    assert_int_equal(
        kaffe_nack_permanently(async->stage->consumer, async->tokens[0], "no %s", "way"), KAFFE_OK);
    assert_string_equal(async->stage->consumer->failure.message,
                        "orders[3]@0: failed 1 time: no way");
    assert_int_equal(async_stage_ack(async, 1), KAFFE_OK);
    assert_int_equal(turn_stage_turns(async->stage), KF_TURN_DRAINED);
    assert_int_equal(async_stage_done(async), 0);
}

/* --- too late ----------------------------------------------------------------------------- */

static void a_second_verdict_changes_nothing(void **state)
{
    struct async_stage *async = *state;
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    turn_stage_turns(async->stage);
    assert_int_equal(async_stage_ack(async, 1), KAFFE_OK);
    assert_int_equal(async_stage_nack(async, 1), KAFFE_STALE);
    assert_int_equal(async_stage_nack(async, 0), KAFFE_OK);
    assert_int_equal(async_stage_ack(async, 0), KAFFE_STALE);
    assert_int_equal(async_stage_done(async), 0);
    assert_int_equal(async->stage->consumer->counters.acks_repeated, 2);
}

static void a_token_of_nothing_is_invalid(void **state)
{
    struct async_stage *async = *state;
    slice_feed_add_simple(&async->stage->feed, 0, 3);
    turn_stage_turns(async->stage);
    kaffe_ack_token token = async->tokens[0];
    assert_int_equal(kaffe_ack(async->stage->consumer, (kaffe_ack_token){ 0 }), KAFFE_INVALID);
    token.hand_over += 7;
    assert_int_equal(kaffe_ack(async->stage->consumer, token), KAFFE_INVALID);
    token = async->tokens[0];
    token.assignment += (uint64_t)1 << 32;
    assert_int_equal(kaffe_ack(async->stage->consumer, token), KAFFE_INVALID);
    token.assignment = 1u << 30;
    assert_int_equal(kaffe_ack(async->stage->consumer, token), KAFFE_INVALID);
    assert_int_equal(async_stage_done(async), 0);
}

static void after_the_partition_has_gone_a_verdict_only_ends_what_is_lent(void **state)
{
    struct async_stage *async = *state;
    struct turn_stage *stage = async->stage;
    struct kf_flight *flight = stage->partition.flight;
    slice_feed_add_simple(&stage->feed, 0, 3);
    turn_stage_turns(stage);
    assert_false(kaffe_is_revoked(async->lent[0]));
    kf_flight_revoke(flight);
    assert_true(kaffe_is_revoked(async->lent[0]));
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK); /* it still counts */
    assert_int_equal(async_stage_done(async), 1);
    assert_int_equal(kf_flight_fence(flight), 2);
    assert_int_equal(async_stage_ack(async, 1), KAFFE_STALE);
    assert_int_equal(async_stage_done(async), 1);
    assert_false(kf_flight_is_over(flight));
    kf_flight_leave(flight);
    stage->partition.flight = NULL;
    kf_cursor_discard(&stage->partition.cursor, &stage->worker.opener);
    assert_true(async->lent[2]->value.size > 0); /* still lent */
    assert_true(slice_feed_held(&stage->feed) > 0);
    assert_true(atomic_load(&flight->taken));
    assert_int_equal(async_stage_nack(async, 2), KAFFE_STALE);
    assert_int_equal(slice_feed_held(&stage->feed), 0);
    assert_false(atomic_load(&flight->taken));
    assert_int_equal(async_stage_ack(async, 2), KAFFE_STALE);
    assert_int_equal(stage->consumer->counters.acks_after_revoke, 3);
}

static void a_flight_serves_one_partition_after_another(void **state)
{
    struct async_stage *async = *state;
    struct turn_stage *stage = async->stage;
    slice_feed_add_simple(&stage->feed, 0, 1);
    turn_stage_turns(stage);
    const kaffe_ack_token old = async->tokens[0];
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    kf_flight_leave(stage->partition.flight);
    stage->consumer->flights.next = 0;
    stage->partition.flight = kf_flights_take(stage->consumer, &stage->partition);
    assert_int_equal(stage->partition.flight->index, (uint32_t)old.assignment);
    slice_feed_add_simple(&stage->feed, 1, 1);
    async->count = 0;
    turn_stage_turns(stage);
    async_stage_lent(async, 1, 1);
    assert_int_not_equal(async->tokens[0].assignment, old.assignment);
    assert_int_equal(kaffe_ack(stage->consumer, old), KAFFE_STALE);
    assert_int_equal(async_stage_done(async), 1);
    assert_int_equal(async_stage_ack(async, 0), KAFFE_OK);
    assert_int_equal(async_stage_done(async), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, async_stage_begin, async_stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(only_what_is_finished_without_a_gap_is_done),
        CASE(bytes_stay_as_long_as_a_message_is_out),
        CASE(no_more_are_out_than_max_in_flight),
        CASE(an_ack_inside_the_handler_is_one_like_any_other),
        CASE(a_failed_one_comes_again_behind_those_handed_out_since),
        CASE(a_handler_that_does_not_return_ok_has_failed),
        CASE(with_one_in_flight_a_failure_holds_up_all_behind_it),
        CASE(what_was_given_up_is_skipped_in_its_turn),
        CASE(stop_ends_the_consumer_and_finishes_nothing),
        CASE(a_second_verdict_changes_nothing),
        CASE(a_token_of_nothing_is_invalid),
        CASE(after_the_partition_has_gone_a_verdict_only_ends_what_is_lent),
        CASE(a_flight_serves_one_partition_after_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
