/* SPDX-License-Identifier: MIT
 * A worker's turn with handle_messages: how large a batch is, how long it waits, how it fails. */
#include "turn_stage.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void a_batch_takes_what_waits_across_fetches(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 1000);
    append_simple_batch(&stage->out, 0, 5);
    append_gzip_batch(&stage->out, 5, 5);
    append_control_batch(&stage->out, 10);
    turn_stage_feed(stage, 0);
    slice_feed_add_simple(&stage->feed, 11, 5);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 15);
    assert_int_equal(stage->seen[0].batch_count, 15);
    assert_int_equal(kf_partition_done(&stage->partition), 16);
    assert_int_equal(stage->consumer->counters.messages_handled, 15);
    assert_int_equal(slice_feed_held(&stage->feed), 0);
}

static void a_batch_is_never_larger_than_its_limit(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 8);
    append_simple_batch(&stage->out, 0, 12);
    append_simple_batch(&stage->out, 12, 8);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 8);
    assert_int_equal(stage->seen[8].batch_count, 8);
    assert_int_equal(stage->seen[16].batch_count, 4);
    turn_stage_saw(stage, 0, 19);
}

static void many_compressed_batches_make_several_batches(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 1000);
    for (int64_t base = 0; base < 100; base += 2)
        append_gzip_batch(&stage->out, base, 2);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 2 * KF_OPENER_KEPT);
    turn_stage_saw(stage, 0, 99);
}

static void a_failed_batch_comes_again_as_it_was_even_if_more_arrives(void **state)
{
    struct turn_stage *stage = *state;
    stage->nameless = true;
    turn_stage_batches(stage, 8);
    append_gzip_batch(&stage->out, 0, 3);
    append_simple_batch(&stage->out, 3, 2);
    turn_stage_feed(stage, 0);
    stage->fail_offset = 3;
    for (int32_t attempt = 1; attempt <= 3; attempt++) {
        assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
        assert_int_equal(stage->seen[0].batch_count, 5);
        assert_int_equal(stage->seen[0].attempt, attempt);
        assert_int_equal(stage->seen[4].attempt, attempt);
        turn_stage_saw(stage, 0, 4);
        slice_feed_add_simple(&stage->feed, 5 + 4 * (attempt - 1), 4);
    }
    assert_int_equal(kf_partition_done(&stage->partition), 0);
    assert_non_null(strstr(stage->log, "message.failed topic=orders partition=3 offset=0 "
                                       "attempt=3"));
    stage->fail_offset = -1;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 5);
    assert_int_equal(stage->seen[0].attempt, 4);
    assert_int_equal(stage->seen[5].batch_count, 8); /* the limit is forgotten */
    assert_int_equal(stage->seen[5].attempt, 1);
    turn_stage_saw(stage, 0, 16);
}

static void a_batch_waits_for_more_until_it_is_full(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 10);
    turn_stage_options(stage)->max_batch_wait_ms = 60000;
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED); /* nothing is no reason to wait */
    slice_feed_add_simple(&stage->feed, 0, 4);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_WAIT);
    int64_t due_ms = stage->due_ms;
    assert_true(due_ms > kf_clock_ms() + 10000);
    assert_true(due_ms <= kf_clock_ms() + 60000);
    slice_feed_add_simple(&stage->feed, 4, 4);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_WAIT);
    assert_int_equal(stage->due_ms, due_ms); /* more does not put it off */
    assert_int_equal(stage->seen_count, 0);
    slice_feed_add_simple(&stage->feed, 8, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 10);
    turn_stage_saw(stage, 0, 9);
}

static void a_batch_that_has_waited_long_enough_is_handed_out(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 10);
    turn_stage_options(stage)->max_batch_wait_ms = 60000;
    slice_feed_add_simple(&stage->feed, 0, 4);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_WAIT);
    stage->partition.batch_due_ms = kf_clock_ms(); /* a minute later */
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 3);
    slice_feed_add_simple(&stage->feed, 4, 1);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_WAIT); /* the next one waits anew */
    assert_true(stage->due_ms > kf_clock_ms() + 10000);
}

static void what_is_left_of_a_full_batch_waits_for_more_too(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 10);
    turn_stage_options(stage)->max_batch_wait_ms = 60000;
    slice_feed_add_simple(&stage->feed, 0, 14);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    assert_true(stage->due_ms > kf_clock_ms() + 10000);
    turn_stage_saw(stage, 0, 9);
    slice_feed_add_simple(&stage->feed, 14, 6);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 10);
    turn_stage_saw(stage, 10, 19);
}

static void a_revoked_partition_stops_behind_the_batch_in_hand(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 5);
    stage->revoke_offset = 7;
    slice_feed_add_simple(&stage->feed, 0, 20);
    turn_stage_turn(stage);
    turn_stage_saw(stage, 0, 9);
    assert_int_equal(kf_partition_done(&stage->partition), 10);
}

static void a_late_batch_is_counted(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 5);
    stage->revoke_offset = 2;
    stage->fence = true;
    slice_feed_add_simple(&stage->feed, 0, 20);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 4);
    assert_int_equal(stage->consumer->counters.late_finishes, 1);
}

static void what_is_readable_is_handed_out_before_a_broken_batch(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 100);
    append_simple_batch(&stage->out, 0, 2);
    append_malformed_batch(&stage->out, 2, 4);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->seen[0].batch_count, 5);
    turn_stage_saw(stage, 0, 4);
    assert_int_equal(kf_partition_done(&stage->partition), 5);
    assert_int_equal(stage->consumer->counters.corrupt_batches, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_batch_takes_what_waits_across_fetches, begin, end),
        cmocka_unit_test_setup_teardown(a_batch_is_never_larger_than_its_limit, begin, end),
        cmocka_unit_test_setup_teardown(many_compressed_batches_make_several_batches, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_batch_comes_again_as_it_was_even_if_more_arrives,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_batch_waits_for_more_until_it_is_full, begin, end),
        cmocka_unit_test_setup_teardown(a_batch_that_has_waited_long_enough_is_handed_out, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_left_of_a_full_batch_waits_for_more_too, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_revoked_partition_stops_behind_the_batch_in_hand, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_late_batch_is_counted, begin, end),
        cmocka_unit_test_setup_teardown(what_is_readable_is_handed_out_before_a_broken_batch, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
