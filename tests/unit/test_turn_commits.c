/* SPDX-License-Identifier: MIT
 * A batch handler that says how much of what it has handled is committed. */
#include "turn_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t all = -1;
static const int64_t later = -2;

/* A stage, and what the handler says of each batch in turn: an offset, `all`, or `later`. */
struct wishes {
    struct turn_stage *stage;
    int64_t wishes[8];
    size_t said;
    bool fails; /* at the last of them */
};

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct wishes *wishes = ctx;
    int64_t wish = wishes->wishes[wishes->said++];
    const kaffe_message *last = kaffe_batch_at(batch, kaffe_batch_count(batch) - 1);
    assert_int_equal(kaffe_batch_commit_up_to(batch, last->offset + 1), KAFFE_INVALID);
    assert_int_equal(kaffe_batch_commit_up_to(batch, -1), KAFFE_INVALID);
    if (wish == later)
        kaffe_batch_commit_later(batch);
    else if (wish != all)
        assert_int_equal(kaffe_batch_commit_up_to(batch, wish), KAFFE_OK);
    return wishes->fails && wishes->wishes[wishes->said] == 0 ? kaffe_fail(last, "no") : KAFFE_OK;
}

static int begin(void **state)
{
    struct wishes *wishes = calloc(1, sizeof *wishes);
    assert_non_null(wishes);
    wishes->stage = turn_stage_new();
    turn_stage_batches(wishes->stage, 1000);
    turn_stage_options(wishes->stage)->handle_messages = handle_messages;
    wishes->stage->worker.ctx = wishes;
    *state = wishes;
    return 0;
}

static int end(void **state)
{
    struct wishes *wishes = *state;
    turn_stage_free(wishes->stage);
    free(wishes);
    return 0;
}

/* The next ten messages are one batch, of which the handler wishes that. */
static void hand_out(struct wishes *wishes, int64_t wish)
{
    int64_t from = (int64_t)wishes->said * 10;
    wishes->wishes[wishes->said] = wish;
    append_simple_batch(&wishes->stage->out, from, 10);
    turn_stage_feed(wishes->stage, from);
    turn_stage_turns(wishes->stage);
}

static void assert_stands(const struct wishes *wishes, int64_t done, int64_t handled)
{
    assert_int_equal(kf_partition_done(&wishes->stage->partition), done);
    assert_int_equal(kf_partition_handled(&wishes->stage->partition), handled);
}

static void what_is_withheld_is_released_by_the_next_batch_that_says_nothing(void **state)
{
    struct wishes *wishes = *state;
    hand_out(wishes, all);
    assert_stands(wishes, 10, 10);
    hand_out(wishes, later);
    assert_stands(wishes, 10, 20);
    hand_out(wishes, later);
    assert_stands(wishes, 10, 30);
    hand_out(wishes, all);
    assert_stands(wishes, 40, 40);
}

static void up_to_includes_its_offset(void **state)
{
    struct wishes *wishes = *state;
    hand_out(wishes, 3);
    assert_stands(wishes, 4, 10);
    hand_out(wishes, 19);
    assert_stands(wishes, 20, 20);
}

static void an_earlier_batch_can_be_released_in_part(void **state)
{
    struct wishes *wishes = *state;
    hand_out(wishes, later);
    assert_stands(wishes, 0, 10);
    hand_out(wishes, 7);
    assert_stands(wishes, 8, 20);
    hand_out(wishes, 2); /* what was released stays so */
    assert_stands(wishes, 8, 30);
    hand_out(wishes, later);
    assert_stands(wishes, 8, 40);
}

static void a_failure_counts_no_wish(void **state)
{
    struct wishes *wishes = *state;
    hand_out(wishes, later);
    wishes->fails = true;
    hand_out(wishes, 12);
    assert_stands(wishes, 0, 19); /* the culprit is the last one; all before it is still withheld */
}

static void a_gap_behind_a_withheld_batch_releases_nothing(void **state)
{
    struct wishes *wishes = *state;
    wishes->wishes[0] = later;
    append_simple_batch(&wishes->stage->out, 0, 10);
    append_control_batch(&wishes->stage->out, 10);
    turn_stage_feed(wishes->stage, 0);
    turn_stage_turns(wishes->stage);
    assert_stands(wishes, 0, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_withheld_is_released_by_the_next_batch_that_says_nothing, begin, end),
        cmocka_unit_test_setup_teardown(up_to_includes_its_offset, begin, end),
        cmocka_unit_test_setup_teardown(an_earlier_batch_can_be_released_in_part, begin, end),
        cmocka_unit_test_setup_teardown(a_failure_counts_no_wish, begin, end),
        cmocka_unit_test_setup_teardown(a_gap_behind_a_withheld_batch_releases_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
