/* SPDX-License-Identifier: MIT
 * Turns of a reader's partition that has a stop, or a share of max_count: nothing at the stop or
 * behind it is handed out, and coming there is enough to be done. */
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

static void stop_at(struct turn_stage *stage, int64_t stop)
{
    stage->partition.cursor.stop = stop;
}

static void a_stop_within_a_batch_cuts_it(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 14);
    append_simple_batch(&stage->out, 0, 10);
    append_gzip_batch(&stage->out, 10, 10);
    append_simple_batch(&stage->out, 20, 10);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 13);
    assert_int_equal(kf_partition_done(&stage->partition), 14);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 0);
    assert_int_equal(kf_partition_done(&stage->partition), 14);
}

static void a_stop_between_two_batches_is_one_too(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 10);
    append_simple_batch(&stage->out, 0, 10);
    append_simple_batch(&stage->out, 10, 10);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 9);
    assert_int_equal(kf_partition_done(&stage->partition), 10);
}

/* Offsets 0 to 4, then 20 to 24. */
static void a_stop_in_a_gap_is_reached_without_a_message_there(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 12);
    append_simple_batch(&stage->out, 0, 5);
    append_simple_batch(&stage->out, 20, 5);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 4);
    assert_true(kf_partition_done(&stage->partition) >= 12);
}

static void a_stop_behind_markers_is_reached(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 5);
    append_simple_batch(&stage->out, 0, 3);
    append_control_batch(&stage->out, 3);
    append_control_batch(&stage->out, 4);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(kf_partition_done(&stage->partition), 5);
    assert_true(atomic_load(&stage->consumer->news));
}

static void short_of_the_stop_nobody_is_told(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 11);
    slice_feed_add_simple(&stage->feed, 0, 10);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 9);
    assert_false(atomic_load(&stage->consumer->news));
}

static void the_last_message_before_the_stop_fails_and_comes_again(void **state)
{
    struct turn_stage *stage = *state;
    stop_at(stage, 4);
    stage->fail_offset = 3;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(kf_partition_done(&stage->partition), 3);
    stage->fail_offset = -1;
    stage->seen_count = 0;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 3, 3);
    assert_int_equal(kf_partition_done(&stage->partition), 4);
}

static void a_batch_ends_at_the_stop_without_waiting_for_more(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 100);
    turn_stage_options(stage)->max_batch_wait_ms = 60000;
    stop_at(stage, 7);
    slice_feed_add_simple(&stage->feed, 0, 10);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].batch_count, 7);
    turn_stage_saw(stage, 0, 6);
}

static void a_batch_is_cut_to_what_is_left_of_the_quota(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 4);
    kf_quota_init(&stage->consumer->quota, 6);
    slice_feed_add_simple(&stage->feed, 0, 10);
    turn_stage_turns(stage);
    assert_int_equal(stage->seen[5].batch_count, 2);
    turn_stage_saw(stage, 0, 5);
    assert_true(kf_quota_is_spent(&stage->consumer->quota));
    assert_true(atomic_load(&stage->consumer->news));
    assert_int_equal(kf_partition_done(&stage->partition), 6);
}

static void a_failed_message_leaves_the_quota_as_it_was(void **state)
{
    struct turn_stage *stage = *state;
    kf_quota_init(&stage->consumer->quota, 3);
    stage->fail_offset = 2;
    slice_feed_add_simple(&stage->feed, 0, 10);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(kf_quota_take(&stage->consumer->quota, 10), 1);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED); /* nothing is left for it */
    assert_int_equal(stage->seen_count, 3);
    assert_true(kf_quota_give(&stage->consumer->quota, 1, 0));
    stage->fail_offset = -1;
    stage->seen_count = 0;
    turn_stage_turns(stage);
    turn_stage_saw(stage, 2, 2);
    assert_true(kf_quota_is_spent(&stage->consumer->quota));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stop_within_a_batch_cuts_it, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_between_two_batches_is_one_too, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_in_a_gap_is_reached_without_a_message_there, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_stop_behind_markers_is_reached, begin, end),
        cmocka_unit_test_setup_teardown(short_of_the_stop_nobody_is_told, begin, end),
        cmocka_unit_test_setup_teardown(the_last_message_before_the_stop_fails_and_comes_again,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_batch_ends_at_the_stop_without_waiting_for_more, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_batch_is_cut_to_what_is_left_of_the_quota, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_message_leaves_the_quota_as_it_was, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
