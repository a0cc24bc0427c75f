/* SPDX-License-Identifier: MIT
 * Who is to blame for a process that died, and what the others learn of it. */
#include "crash_ledger.h"

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

struct stage {
    struct kf_ledger *ledger;
    struct kaffe_in_hand *process; /* the first of two */
    char told[2000];
};

static int begin(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    void *memory =
        mmap(NULL, kf_ledger_size(2), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_SHARED, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    stage->ledger = kf_ledger_begin(memory, 2);
    stage->process = &stage->ledger->processes[0];
    *state = stage;
    return 0;
}

static int end(void **state)
{
    struct stage *stage = *state;
    munmap(stage->ledger, kf_ledger_size(2));
    free(stage);
    return 0;
}

/* Thread `thread` has a turn with orders[partition]. */
static struct kf_hand *hand(struct stage *stage, int32_t thread, int32_t partition)
{
    struct kf_hand *hand = kf_hand_take(stage->process, thread, "group");
    assert_non_null(hand);
    assert_true(kf_hand_begin(stage->process, hand, "orders", partition));
    return hand;
}

static void tell(const struct kf_blamed *blamed, void *ctx)
{
    struct stage *stage = ctx;
    char text[100];
    size_t used = strlen(stage->told);
    snprintf(stage->told + used, sizeof stage->told - used, "%s[%d]@%lld..%lld after %d: %s\n",
             blamed->topic, blamed->partition, (long long)blamed->offset,
             (long long)blamed->until - 1, blamed->attempts,
             kf_blamed_text(blamed, text, sizeof text));
}

static enum kf_verdict dies(struct stage *stage, int signal, int exit_code, int64_t at_ms)
{
    const struct kf_death death = { signal, exit_code, at_ms };
    stage->told[0] = '\0';
    enum kf_verdict verdict = kf_ledger_settle(stage->ledger, 0, &death, tell, stage);
    kf_ledger_clear(stage->ledger, 0);
    return verdict;
}

static void the_message_of_the_thread_that_faulted_is_to_blame(void **state)
{
    struct stage *stage = *state;
    kf_hand_holds(hand(stage, 11, 0), 5, 1);
    kf_hand_holds(hand(stage, 12, 1), 7, 3);
    atomic_store(&stage->process->fault_thread, 12);
    assert_int_equal(dies(stage, SIGSEGV, 0, 1), KF_VERDICT_CULPRIT);
    assert_string_equal(stage->told, "orders[1]@7..7 after 3: the handler crashed: SIGSEGV\n");
}

static void nobody_is_to_blame_when_the_faulting_worker_had_nothing_in_hand(void **state)
{
    struct stage *stage = *state;
    kf_hand_is_empty(hand(stage, 11, 0));
    kf_hand_holds(hand(stage, 12, 1), 7, 1);
    atomic_store(&stage->process->fault_thread, 11);
    assert_int_equal(dies(stage, SIGSEGV, 0, 1), KF_VERDICT_NOBODY);
    assert_true(kf_ledger_is_clean(stage->ledger));
}

static void nobody_is_to_blame_when_the_process_was_leaving(void **state)
{
    struct stage *stage = *state;
    kf_hand_holds(hand(stage, 12, 1), 7, 1);
    atomic_store(&stage->process->leaving, 1);
    assert_int_equal(dies(stage, 0, 1, 1), KF_VERDICT_NOBODY);
    kf_hand_holds(hand(stage, 12, 1), 7, 1);
    assert_int_equal(dies(stage, 0, 1, 1), KF_VERDICT_CULPRIT);
}

static void all_in_hand_are_suspects_when_the_thread_is_unknown(void **state)
{
    struct stage *stage = *state;
    kf_hand_holds(hand(stage, 11, 0), 5, 1);
    kf_hand_is_empty(hand(stage, 12, 1));
    kf_hand_holds(hand(stage, 13, 2), 9, 2);
    assert_int_equal(dies(stage, SIGKILL, 0, 1), KF_VERDICT_SUSPECTS);
    assert_string_equal(
        stage->told,
        "orders[0]@5..5 after 0: the handler crashed, or another one beside it: SIGKILL\n"
        "orders[2]@9..9 after 1: the handler crashed, or another one beside it: SIGKILL\n");
}

static void one_alone_in_hand_is_a_suspect_of_a_signal_and_the_culprit_of_an_exit(void **state)
{
    struct stage *stage = *state;
    kf_hand_holds(hand(stage, 11, 0), 5, 1);
    assert_int_equal(dies(stage, SIGKILL, 0, 1), KF_VERDICT_SUSPECTS);
    kf_hand_holds(hand(stage, 21, 0), 5, 1);
    assert_int_equal(dies(stage, 0, 7, 2), KF_VERDICT_CULPRIT);
    assert_string_equal(stage->told,
                        "orders[0]@5..5 after 1: the handler ended its process: exit code 7\n");
}

static void the_one_that_works_alone_is_to_blame(void **state)
{
    struct stage *stage = *state;
    struct kf_hand *other = hand(stage, 11, 0);
    struct kf_hand *suspect = hand(stage, 12, 1);
    assert_true(kf_hand_claim(stage->process, suspect));
    assert_false(kf_hand_claim(stage->process, other));
    assert_false(kf_hand_is_alone(stage->process, suspect));
    kf_hand_end(stage->process, other);
    assert_true(kf_hand_is_alone(stage->process, suspect));
    assert_false(kf_hand_begin(stage->process, other, "orders", 0));
    assert_true(kf_hand_is_alone(stage->process, suspect));
    kf_hand_holds(suspect, 9, 1);
    assert_int_equal(dies(stage, SIGKILL, 0, 1), KF_VERDICT_CULPRIT);
    assert_string_equal(stage->told, "orders[1]@9..9 after 1: the handler crashed: SIGKILL\n");
    assert_true(stage->ledger->blamed[0].is_tried_alone); /* or the next SIGKILL would not tell */
}

static void who_worked_alone_lets_others_begin_again(void **state)
{
    struct stage *stage = *state;
    struct kf_hand *first = hand(stage, 11, 0);
    struct kf_hand *second = hand(stage, 12, 1);
    kf_hand_end(stage->process, first);
    assert_true(kf_hand_claim(stage->process, second));
    assert_false(kf_hand_begin(stage->process, first, "orders", 0));
    kf_hand_end(stage->process, second);
    assert_true(kf_hand_begin(stage->process, first, "orders", 0));
    kf_hand_end(stage->process, first);
    kf_hand_give_back(first);
    assert_true(kf_hand_claim(stage->process, second));
    assert_true(kf_hand_is_alone(stage->process, second));
}

/* The place of orders[partition]. */
static struct kf_ledger_place orders(int32_t partition)
{
    return (struct kf_ledger_place){ "group", "orders", partition };
}

static bool finds(struct stage *stage, int32_t partition, int64_t position, struct kf_blamed *found)
{
    const struct kf_ledger_place place = orders(partition);
    return kf_ledger_find(stage->ledger, &place, position, found);
}

static void what_is_found_is_the_nearest_at_a_position_or_behind_it(void **state)
{
    struct stage *stage = *state;
    struct kf_blamed found;
    kf_hand_holds(hand(stage, 11, 3), 40, 1);
    dies(stage, SIGKILL, 0, 1);
    kf_hand_holds(hand(stage, 11, 3), 20, 1);
    dies(stage, SIGKILL, 0, 2);
    assert_true(finds(stage, 3, 0, &found));
    assert_int_equal(found.offset, 20);
    assert_true(finds(stage, 3, 20, &found));
    assert_int_equal(found.offset, 20);
    assert_true(finds(stage, 3, 21, &found));
    assert_int_equal(found.offset, 40);
    assert_false(finds(stage, 3, 41, &found));
}

static void what_is_committed_is_forgotten(void **state)
{
    struct stage *stage = *state;
    struct kf_blamed found;
    const struct kf_ledger_place place = orders(3);
    kf_hand_holds(hand(stage, 11, 3), 40, 1);
    dies(stage, SIGKILL, 0, 1);
    kf_ledger_pass(stage->ledger, &place, 40);
    kf_ledger_sweep(stage->ledger);
    assert_true(finds(stage, 3, 0, &found));
    kf_ledger_pass(stage->ledger, &place, 41);
    assert_true(finds(stage, 3, 0, &found));
    kf_ledger_sweep(stage->ledger);
    assert_false(finds(stage, 3, 0, &found));
    assert_true(kf_ledger_is_clean(stage->ledger));
}

static void another_topic_group_or_partition_is_not_meant(void **state)
{
    struct stage *stage = *state;
    struct kf_blamed found;
    struct kf_ledger_place place = orders(3);
    kf_hand_holds(hand(stage, 11, 3), 40, 1);
    dies(stage, SIGKILL, 0, 1);
    assert_true(kf_ledger_find(stage->ledger, &place, 0, &found));
    assert_false(finds(stage, 4, 0, &found));
    place.group = "others";
    assert_false(kf_ledger_find(stage->ledger, &place, 0, &found));
    place = (struct kf_ledger_place){ "group", "order", 3 };
    assert_false(kf_ledger_find(stage->ledger, &place, 0, &found));
}

static void a_message_of_a_batch_takes_the_place_of_the_batch(void **state)
{
    struct stage *stage = *state;
    struct kf_blamed found;
    kf_hand_holds_batch(hand(stage, 11, 3), 10, 20, 1);
    atomic_store(&stage->process->fault_thread, 11);
    dies(stage, SIGSEGV, 0, 1);
    assert_true(finds(stage, 3, 12, &found));
    assert_true(found.is_batch);
    kf_hand_holds_batch(hand(stage, 31, 3), 14, 15, 2);
    atomic_store(&stage->process->fault_thread, 31);
    dies(stage, SIGSEGV, 0, 1);
    assert_int_equal(stage->ledger->blamed_count, 1);
    assert_true(finds(stage, 3, 12, &found));
    assert_false(found.is_batch);
    assert_int_equal(found.offset, 14);
    assert_int_equal(found.attempts, 2);
}

static void the_oldest_makes_room(void **state)
{
    struct stage *stage = *state;
    struct kf_blamed found;
    for (int i = 0; i <= KF_LEDGER_BLAMED_COUNT; i++) {
        kf_hand_holds(hand(stage, 11, i), 1, 1);
        dies(stage, SIGKILL, 0, i);
    }
    assert_int_equal(stage->ledger->blamed_count, KF_LEDGER_BLAMED_COUNT);
    assert_false(finds(stage, 0, 0, &found));
    assert_true(finds(stage, KF_LEDGER_BLAMED_COUNT, 0, &found));
}

static void threads_beyond_the_last_hand_get_none(void **state)
{
    struct stage *stage = *state;
    for (int32_t i = 1; i <= KF_HAND_COUNT; i++)
        assert_non_null(kf_hand_take(stage->process, i, "group"));
    assert_null(kf_hand_take(stage->process, KF_HAND_COUNT + 1, "group"));
    kf_hand_give_back(&stage->process->hands[7]);
    assert_ptr_equal(kf_hand_take(stage->process, 1, "group"), &stage->process->hands[7]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_message_of_the_thread_that_faulted_is_to_blame, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            nobody_is_to_blame_when_the_faulting_worker_had_nothing_in_hand, begin, end),
        cmocka_unit_test_setup_teardown(nobody_is_to_blame_when_the_process_was_leaving, begin,
                                        end),
        cmocka_unit_test_setup_teardown(all_in_hand_are_suspects_when_the_thread_is_unknown, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            one_alone_in_hand_is_a_suspect_of_a_signal_and_the_culprit_of_an_exit, begin, end),
        cmocka_unit_test_setup_teardown(the_one_that_works_alone_is_to_blame, begin, end),
        cmocka_unit_test_setup_teardown(who_worked_alone_lets_others_begin_again, begin, end),
        cmocka_unit_test_setup_teardown(what_is_found_is_the_nearest_at_a_position_or_behind_it,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_is_committed_is_forgotten, begin, end),
        cmocka_unit_test_setup_teardown(another_topic_group_or_partition_is_not_meant, begin, end),
        cmocka_unit_test_setup_teardown(a_message_of_a_batch_takes_the_place_of_the_batch, begin,
                                        end),
        cmocka_unit_test_setup_teardown(the_oldest_makes_room, begin, end),
        cmocka_unit_test_setup_teardown(threads_beyond_the_last_hand_get_none, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
