/* SPDX-License-Identifier: MIT
 * Whose turn it is: the schedule that workers take partitions from. */
#include "schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void tasks_are_taken_in_the_order_they_became_ready(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task tasks[3] = { 0 };
    assert_true(kf_schedule_ready(&schedule, &tasks[1]));
    assert_true(kf_schedule_ready(&schedule, &tasks[0]));
    assert_true(kf_schedule_ready(&schedule, &tasks[2]));
    assert_false(kf_schedule_ready(&schedule, &tasks[0])); /* it waits already */
    assert_int_equal(schedule.ready_count, 3);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &tasks[1]);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &tasks[0]);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &tasks[2]);
    assert_null(kf_schedule_take(&schedule, 0));
    assert_int_equal(schedule.ready_count, 0);
}

static void a_running_task_is_not_handed_out_twice(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    kf_schedule_ready(&schedule, &task);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &task);
    assert_false(kf_schedule_ready(&schedule, &task));
    assert_null(kf_schedule_take(&schedule, 0));
}

static void readiness_during_a_turn_is_not_forgotten(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    kf_schedule_ready(&schedule, &task);
    kf_schedule_take(&schedule, 0);
    kf_schedule_ready(&schedule, &task);
    assert_true(kf_schedule_end_turn(&schedule, &task, KF_TURN_DRAINED, 0));
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &task);
    assert_false(kf_schedule_end_turn(&schedule, &task, KF_TURN_DRAINED, 0));
    assert_null(kf_schedule_take(&schedule, 0));
}

static void a_turn_with_more_to_do_goes_to_the_end_of_the_queue(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task tasks[2] = { 0 };
    kf_schedule_ready(&schedule, &tasks[0]);
    kf_schedule_ready(&schedule, &tasks[1]);
    kf_schedule_take(&schedule, 0);
    kf_schedule_end_turn(&schedule, &tasks[0], KF_TURN_MORE, 0);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &tasks[1]);
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &tasks[0]);
}

static void park(struct kf_schedule *schedule, struct kf_task *task, enum kf_turn_end end,
                 int64_t due_ms)
{
    kf_schedule_ready(schedule, task);
    assert_ptr_equal(kf_schedule_take(schedule, 0), task);
    assert_true(kf_schedule_end_turn(schedule, task, end, due_ms));
}

static void parked_tasks_come_back_by_their_time_and_not_before(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task tasks[3] = { 0 };
    assert_int_equal(kf_schedule_next_due_ms(&schedule), INT64_MAX);
    park(&schedule, &tasks[0], KF_TURN_PARK, 300);
    park(&schedule, &tasks[1], KF_TURN_PARK, 100);
    park(&schedule, &tasks[2], KF_TURN_PARK, 200);
    assert_int_equal(kf_schedule_next_due_ms(&schedule), 100);
    assert_null(kf_schedule_take(&schedule, 99));
    assert_ptr_equal(kf_schedule_take(&schedule, 250), &tasks[1]);
    assert_ptr_equal(kf_schedule_take(&schedule, 250), &tasks[2]);
    assert_null(kf_schedule_take(&schedule, 250));
    assert_ptr_equal(kf_schedule_take(&schedule, 300), &tasks[0]);
}

static void a_backoff_that_ends_does_not_overtake_those_that_wait(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task failing[2] = { 0 };
    struct kf_task waiting = { 0 };
    park(&schedule, &failing[0], KF_TURN_PARK, 100);
    park(&schedule, &failing[1], KF_TURN_PARK, 101);
    kf_schedule_ready(&schedule, &waiting);
    assert_ptr_equal(kf_schedule_take(&schedule, 200), &waiting);
    assert_int_equal(schedule.ready_count, 2);
    assert_ptr_equal(kf_schedule_take(&schedule, 200), &failing[0]);
    assert_ptr_equal(kf_schedule_take(&schedule, 200), &failing[1]);
}

static void new_messages_do_not_end_a_backoff(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    park(&schedule, &task, KF_TURN_PARK, 100);
    assert_false(kf_schedule_ready(&schedule, &task));
    assert_null(kf_schedule_take(&schedule, 99));
}

static void readiness_during_a_turn_does_not_end_its_backoff(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    kf_schedule_ready(&schedule, &task);
    kf_schedule_take(&schedule, 0);
    kf_schedule_ready(&schedule, &task);
    kf_schedule_end_turn(&schedule, &task, KF_TURN_PARK, 100);
    assert_null(kf_schedule_take(&schedule, 99));
    assert_ptr_equal(kf_schedule_take(&schedule, 100), &task);
}

static void new_messages_end_a_wait_for_more(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    park(&schedule, &task, KF_TURN_WAIT, 100);
    assert_true(kf_schedule_ready(&schedule, &task));
    assert_ptr_equal(kf_schedule_take(&schedule, 0), &task);
    assert_int_equal(kf_schedule_next_due_ms(&schedule), INT64_MAX);
}

static void a_task_can_be_stopped_wherever_it_is(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task idle = { 0 };
    struct kf_task ready = { 0 };
    struct kf_task parked = { 0 };
    park(&schedule, &parked, KF_TURN_PARK, 100);
    kf_schedule_ready(&schedule, &ready);
    assert_true(kf_schedule_stop(&schedule, &idle));
    assert_true(kf_schedule_stop(&schedule, &ready));
    assert_true(kf_schedule_stop(&schedule, &parked));
    assert_null(kf_schedule_take(&schedule, 1000));
    assert_false(kf_schedule_ready(&schedule, &idle));
    assert_false(kf_schedule_ready(&schedule, &ready));
    assert_int_equal(schedule.ready_count, 0);
}

static void a_running_task_stops_at_the_end_of_its_turn(void **state)
{
    (void)state;
    struct kf_schedule schedule = { 0 };
    struct kf_task task = { 0 };
    kf_schedule_ready(&schedule, &task);
    kf_schedule_take(&schedule, 0);
    assert_false(kf_schedule_stop(&schedule, &task));
    assert_int_equal(task.state, KF_TASK_RUNNING);
    assert_false(kf_schedule_end_turn(&schedule, &task, KF_TURN_MORE, 0));
    assert_int_equal(task.state, KF_TASK_STOPPED);
    assert_null(kf_schedule_take(&schedule, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_are_taken_in_the_order_they_became_ready),
        cmocka_unit_test(a_running_task_is_not_handed_out_twice),
        cmocka_unit_test(readiness_during_a_turn_is_not_forgotten),
        cmocka_unit_test(a_turn_with_more_to_do_goes_to_the_end_of_the_queue),
        cmocka_unit_test(parked_tasks_come_back_by_their_time_and_not_before),
        cmocka_unit_test(a_backoff_that_ends_does_not_overtake_those_that_wait),
        cmocka_unit_test(new_messages_do_not_end_a_backoff),
        cmocka_unit_test(readiness_during_a_turn_does_not_end_its_backoff),
        cmocka_unit_test(new_messages_end_a_wait_for_more),
        cmocka_unit_test(a_task_can_be_stopped_wherever_it_is),
        cmocka_unit_test(a_running_task_stops_at_the_end_of_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
