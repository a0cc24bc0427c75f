/* SPDX-License-Identifier: MIT
 * Turns of a worker process: what it has in hand is seen from outside, and what has crashed before
 * comes with its count, after its pause, alone if it is a suspect, or goes to on_failure. */
#include "clock.h"
#include "crash_ledger.h"
#include "in_hand.h"
#include "turn_stage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

static struct kaffe_in_hand *process_of(struct turn_stage *stage)
{
    return turn_stage_options(stage)->in_hand;
}

static int begin(void **state)
{
    struct turn_stage *stage = turn_stage_new();
    void *memory =
        mmap(NULL, kf_ledger_size(1), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_SHARED, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    turn_stage_options(stage)->in_hand = &kf_ledger_begin(memory, 1)->processes[0];
    turn_stage_options(stage)->consumer_group = "group";
    stage->worker.hand = kf_hand_take(process_of(stage), 1, "group");
    *state = stage;
    return 0;
}

static int end(void **state)
{
    struct turn_stage *stage = *state;
    void *memory = kf_ledger_of(process_of(stage));
    turn_stage_free(stage);
    munmap(memory, kf_ledger_size(1));
    return 0;
}

static void forget(const struct kf_blamed *blamed, void *ctx)
{
    (void)blamed;
    (void)ctx;
}

/* Another process had these of orders[3] in hand, in attempt `attempt`, and died `ago_ms` ago. */
static void crashed(struct turn_stage *stage, int64_t offset, int64_t until, int32_t attempt,
                    int64_t ago_ms, bool known)
{
    const struct kf_death death = { .signal = known ? SIGSEGV : SIGKILL,
                                    .at_ms = kf_clock_ms() - ago_ms };
    struct kf_ledger *ledger = kf_ledger_of(process_of(stage));
    struct kf_hand *other = kf_hand_take(process_of(stage), 99, "group");
    assert_true(kf_hand_begin(process_of(stage), other, "orders", 3));
    kf_hand_holds_batch(other, offset, until, attempt);
    atomic_store(&process_of(stage)->fault_thread, known ? 99 : 0);
    kf_ledger_settle(ledger, 0, &death, forget, NULL);
    kf_hand_end(process_of(stage), other);
    kf_hand_give_back(other);
    atomic_store(&process_of(stage)->fault_thread, 0);
}

static void policy(struct turn_stage *stage, const char *on_failure, int64_t max_attempts)
{
    turn_stage_options(stage)->on_failure = on_failure;
    turn_stage_options(stage)->max_attempts = max_attempts;
}

static void says(const struct turn_stage *stage, const char *part)
{
    if (!strstr(stage->log, part))
        fail_msg("\"%s\" does not say \"%s\"", stage->log, part);
}

static int64_t held_while_handling[4];

static kaffe_status look_into_the_hand(const kaffe_message *m, void *ctx)
{
    struct turn_stage *stage = ctx;
    assert_int_equal(m->attempt, stage->worker.hand->attempt);
    held_while_handling[m->offset] = atomic_load(&stage->worker.hand->offset);
    return m->offset == 2 ? KAFFE_FAILED : KAFFE_OK;
}

static void the_message_at_the_handler_is_seen_in_the_hand(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_options(stage)->handle_message = look_into_the_hand;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(held_while_handling[i], i);
    assert_int_equal(atomic_load(&stage->worker.hand->offset), -1);
    assert_int_equal(atomic_load(&stage->worker.hand->busy), 0);
    assert_string_equal(stage->worker.hand->topic, "orders");
    assert_int_equal(stage->worker.hand->partition, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->worker.hand->attempt, 2);
}

static void a_culprit_comes_again_after_its_pause_with_its_count(void **state)
{
    struct turn_stage *stage = *state;
    crashed(stage, 4, 0, 2, 0, true);
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    turn_stage_saw(stage, 0, 3);
    assert_in_range(stage->due_ms, kf_clock_ms() + 1000, kf_clock_ms() + 2000);
    says(stage, "message.failed topic=orders partition=3 offset=4 attempt=2 retry_in_ms=");
    says(stage, "error=\"the handler crashed: SIGSEGV\"");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].attempt, 3);
    assert_int_equal(stage->seen[1].attempt, 1);
    turn_stage_saw(stage, 4, 7);
    assert_int_equal(kf_partition_done(&stage->partition), 8);
    assert_int_equal(slice_feed_held(&stage->feed), 0);
}

