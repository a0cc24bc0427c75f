/* SPDX-License-Identifier: MIT
 * What a turn says of the message that a handler has in hand: its offset while it runs, in a turn
 * with a number of its own, and nothing afterwards. */
#include "turn_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int begin(void **state)
{
    *state = turn_stage_new();
    return 0;
}

static int end(void **state)
{
    turn_stage_free(*state);
    return 0;
}

static int64_t in_hand(const struct turn_stage *stage)
{
    return atomic_load(&stage->partition.in_hand);
}

static kaffe_status check_message(const kaffe_message *m, void *ctx)
{
    struct turn_stage *stage = ctx;
    assert_int_equal(in_hand(stage), m->offset);
    stage->seen[stage->seen_count++].offset = m->offset;
    return m->offset == stage->fail_offset ? KAFFE_FAILED : KAFFE_OK;
}

static kaffe_status check_batch(const kaffe_batch *batch, void *ctx)
{
    struct turn_stage *stage = ctx;
    assert_int_equal(in_hand(stage), kaffe_batch_at(batch, 0)->offset);
    stage->seen_count += kaffe_batch_count(batch);
    return KAFFE_OK;
}

static void it_is_the_message_and_not_the_offset_behind_the_last_one(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_options(stage)->handle_message = check_message;
    append_simple_batch(&stage->out, 0, 3);
    append_simple_batch(&stage->out, 20, 3); /* compaction has taken those between */
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 6);
    assert_int_equal(in_hand(stage), KF_NO_CALL);
}

static void it_is_the_first_message_of_a_batch(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 4);
    turn_stage_options(stage)->handle_messages = check_batch;
    slice_feed_add_simple(&stage->feed, 0, 10);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 10);
    assert_int_equal(in_hand(stage), KF_NO_CALL);
}

static void
nothing_is_in_hand_while_a_failed_message_waits_and_its_retry_is_another_call(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_options(stage)->handle_message = check_message;
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
    uint64_t turn = atomic_load(&stage->partition.turn);
    assert_int_equal(in_hand(stage), KF_NO_CALL);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
    assert_int_equal(atomic_load(&stage->partition.turn), turn + 1);
    assert_int_equal(in_hand(stage), KF_NO_CALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_the_message_and_not_the_offset_behind_the_last_one,
                                        begin, end),
        cmocka_unit_test_setup_teardown(it_is_the_first_message_of_a_batch, begin, end),
        cmocka_unit_test_setup_teardown(
            nothing_is_in_hand_while_a_failed_message_waits_and_its_retry_is_another_call, begin,
            end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
