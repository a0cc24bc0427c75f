/* SPDX-License-Identifier: MIT */
#include "schedule.h"

static void insert_behind(struct kf_task_list *list, struct kf_task *before, struct kf_task *task)
{
    task->previous = before;
    task->next = before ? before->next : list->first;
    if (task->next)
        task->next->previous = task;
    else
        list->last = task;
    if (before)
        before->next = task;
    else
        list->first = task;
}

static void take_out(struct kf_task_list *list, struct kf_task *task)
{
    if (task->previous)
        task->previous->next = task->next;
    else
        list->first = task->next;
    if (task->next)
        task->next->previous = task->previous;
    else
        list->last = task->previous;
    task->previous = NULL;
    task->next = NULL;
}

static void queue(struct kf_schedule *schedule, struct kf_task *task)
{
    task->state = KF_TASK_READY;
    insert_behind(&schedule->ready, schedule->ready.last, task);
    schedule->ready_count++;
}

static void unqueue(struct kf_schedule *schedule, struct kf_task *task)
{
    take_out(&schedule->ready, task);
    schedule->ready_count--;
}

/* Backoffs are mostly alike, so the place is near the end. */
static void park(struct kf_schedule *schedule, struct kf_task *task, int64_t due_ms, bool early)
{
    struct kf_task *before = schedule->parked.last;
    while (before && before->due_ms > due_ms)
        before = before->previous;
    task->state = KF_TASK_PARKED;
    task->due_ms = due_ms;
    task->wakes_early = early;
    insert_behind(&schedule->parked, before, task);
}

bool kf_schedule_ready(struct kf_schedule *schedule, struct kf_task *task)
{
    if (task->state == KF_TASK_RUNNING)
        task->woken = true;
    if (task->state == KF_TASK_PARKED && task->wakes_early)
        take_out(&schedule->parked, task);
    else if (task->state != KF_TASK_IDLE)
        return false;
    queue(schedule, task);
    return true;
}

struct kf_task *kf_schedule_take(struct kf_schedule *schedule, int64_t now_ms)
{
    struct kf_task *task;
    /* Behind those that wait already: tasks that fail slowly must not keep all others waiting. */
    while ((task = schedule->parked.first) && task->due_ms <= now_ms) {
        take_out(&schedule->parked, task);
        queue(schedule, task);
    }
    task = schedule->ready.first;
    if (!task)
        return NULL;
    unqueue(schedule, task);
    task->state = KF_TASK_RUNNING;
    task->woken = false;
    return task;
}

bool kf_schedule_end_turn(struct kf_schedule *schedule, struct kf_task *task, enum kf_turn_end end,
                          int64_t due_ms)
{
    if (task->stopping) {
        task->state = KF_TASK_STOPPED;
        return false;
    }
    if (end == KF_TURN_PARK) {
        park(schedule, task, due_ms, false);
        return true;
    }
    if (end == KF_TURN_MORE || task->woken) {
        queue(schedule, task);
        return true;
    }
    if (end == KF_TURN_WAIT) {
        park(schedule, task, due_ms, true);
        return true;
    }
    task->state = KF_TASK_IDLE;
    return false;
}

bool kf_schedule_stop(struct kf_schedule *schedule, struct kf_task *task)
{
    if (task->state == KF_TASK_RUNNING) {
        task->stopping = true;
        return false;
    }
    if (task->state == KF_TASK_READY) {
        unqueue(schedule, task);
    } else if (task->state == KF_TASK_PARKED) {
        take_out(&schedule->parked, task);
    }
    task->state = KF_TASK_STOPPED;
    return true;
}

int64_t kf_schedule_next_due_ms(const struct kf_schedule *schedule)
{
    return schedule->parked.first ? schedule->parked.first->due_ms : INT64_MAX;
}