static void crashes_and_failures_count_together(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, "skip", 4);
    crashed(stage, 1, 0, 2, 60000, true);
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK); /* the pause is over already */
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(stage->seen[1].attempt, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[2].attempt, 4);
    says(stage, "message.skipped topic=orders partition=3 offset=1 attempts=4 error=\"no way\"");
    assert_int_equal(kf_partition_done(&stage->partition), 3);
}

static void a_culprit_whose_attempts_are_used_up_is_not_handed_out(void **state)
{
    struct turn_stage *stage = *state;
    policy(stage, "skip", 2);
    crashed(stage, 4, 0, 2, 0, true);
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen_count, 7);
    assert_int_equal(stage->seen[4].offset, 5);
    assert_int_equal(stage->seen[4].attempt, 1);
    says(stage, "message.skipped topic=orders partition=3 offset=4 attempts=2 "
                "error=\"the handler crashed: SIGSEGV\"");
    kf_ledger_sweep(kf_ledger_of(process_of(stage)));
    assert_false(kf_ledger_is_clean(kf_ledger_of(process_of(stage)))); /* it is not committed yet */
    kf_in_hand_committed(&stage->partition, 5);
    kf_ledger_sweep(kf_ledger_of(process_of(stage)));
    assert_true(kf_ledger_is_clean(kf_ledger_of(process_of(stage))));
    assert_int_equal(slice_feed_held(&stage->feed), 0);
}

static void a_batch_that_crashed_comes_message_by_message(void **state)
{
    struct turn_stage *stage = *state;
    turn_stage_batches(stage, 100);
    policy(stage, "skip", 1);
    crashed(stage, 3, 6, 1, 0, true);
    slice_feed_add_simple(&stage->feed, 0, 9);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    static const size_t counts[] = { 3, 3, 3, 1, 1, 1, 3, 3, 3 };
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(stage->seen[i].batch_count, counts[i]);
        assert_int_equal(stage->seen[i].attempt, i >= 3 && i < 6 ? 2 : 1);
    }
    turn_stage_saw(stage, 0, 8);
}

static void a_suspect_waits_until_others_have_ended_and_keeps_them_from_beginning(void **state)
{
    struct turn_stage *stage = *state;
    crashed(stage, 1, 0, 1, 0, false);
    struct kf_hand *other = kf_hand_take(process_of(stage), 2, "group");
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_true(kf_hand_begin(process_of(stage), other, "orders", 4));
    assert_int_equal(turn_stage_turn(stage), KF_TURN_MORE);
    turn_stage_saw(stage, 0, 0);
    atomic_store(&stage->partition.revoked, true); /* or it would wait for the other one */
    assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
    assert_int_equal(stage->seen_count, 0);
    atomic_store(&stage->partition.revoked, false);
    kf_hand_end(process_of(stage), other);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].attempt, 1);
    turn_stage_saw(stage, 1, 2);
    assert_int_equal(atomic_load(&process_of(stage)->alone), 0);
}

static void who_may_not_begin_comes_again_soon(void **state)
{
    struct turn_stage *stage = *state;
    struct kf_hand *other = kf_hand_take(process_of(stage), 2, "group");
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_true(kf_hand_begin(process_of(stage), other, "orders", 4));
    assert_true(kf_hand_claim(process_of(stage), other));
    assert_int_equal(turn_stage_turn(stage), KF_TURN_PARK);
    assert_int_equal(stage->seen_count, 0);
    kf_hand_end(process_of(stage), other);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
}

static void what_is_blamed_and_not_fetched_yet_is_waited_for(void **state)
{
    struct turn_stage *stage = *state;
    crashed(stage, 2, 0, 1, 60000, true);
    slice_feed_add_simple(&stage->feed, 0, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    turn_stage_saw(stage, 0, 1);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    slice_feed_add_simple(&stage->feed, 2, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(stage->seen[0].attempt, 2);
    turn_stage_saw(stage, 2, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_message_at_the_handler_is_seen_in_the_hand, begin, end),
        cmocka_unit_test_setup_teardown(a_culprit_comes_again_after_its_pause_with_its_count, begin,
                                        end),
        cmocka_unit_test_setup_teardown(crashes_and_failures_count_together, begin, end),
        cmocka_unit_test_setup_teardown(a_culprit_whose_attempts_are_used_up_is_not_handed_out,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_batch_that_crashed_comes_message_by_message, begin, end),
        cmocka_unit_test_setup_teardown(
            a_suspect_waits_until_others_have_ended_and_keeps_them_from_beginning, begin, end),
        cmocka_unit_test_setup_teardown(who_may_not_begin_comes_again_soon, begin, end),
        cmocka_unit_test_setup_teardown(what_is_blamed_and_not_fetched_yet_is_waited_for, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
