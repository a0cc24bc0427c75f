/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include "clock.h"
#include "error.h"
#include "thread.h"

#include <stdlib.h>
#include <string.h>

kaffe_status kf_pool_init(struct kf_pool *pool, const struct kf_pool_work *work, kaffe_error *err)
{
    *pool = (struct kf_pool){ .run = *work, .watched_ms = INT64_MAX };
    if (pthread_mutex_init(&pool->lock, NULL) != 0)
        return kf_error_no_memory(err);
    if (kf_cond_init(&pool->work) != 0 || kf_cond_init(&pool->changed) != 0)
        return kf_error_no_memory(err);
    return kf_error_ok(err);
}

void kf_pool_fini(struct kf_pool *pool)
{
    pthread_cond_destroy(&pool->changed);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
}

/* One more idle worker is wanted only if those on their way are not enough. */
static void wake_one_locked(struct kf_pool *pool)
{
    if (pool->idle > pool->woken && pool->schedule.ready_count > pool->woken) {
        pool->woken++;
        pthread_cond_signal(&pool->work);
    }
}

/* Of all idle workers only one watches the clock for the parked tasks. */
static void wait_for_work_locked(struct kf_pool *pool)
{
    int64_t due_ms = kf_schedule_next_due_ms(&pool->schedule);
    pool->idle++;
    if (due_ms >= pool->watched_ms) {
        pthread_cond_wait(&pool->work, &pool->lock);
    } else {
        pool->watched_ms = due_ms;
        kf_cond_wait_until(&pool->work, &pool->lock, due_ms);
        if (pool->watched_ms == due_ms)
            pool->watched_ms = INT64_MAX;
    }
    pool->idle--;
    if (pool->woken > 0)
        pool->woken--;
}

/* A parked task that nobody watches would sleep too long. */
static void pass_on_the_clock_locked(struct kf_pool *pool)
{
    if (kf_schedule_next_due_ms(&pool->schedule) < pool->watched_ms && pool->idle > pool->woken) {
        pool->woken++;
        pthread_cond_signal(&pool->work);
    }
}

/* @return NULL: the pool is closing */
static struct kf_task *next_task_locked(struct kf_pool *pool)
{
    while (!pool->closing) {
        bool parked = kf_schedule_next_due_ms(&pool->schedule) != INT64_MAX;
        struct kf_task *task = kf_schedule_take(&pool->schedule, parked ? kf_clock_ms() : 0);
        if (task)
            return task;
        wait_for_work_locked(pool);
    }
    return NULL;
}

static void work_until_closed(struct kf_pool *pool, struct kf_worker *worker)
{
    struct kf_task *task;
    pthread_mutex_lock(&pool->lock);
    while ((task = next_task_locked(pool))) {
        wake_one_locked(pool);
        pass_on_the_clock_locked(pool);
        pthread_mutex_unlock(&pool->lock);
        int64_t due_ms = 0;
        enum kf_turn_end end = pool->run.turn(worker, task, &due_ms);
        pthread_mutex_lock(&pool->lock);
        kf_schedule_end_turn(&pool->schedule, task, end, due_ms);
        if (task->state == KF_TASK_STOPPED) {
            pool->run.stopped(task, pool->run.ctx);
            pthread_cond_broadcast(&pool->changed);
        }
    }
    pthread_mutex_unlock(&pool->lock);
}

static void *run_worker(void *arg)
{
    struct kf_worker *worker = arg;
    struct kf_pool *pool = worker->pool;
    if (pool->run.open(worker, pool->run.ctx) == KAFFE_OK) {
        work_until_closed(pool, worker);
        pool->run.close(worker, pool->run.ctx);
    }
    free(worker);
    pthread_mutex_lock(&pool->lock);
    bool last_of_abandoned = --pool->live == 0 && pool->is_abandoned;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    if (last_of_abandoned)
        pool->run.abandoned(pool->run.ctx);
    return NULL;
}

static bool start_worker(struct kf_pool *pool)
{
    pthread_t thread;
    struct kf_worker *worker = calloc(1, pool->run.worker_size);
    if (!worker)
        return false;
    worker->pool = pool;
    pthread_mutex_lock(&pool->lock);
    pool->live++;
    pthread_mutex_unlock(&pool->lock);
    if (kf_thread_start(&thread, "kaffe-work", run_worker, worker) == 0) {
        pthread_detach(thread);
        return true;
    }
    pthread_mutex_lock(&pool->lock);
    pool->live--;
    pthread_mutex_unlock(&pool->lock);
    free(worker);
    return false;
}

kaffe_status kf_pool_grow(struct kf_pool *pool, size_t count, kaffe_error *err)
{
    for (size_t live = kf_pool_size(pool); live < count; live++)
        if (!start_worker(pool))
            return kf_error_set(err, KAFFE_NO_MEMORY,
                                "worker thread %zu of %zu can not be started: raise the limit of "
                                "threads, or set workers",
                                live + 1, count);
    return kf_error_ok(err);
}

size_t kf_pool_size(struct kf_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t live = pool->live;
    pthread_mutex_unlock(&pool->lock);
    return live;
}

void kf_pool_ready(struct kf_pool *pool, struct kf_task *task)
{
    pthread_mutex_lock(&pool->lock);
    if (kf_schedule_ready(&pool->schedule, task))
        wake_one_locked(pool);
    pthread_mutex_unlock(&pool->lock);
}

bool kf_pool_stop(struct kf_pool *pool, struct kf_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool stopped = kf_schedule_stop(&pool->schedule, task);
    pthread_mutex_unlock(&pool->lock);
    return stopped;
}

bool kf_pool_has_stopped(struct kf_pool *pool, const struct kf_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool stopped = task->state == KF_TASK_STOPPED;
    pthread_mutex_unlock(&pool->lock);
    return stopped;
}

void kf_pool_wait_changed(struct kf_pool *pool, struct kf_task *task, int64_t deadline_ms)
{
    pthread_mutex_lock(&pool->lock);
    if (task->state != KF_TASK_STOPPED)
        kf_cond_wait_until(&pool->changed, &pool->lock, deadline_ms);
    pthread_mutex_unlock(&pool->lock);
}

bool kf_pool_close(struct kf_pool *pool, int64_t deadline_ms)
{
    bool in_time = true;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    while (pool->live > 0 && in_time)
        in_time = kf_cond_wait_until(&pool->changed, &pool->lock, deadline_ms);
    bool closed = pool->live == 0;
    pthread_mutex_unlock(&pool->lock);
    return closed;
}

bool kf_pool_abandon(struct kf_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->is_abandoned = pool->live > 0;
    bool abandoned = pool->is_abandoned;
    pthread_mutex_unlock(&pool->lock);
    return abandoned;
}
