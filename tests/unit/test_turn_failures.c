/* SPDX-License-Identifier: MIT
 * What becomes of a message whose attempts are used up, and of a batch with a culprit and without.
 */
#include "turn_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static void policy(struct turn_stage *stage, const char *on_failure, int64_t max_attempts)
{
    turn_stage_options(stage)->on_failure = on_failure;
    turn_stage_options(stage)->max_attempts = max_attempts;
    turn_stage_options(stage)->consumer_group = "group";
}

static void says(const struct turn_stage *stage, const char *part)
{
    if (!strstr(stage->log, part))
        fail_msg("\"%s\" does not say \"%s\"", stage->log, part);
}

static void skip_passes_the_message_after_its_last_attempt(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, "skip", 3);
    stage->fail_offset = 4;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(kf_partition_done(&stage->partition), 4);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(kf_partition_done(&stage->partition), 8);
    assert_int_equal(stage->seen_count, 10); /* 4 three times */
    assert_int_equal(stage->seen[6].attempt, 3);
    assert_int_equal(stage->seen[7].offset, 5);
    assert_int_equal(stage->seen[7].attempt, 1);
    says(stage, "message.failed topic=orders partition=3 offset=4 attempt=3 on_failure=skip "
                "error=\"no way\"");
    says(stage, "message.skipped topic=orders partition=3 offset=4 attempts=3 error=\"no way\"");
    assert_int_equal(stage->consumer->counters.skipped, 1);
    assert_int_equal(stage->consumer->counters.failures, 3);
    assert_int_equal(stage->consumer->counters.messages_handled, 7);
    assert_int_equal(slice_feed_held(&stage->feed), 0);
}

static void stop_ends_the_consumer_and_names_the_message(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, NULL, 2);
    stage->fail_offset = 4;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->consumer->failure.status, KAFFE_OK);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->due_ms, INT64_MAX);
    assert_int_equal(stage->consumer->failure.status, KAFFE_FAILED);
    assert_string_equal(stage->consumer->failure.message, "orders[3]@4: failed 2 times: no way");
    assert_true(stage->consumer->stop_requested);
    assert_int_equal(kf_partition_done(&stage->partition), 4);
}

static void a_permanent_failure_needs_no_second_attempt(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, "skip", 0);
    stage->fail_offset = 0;
    stage->permanent = true;
    slice_feed_add_simple(&stage->feed, 0, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 1);
    says(stage, "message.skipped topic=orders partition=3 offset=0 attempts=1");
}

/* The first message of the slice, which its handler calls hopeless and acknowledges all the same.
 */
static kaffe_status talk_and_fail_plainly(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    if (m->offset == 0) {
        (void)kaffe_fail_permanently(m, "about another");
        return KAFFE_OK;
    }
    return KAFFE_INVALID;
}

static void words_about_another_message_do_not_count(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, "skip", 0);
    turn_stage_options(stage)->handle_message = talk_and_fail_plainly;
    slice_feed_add_simple(&stage->feed, 0, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    says(stage, "offset=1 attempt=1 retry_in_ms=");
    says(stage, "error=\"invalid\"");
}

static void what_precedes_a_culprit_is_done_and_the_rest_begins_with_it(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 10);
    policy(stage, "skip", 3);
    stage->fail_offset = 6;
    slice_feed_add_simple(&stage->feed, 0, 12);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    turn_stage_saw(stage, 0, 9);
    assert_int_equal(kf_partition_done(&stage->partition), 6);
    assert_int_equal(stage->consumer->counters.messages_handled, 6);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->seen[0].attempt, 2);
    assert_int_equal(stage->seen[1].attempt, 1); /* it was with the culprit, and did not fail */
    turn_stage_saw(stage, 6, 9);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].attempt, 3);
    assert_int_equal(stage->seen[4].offset, 7); /* 6 is skipped */
    assert_int_equal(stage->seen[4].attempt, 1);
    assert_int_equal(stage->seen[4].batch_count, 5);
    assert_int_equal(stage->consumer->counters.skipped, 1);
    assert_int_equal(kf_partition_done(&stage->partition), 12);
}

/* Retention or compaction has taken it before its next attempt. */
static void what_comes_in_a_failed_message_s_stead_has_not_failed(void **state)
{
    struct turn_stage *stage = *state;
    stage->partition.blame = (struct kf_blame){ .offset = 3, .until = 4, .failures = 7 };
    slice_feed_add_simple(&stage->feed, 5, 2);
    stage->partition.cursor.position = 5;
    atomic_store(&stage->partition.cursor.restart, 5);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].offset, 5);
    assert_int_equal(stage->seen[0].attempt, 1);
}

static void another_culprit_has_attempts_of_its_own(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 10);
    policy(stage, "skip", 3);
    stage->fail_offset = 2;
    slice_feed_add_simple(&stage->feed, 0, 10);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    stage->fail_offset = 5;
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(kf_partition_done(&stage->partition), 5);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    says(stage, "offset=5 attempt=2 retry_in_ms=");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    says(stage, "message.skipped topic=orders partition=3 offset=5 attempts=3");
    assert_int_equal(stage->consumer->counters.skipped, 1);
}

static void a_batch_without_a_culprit_is_given_up_as_a_whole(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 5);
    policy(stage, "skip", 2);
    stage->fail_offset = 3;
    stage->nameless = true;
    append_simple_batch(&stage->out, 0, 3);
    append_gzip_batch(&stage->out, 3, 5);
    turn_stage_feed(stage, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(kf_partition_done(&stage->partition), 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->consumer->counters.skipped, 5);
    for (int64_t offset = 0; offset < 5; offset++) {
        char line[100];
        snprintf(line, sizeof line, "message.skipped topic=orders partition=3 offset=%d attempts=2",
                 (int)offset);
        says(stage, line);
    }
    assert_int_equal(stage->seen[10].offset, 5); /* behind the batch, twice seen */
    assert_int_equal(stage->seen[10].attempt, 1);
    assert_int_equal(stage->seen_count, 13);
    assert_int_equal(kf_partition_done(&stage->partition), 8);
}

static void stop_names_all_of_a_batch_without_a_culprit(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 5);
    policy(stage, "stop", 1);
    stage->fail_offset = 3;
    stage->nameless = true;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_string_equal(stage->consumer->failure.message, "orders[3]@0..4: failed 1 time: failed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(skip_passes_the_message_after_its_last_attempt, begin, end),
        cmocka_unit_test_setup_teardown(stop_ends_the_consumer_and_names_the_message, begin, end),
        cmocka_unit_test_setup_teardown(a_permanent_failure_needs_no_second_attempt, begin, end),
        cmocka_unit_test_setup_teardown(words_about_another_message_do_not_count, begin, end),
        cmocka_unit_test_setup_teardown(what_precedes_a_culprit_is_done_and_the_rest_begins_with_it,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_comes_in_a_failed_message_s_stead_has_not_failed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(another_culprit_has_attempts_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(a_batch_without_a_culprit_is_given_up_as_a_whole, begin,
                                        end),
        cmocka_unit_test_setup_teardown(stop_names_all_of_a_batch_without_a_culprit, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
