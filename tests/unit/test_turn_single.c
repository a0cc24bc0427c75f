/* SPDX-License-Identifier: MIT
 * A worker's turn with handle_message: what is handed out, what counts as done, how a turn ends. */
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

static void all_that_was_fetched_is_handled_and_done(void **state)
{
    struct turn_stage *stage = *state;
    append_simple_batch(&stage->out, 0, 10);
    append_gzip_batch(&stage->out, 10, 10);
    append_control_batch(&stage->out, 20);
    turn_stage_feed(stage, 0);
    slice_feed_add_simple(&stage->feed, 21, 4);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 24);
    assert_int_equal(stage->seen[23].offset, 24);
    assert_int_equal(kf_partition_done(&stage->partition), 25);
    assert_int_equal(stage->consumer->counters.messages_handled, 24);
    assert_int_equal(slice_feed_held(&stage->feed), 0);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED); /* nothing new */
    assert_int_equal(stage->seen_count, 24);
}

static void a_marker_at_the_end_is_done_too(void **state)
{
    struct turn_stage *stage = *state;
    append_simple_batch(&stage->out, 0, 3);
    append_control_batch(&stage->out, 3);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(kf_partition_done(&stage->partition), 4);
}

static void a_turn_ends_when_its_budget_is_used_up(void **state)
{
    struct turn_stage *stage = *state;
    stage->partition.budget = 7;
    slice_feed_add_simple(&stage->feed, 0, 30);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_MORE);
    turn_stage_saw(stage, 0, 6);
    assert_int_equal(kf_partition_done(&stage->partition), 7);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 7, 29);
}

static void a_failed_message_parks_the_partition_and_comes_again(void **state)
{
    struct turn_stage *stage = *state;
    stage->fail_offset = 4;
    slice_feed_add_simple(&stage->feed, 0, 8);
    for (int32_t attempt = 1; attempt <= 4; attempt++) {
        int64_t began_ms = kf_clock_ms();
        assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
        assert_true(stage->due_ms > began_ms);
        assert_true(stage->due_ms <= kf_clock_ms() + 8000);
        assert_int_equal(stage->seen[stage->seen_count - 1].offset, 4);
        assert_int_equal(stage->seen[stage->seen_count - 1].attempt, attempt);
        assert_int_equal(kf_partition_done(&stage->partition), 4);
    }
    assert_int_equal(stage->seen_count, 8); /* 0 to 3, and four times 4 */
    assert_int_equal(stage->consumer->counters.failures, 4);
    assert_int_equal(stage->consumer->counters.messages_handled, 4);
    assert_non_null(strstr(stage->log, "message.failed topic=orders partition=3 offset=4 "
                                       "attempt=4 retry_in_ms="));
    assert_non_null(strstr(stage->log, "error=\"no way\""));
    stage->fail_offset = -1;
    stage->seen_count = 0;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].attempt, 5);
    assert_int_equal(stage->seen[1].attempt, 1); /* the next one is new */
    turn_stage_saw(stage, 4, 7);
}

static void a_failure_right_behind_a_marker_comes_again(void **state)
{
    struct turn_stage *stage = *state;
    append_simple_batch(&stage->out, 0, 2);
    append_simple_batch(&stage->out, 2, 30);
    turn_stage_feed(stage, 0);
    append_control_batch(&stage->out, 32);
    append_simple_batch(&stage->out, 33, 3);
    turn_stage_feed(stage, 32);
    stage->fail_offset = 33;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    stage->fail_offset = -1;
    stage->seen_count = 0;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->consumer->counters.corrupt_batches, 0);
    turn_stage_saw(stage, 33, 35);
}

static void a_revoked_partition_stops_behind_the_message_in_hand(void **state)
{
    struct turn_stage *stage = *state;
    stage->revoke_offset = 2;
    slice_feed_add_simple(&stage->feed, 0, 8);
    turn_stage_turn(stage);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(kf_partition_done(&stage->partition), 3);
    assert_int_equal(stage->consumer->counters.late_finishes, 0);
}

static void a_late_finish_is_counted_once(void **state)
{
    struct turn_stage *stage = *state;
    stage->revoke_offset = 2;
    stage->fence = true;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(stage->consumer->counters.late_finishes, 1);
}

static void a_late_failure_is_counted_and_not_tried_again(void **state)
{
    struct turn_stage *stage = *state;
    stage->revoke_offset = 2;
    stage->fail_offset = 2;
    stage->fence = true;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(stage->consumer->counters.late_finishes, 1);
    assert_int_equal(stage->consumer->counters.failures, 1);
    assert_string_equal(stage->log, "");
}

static void a_broken_batch_is_fetched_again_and_nothing_is_skipped(void **state)
{
    struct turn_stage *stage = *state;
    append_simple_batch(&stage->out, 0, 2);
    append_simple_batch(&stage->out, 2, 2);
    stage->out.data[stage->out.size - 5] ^= 1;
    turn_stage_feed(stage, 0);
    slice_feed_add_simple(&stage->feed, 4, 2);
    for (int32_t tries = 1; tries <= 2; tries++) {
        assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
        assert_true(stage->due_ms > 0);
        assert_int_equal(kf_partition_done(&stage->partition), 2);
        assert_int_equal(atomic_load(&stage->partition.refetch), -1);
        assert_int_equal(turn_stage_turn(stage), KF_TURN_DRAINED); /* the pause is over */
        assert_int_equal(atomic_exchange(&stage->partition.refetch, -1),
                         stage->partition.cursor.position);
        assert_true(atomic_exchange(&stage->consumer->news, false));
        assert_int_equal(slice_feed_held(&stage->feed), 0);
        assert_int_equal(stage->consumer->counters.corrupt_batches, tries);
        assert_int_equal(stage->partition.broken_count, tries);
        append_simple_batch(&stage->out, 2, 2);
        stage->out.data[stage->out.size - 5] ^= 1;
        turn_stage_feed(stage, 2);
    }
    turn_stage_saw(stage, 0, 1);
    assert_non_null(strstr(stage->log, "batch.unreadable topic=orders partition=3 offset=2 tries=2 "
                                       "again_in_ms="));
    assert_non_null(strstr(stage->log, "error=\"wrong checksum\""));
    turn_stage_turns(stage);
    turn_stage_turn(stage);
    append_simple_batch(&stage->out, 2, 4);
    turn_stage_feed(stage, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 2, 5);
    assert_int_equal(stage->partition.broken_count, 0);
}

static void records_that_can_not_be_walked_are_handled_as_far_as_they_go(void **state)
{
    struct turn_stage *stage = *state;
    append_malformed_batch(&stage->out, 0, 4);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    turn_stage_saw(stage, 0, 2);
    assert_int_equal(kf_partition_done(&stage->partition), 3);
    assert_int_equal(stage->consumer->counters.corrupt_batches, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_that_was_fetched_is_handled_and_done, begin, end),
        cmocka_unit_test_setup_teardown(a_marker_at_the_end_is_done_too, begin, end),
        cmocka_unit_test_setup_teardown(a_turn_ends_when_its_budget_is_used_up, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_message_parks_the_partition_and_comes_again, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_failure_right_behind_a_marker_comes_again, begin, end),
        cmocka_unit_test_setup_teardown(a_revoked_partition_stops_behind_the_message_in_hand, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_late_finish_is_counted_once, begin, end),
        cmocka_unit_test_setup_teardown(a_late_failure_is_counted_and_not_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(a_broken_batch_is_fetched_again_and_nothing_is_skipped,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            records_that_can_not_be_walked_are_handled_as_far_as_they_go, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
