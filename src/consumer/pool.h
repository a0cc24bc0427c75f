/* SPDX-License-Identifier: MIT
 * Worker threads that take tasks from one schedule. It decides who runs when and wakes no more
 * threads than there is work for; what a turn does is the task's. */
#ifndef KF_POOL_H
#define KF_POOL_H

#include "kaffe.h"
#include "schedule.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct kf_worker;

/* What the pool runs; all on worker threads. */
struct kf_pool_work {
    /** Before a worker's first turn. Not KAFFE_OK: the thread ends without one. */
    kaffe_status (*open)(struct kf_worker *worker, void *ctx);
    enum kf_turn_end (*turn)(struct kf_worker *worker, struct kf_task *task, int64_t *due_ms);
    /** A task that was asked to stop during its turn has stopped. */
    void (*stopped)(struct kf_task *task, void *ctx);
    void (*close)(struct kf_worker *worker, void *ctx);
    /** The last worker of an abandoned pool ends: nothing of it is used any more. */
    void (*abandoned)(void *ctx);
    size_t worker_size; /* sizeof a struct that begins with struct kf_worker */
    void *ctx;
};

/* Embedded at the head of the owner's worker. */
struct kf_worker {
    struct kf_pool *pool;
};

struct kf_pool {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t work; /* a task is ready, or closing */
    pthread_cond_t changed; /* a task has stopped, a worker has ended */
    struct kf_schedule schedule;
    struct kf_pool_work run;
    size_t live; /* threads */
    size_t idle; /* of them waiting */
    size_t woken; /* of those on their way */
    int64_t watched_ms; /* what time one of the idle ones waits for; INT64_MAX: none does */
    bool closing;
    bool is_abandoned;
};

kaffe_status kf_pool_init(struct kf_pool *pool, const struct kf_pool_work *work, kaffe_error *err);
/** No thread may live. */
void kf_pool_fini(struct kf_pool *pool);

/** Starts threads until there are `count`. @return KAFFE_NO_MEMORY: only some, or none */
kaffe_status kf_pool_grow(struct kf_pool *pool, size_t count, kaffe_error *err);
size_t kf_pool_size(struct kf_pool *pool);

void kf_pool_ready(struct kf_pool *pool, struct kf_task *task);
/** No turn after this. @return false: one is under way, it stops at its end */
bool kf_pool_stop(struct kf_pool *pool, struct kf_task *task);
bool kf_pool_has_stopped(struct kf_pool *pool, const struct kf_task *task);
/** Waits for a task to stop, a worker to end, or the deadline. */
void kf_pool_wait_changed(struct kf_pool *pool, struct kf_task *task, int64_t deadline_ms);

/** Lets all workers end after their turns. @return false: some still run at the deadline */
bool kf_pool_close(struct kf_pool *pool, int64_t deadline_ms);
/** After a close that returned false: the last worker calls `abandoned`.
 *  @return false: all have ended meanwhile, nothing is called */
bool kf_pool_abandon(struct kf_pool *pool);

#endif
