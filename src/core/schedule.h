/* SPDX-License-Identifier: MIT
 * Whose turn it is: tasks (partitions) that are ready, in the order they became so, and tasks that
 * are parked until a time. Pure: the caller brings the lock and the clock. A task is handed to one
 * taker at a time, and what happens to it meanwhile is remembered until its turn ends. */
#ifndef KF_SCHEDULE_H
#define KF_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_task_state {
    KF_TASK_IDLE, /* nothing to do */
    KF_TASK_READY, /* waits for a taker */
    KF_TASK_RUNNING, /* taken */
    KF_TASK_PARKED, /* waits for a time */
    KF_TASK_STOPPED /* never runs again */
};

/* All zero is an idle task. */
struct kf_task {
    struct kf_task *previous;
    struct kf_task *next;
    int64_t due_ms;
    enum kf_task_state state;
    bool woken; /* became ready during its turn */
    bool stopping; /* to be stopped when its turn ends */
    bool wakes_early; /* parked, but readiness ends it */
};

struct kf_task_list {
    struct kf_task *first;
    struct kf_task *last;
};

/* All zero is an empty schedule. */
struct kf_schedule {
    struct kf_task_list ready;
    struct kf_task_list parked; /* the earliest first */
    size_t ready_count;
};

/* How a turn ended. */
enum kf_turn_end {
    KF_TURN_DRAINED, /* nothing left; readiness seen during the turn counts */
    KF_TURN_MORE, /* goes to the end of the queue */
    KF_TURN_PARK, /* until a time, whatever arrives */
    KF_TURN_WAIT /* until a time, or readiness */
};

/** @return true: the task joined the queue, a taker may be woken */
bool kf_schedule_ready(struct kf_schedule *schedule, struct kf_task *task);
/** The next task, now running; what was parked until now_ms or earlier joins the queue before.
 *  NULL: none. */
struct kf_task *kf_schedule_take(struct kf_schedule *schedule, int64_t now_ms);
/** Ends a turn. @return true: the task joined the queue, or was parked */
bool kf_schedule_end_turn(struct kf_schedule *schedule, struct kf_task *task, enum kf_turn_end end,
                          int64_t due_ms);
/** Takes a task out for good. @return true: stopped; false: it runs, and stops at its turn's end */
bool kf_schedule_stop(struct kf_schedule *schedule, struct kf_task *task);
/** When the earliest parked task is due; INT64_MAX: none is parked. */
int64_t kf_schedule_next_due_ms(const struct kf_schedule *schedule);

#endif
