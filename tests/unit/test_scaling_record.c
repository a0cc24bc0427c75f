/* SPDX-License-Identifier: MIT
 * The judge of the scaling tests is judged first: each fault, planted, is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "scaling_record.h"

#define MILLISECOND INT64_C(1000000)

/* Two partitions of four messages; process 7 has them, then process 8. */
struct fixture {
    struct scaling_ledger ledger;
    struct scaling_record record;
    int64_t now_ns;
};

static void note(struct fixture *f, enum scaling_kind kind, int32_t pid, int32_t partition,
                 int64_t offset)
{
    f->now_ns += MILLISECOND;
    scaling_record_add(&f->record, (struct scaling_event){ .kind = kind,
                                                           .partition = partition,
                                                           .pid = pid,
                                                           .offset = offset,
                                                           .id = 100 * partition + offset,
                                                           .at_ns = f->now_ns });
}

static void handle(struct fixture *f, int32_t pid, int32_t partition, int64_t from, int64_t to)
{
    for (int64_t offset = from; offset < to; offset++)
        note(f, SCALING_HANDLED, pid, partition, offset);
}

static void hand_over(struct fixture *f, int32_t partition)
{
    note(f, SCALING_REVOKED, 7, partition, 0);
    note(f, SCALING_ASSIGNED, 8, partition, 0);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    scaling_ledger_init(&f->ledger, 2);
    for (int32_t partition = 0; partition < 2; partition++)
        for (int64_t offset = 0; offset < 4; offset++)
            scaling_ledger_add(&f->ledger, partition, offset, 100 * partition + offset);
    note(f, SCALING_ASSIGNED, 7, 0, 0);
    note(f, SCALING_ASSIGNED, 7, 1, 0);
    handle(f, 7, 1, 0, 4);
    handle(f, 7, 0, 0, 2);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    scaling_ledger_fini(&f->ledger);
    scaling_record_fini(&f->record);
    free(f);
    return 0;
}

static struct scaling_report check(struct fixture *f)
{
    return scaling_check(&f->ledger, &f->record, NULL, 0);
}

static void a_clean_hand_over_has_nothing_to_report(void **state)
{
    hand_over(*state, 0);
    handle(*state, 8, 0, 2, 4);
    struct scaling_report report = check(*state);
    assert_int_equal(report.handled, 8);
    assert_int_equal(report.lost + report.duplicates + report.killed_duplicates, 0);
    assert_int_equal(report.disordered + report.strangers, 0);
    assert_int_equal(report.hand_overs, 1);
    assert_int_equal(report.silence_median_ns, 3 * MILLISECOND);
    assert_int_equal(report.silence_max_ns, 3 * MILLISECOND);
}

static void a_message_that_nobody_handled_is_lost(void **state)
{
    handle(*state, 7, 0, 2, 3);
    struct scaling_report report = check(*state);
    assert_int_equal(report.lost, 1);
    assert_int_equal(report.disordered, 0);
}

static void a_message_that_was_passed_over_is_lost_and_out_of_order(void **state)
{
    hand_over(*state, 0);
    handle(*state, 8, 0, 3, 4);
    struct scaling_report report = check(*state);
    assert_int_equal(report.lost, 1);
    assert_int_equal(report.disordered, 1);
}

static void a_message_handled_by_the_next_owner_too_is_a_duplicate(void **state)
{
    hand_over(*state, 0);
    handle(*state, 8, 0, 1, 4);
    struct scaling_report report = check(*state);
    assert_int_equal(report.duplicates, 1);
    assert_int_equal(report.lost + report.disordered, 0);
}

static void a_duplicate_after_a_kill_is_told_apart(void **state)
{
    struct fixture *f = *state;
    static const int32_t killed[] = { 7 };
    int64_t last_ns = f->now_ns;
    note(f, SCALING_ASSIGNED, 8, 0, 0);
    handle(f, 8, 0, 1, 4);
    struct scaling_report report = scaling_check(&f->ledger, &f->record, killed, 1);
    assert_int_equal(report.duplicates, 0);
    assert_int_equal(report.killed_duplicates, 1);
    assert_int_equal(report.oldest_killed_duplicate_ns, last_ns);
    assert_int_equal(report.lost + report.disordered + report.hand_overs, 0);
}

static void a_message_again_by_the_same_owner_is_out_of_order(void **state)
{
    handle(*state, 7, 0, 2, 3);
    handle(*state, 7, 0, 2, 4);
    struct scaling_report report = check(*state);
    assert_int_equal(report.duplicates, 1);
    assert_int_equal(report.disordered, 1);
}

static void messages_in_the_wrong_order_are_seen(void **state)
{
    handle(*state, 7, 0, 3, 4);
    handle(*state, 7, 0, 2, 3);
    struct scaling_report report = check(*state);
    assert_int_equal(report.disordered, 2);
    assert_int_equal(report.lost + report.duplicates, 0);
}

static void an_old_owner_that_goes_on_is_seen(void **state)
{
    hand_over(*state, 0);
    handle(*state, 8, 0, 2, 4);
    handle(*state, 7, 0, 2, 3);
    assert_int_equal(check(*state).duplicates, 1);
}

static void what_the_ledger_does_not_have_is_a_stranger(void **state)
{
    struct fixture *f = *state;
    handle(f, 7, 0, 2, 5);
    handle(f, 7, 2, 0, 1);
    f->record.items[0].kind = SCALING_HANDLED;
    f->record.items[0].id = 55;
    assert_int_equal(check(f).strangers, 3);
}

static void a_cut_line_waits_for_its_end(void **state)
{
    (void)state;
    char path[] = "/tmp/kaffe-record.XXXXXX";
    struct scaling_record record = { 0 };
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    fputs("h 3 41 900 123456 77\nnonsense\nh 3 42 9", file);
    fflush(file);
    int64_t from = scaling_record_read(&record, path, 0);
    assert_int_equal(record.count, 1);
    assert_int_equal(record.malformed, 1);
    fputs("01 123457 77\n", file);
    fclose(file);
    scaling_record_read(&record, path, from);
    assert_int_equal(record.count, 2);
    assert_int_equal(record.items[0].offset, 41);
    assert_int_equal(record.items[1].id, 901);
    assert_int_equal(record.items[1].pid, 77);
    scaling_record_fini(&record);
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_clean_hand_over_has_nothing_to_report),
        TEST(a_message_that_nobody_handled_is_lost),
        TEST(a_message_that_was_passed_over_is_lost_and_out_of_order),
        TEST(a_message_handled_by_the_next_owner_too_is_a_duplicate),
        TEST(a_duplicate_after_a_kill_is_told_apart),
        TEST(a_message_again_by_the_same_owner_is_out_of_order),
        TEST(messages_in_the_wrong_order_are_seen),
        TEST(an_old_owner_that_goes_on_is_seen),
        TEST(what_the_ledger_does_not_have_is_a_stranger),
        cmocka_unit_test(a_cut_line_waits_for_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
