/* SPDX-License-Identifier: MIT
 * Worker threads: no task twice at once, none forgotten, parked ones in time, an end in any case.
 */
#include "pool.h"

#include "clock.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define JOBS 16

static const int64_t patience_ms = 30000;

/* A task and what was seen of it. */
struct job {
    struct kf_task task; /* first */
    atomic_int inside;
    atomic_bool overlapped;
    int turns; /* no lock: the pool itself keeps them apart, or a sanitizer says so */
    atomic_int wished; /* turns that there is work for */
    atomic_int done;
    int64_t due_ms; /* the next turn parks until then; 0: no */
    int64_t began_ms; /* the last turn */
};

struct crew {
    struct kf_pool pool;
    struct job jobs[JOBS];
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool hold; /* turns wait inside */
    bool hold_again; /* a task's second turn does */
    int held;
    int opened;
    int closed;
    int stopped;
    int abandoned;
    int refused; /* workers whose open fails */
};

static kaffe_status open_worker(struct kf_worker *worker, void *ctx)
{
    struct crew *crew = ctx;
    assert_ptr_equal(worker->pool, &crew->pool);
    pthread_mutex_lock(&crew->lock);
    bool refused = crew->refused > 0;
    crew->refused -= refused;
    crew->opened += !refused;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return refused ? KAFFE_FAILED : KAFFE_OK;
}

static void close_worker(struct kf_worker *worker, void *ctx)
{
    (void)worker;
    struct crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    crew->closed++;
    pthread_mutex_unlock(&crew->lock);
}

static void task_stopped(struct kf_task *task, void *ctx)
{
    (void)task;
    struct crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    crew->stopped++;
    pthread_mutex_unlock(&crew->lock);
}

static void abandoned(void *ctx)
{
    struct crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    crew->abandoned++;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

static enum kf_turn_end take_turn(struct kf_worker *worker, struct kf_task *task, int64_t *due_ms)
{
    struct crew *crew = (struct crew *)worker->pool; /* its first member */
    struct job *job = (struct job *)task;
    if (atomic_fetch_add(&job->inside, 1) > 0)
        atomic_store(&job->overlapped, true);
    pthread_mutex_lock(&crew->lock);
    crew->held++;
    pthread_cond_broadcast(&crew->changed);
    while (crew->hold || (crew->hold_again && job->turns > 0))
        pthread_cond_wait(&crew->changed, &crew->lock);
    crew->held--;
    pthread_mutex_unlock(&crew->lock);
    job->turns++;
    job->began_ms = kf_clock_ms();
    *due_ms = job->due_ms;
    job->due_ms = 0;
    int wished = atomic_load(&job->wished);
    int done = atomic_fetch_add(&job->done, 1) + 1;
    atomic_fetch_sub(&job->inside, 1);
    pthread_mutex_lock(&crew->lock);
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    if (*due_ms)
        return KF_TURN_PARK;
    return done < wished ? KF_TURN_MORE : KF_TURN_DRAINED;
}

static int begin(void **state)
{
    struct crew *crew = calloc(1, sizeof *crew);
    const struct kf_pool_work work = { .open = open_worker,
                                       .turn = take_turn,
                                       .stopped = task_stopped,
                                       .close = close_worker,
                                       .abandoned = abandoned,
                                       .worker_size = sizeof(struct kf_worker),
                                       .ctx = crew };
    pthread_mutex_init(&crew->lock, NULL);
    kf_cond_init(&crew->changed);
    *state = crew;
    return kf_pool_init(&crew->pool, &work, NULL) == KAFFE_OK ? 0 : -1;
}

static int end(void **state)
{
    struct crew *crew = *state;
    assert_true(kf_pool_close(&crew->pool, kf_clock_ms() + patience_ms));
    assert_int_equal(crew->closed, crew->opened);
    for (size_t i = 0; i < JOBS; i++)
        assert_false(crew->jobs[i].overlapped);
    kf_pool_fini(&crew->pool);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
    return 0;
}

static void hold(struct crew *crew, bool on)
{
    pthread_mutex_lock(&crew->lock);
    crew->hold = on;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

static void hold_again(struct crew *crew, bool on)
{
    pthread_mutex_lock(&crew->lock);
    crew->hold_again = on;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

static void await(struct crew *crew, const int *number, int least)
{
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    pthread_mutex_lock(&crew->lock);
    while (*number < least)
        assert_true(kf_cond_wait_until(&crew->changed, &crew->lock, deadline_ms));
    pthread_mutex_unlock(&crew->lock);
}

static void await_done(struct crew *crew, struct job *job, int least)
{
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    pthread_mutex_lock(&crew->lock);
    while (atomic_load(&job->done) < least)
        assert_true(kf_cond_wait_until(&crew->changed, &crew->lock, deadline_ms));
    pthread_mutex_unlock(&crew->lock);
}

static void no_task_is_run_twice_at_once_and_none_is_forgotten(void **state)
{
    struct crew *crew = *state;
    enum {
        rounds = 200
    };
    assert_int_equal(kf_pool_grow(&crew->pool, 4, NULL), KAFFE_OK);
    for (int i = 1; i <= rounds; i++)
        for (size_t j = 0; j < JOBS; j++) {
            atomic_fetch_add(&crew->jobs[j].wished, 1);
            kf_pool_ready(&crew->pool, &crew->jobs[j].task);
        }
    for (size_t j = 0; j < JOBS; j++)
        await_done(crew, &crew->jobs[j], rounds);
}

static void as_many_tasks_run_at_once_as_there_are_workers(void **state)
{
    struct crew *crew = *state;
    hold(crew, true);
    for (size_t j = 0; j < JOBS; j++)
        kf_pool_ready(&crew->pool, &crew->jobs[j].task);
    assert_int_equal(kf_pool_grow(&crew->pool, 3, NULL), KAFFE_OK);
    await(crew, &crew->held, 3);
    assert_int_equal(kf_pool_grow(&crew->pool, 5, NULL), KAFFE_OK);
    await(crew, &crew->held, 5);
    assert_int_equal(kf_pool_size(&crew->pool), 5);
    assert_int_equal(kf_pool_grow(&crew->pool, 2, NULL), KAFFE_OK); /* never fewer */
    assert_int_equal(kf_pool_size(&crew->pool), 5);
    hold(crew, false);
    for (size_t j = 0; j < JOBS; j++)
        await_done(crew, &crew->jobs[j], 1);
}

static void an_idle_pool_wakes_for_every_task(void **state)
{
    struct crew *crew = *state;
    assert_int_equal(kf_pool_grow(&crew->pool, 3, NULL), KAFFE_OK);
    for (int i = 1; i <= 50; i++) {
        hold(crew, true);
        for (size_t j = 0; j < 3; j++)
            kf_pool_ready(&crew->pool, &crew->jobs[j].task);
        await(crew, &crew->held, 3); /* all at once */
        hold(crew, false);
        for (size_t j = 0; j < 3; j++)
            await_done(crew, &crew->jobs[j], i);
    }
}

static void parked_tasks_run_when_they_are_due(void **state)
{
    struct crew *crew = *state;
    int64_t now_ms = kf_clock_ms();
    for (size_t j = 0; j < 4; j++) { /* the last one is due first */
        crew->jobs[j].due_ms = now_ms + 400 - 100 * (int64_t)j;
        crew->jobs[j].wished = 2;
        kf_pool_ready(&crew->pool, &crew->jobs[j].task);
    }
    assert_int_equal(kf_pool_grow(&crew->pool, 2, NULL), KAFFE_OK);
    for (size_t j = 0; j < 4; j++)
        await_done(crew, &crew->jobs[j], 2);
    for (size_t j = 0; j < 4; j++)
        assert_true(crew->jobs[j].began_ms >= now_ms + 400 - 100 * (int64_t)j);
}

static void a_parked_task_is_watched_while_its_watcher_works(void **state)
{
    struct crew *crew = *state;
    assert_int_equal(kf_pool_grow(&crew->pool, 2, NULL), KAFFE_OK);
    crew->jobs[0].due_ms = kf_clock_ms() + 50;
    crew->jobs[0].wished = 2;
    kf_pool_ready(&crew->pool, &crew->jobs[0].task);
    await_done(crew, &crew->jobs[0], 1);
    hold(crew, true);
    kf_pool_ready(&crew->pool, &crew->jobs[1].task); /* whoever watched may be taken by this */
    await(crew, &crew->held, 2); /* and yet the parked one gets its turn */
    hold(crew, false);
    await_done(crew, &crew->jobs[0], 2);
}

static void tasks_that_are_due_together_run_side_by_side(void **state)
{
    struct crew *crew = *state;
    assert_int_equal(kf_pool_grow(&crew->pool, 3, NULL), KAFFE_OK);
    int64_t due_ms = kf_clock_ms() + 100;
    hold_again(crew, true);
    for (size_t j = 0; j < 3; j++) {
        crew->jobs[j].due_ms = due_ms;
        crew->jobs[j].wished = 2;
        kf_pool_ready(&crew->pool, &crew->jobs[j].task);
    }
    for (size_t j = 0; j < 3; j++)
        await_done(crew, &crew->jobs[j], 1);
    await(crew, &crew->held, 3);
    hold_again(crew, false);
    for (size_t j = 0; j < 3; j++)
        await_done(crew, &crew->jobs[j], 2);
}

static void a_stopped_task_never_runs_again(void **state)
{
    struct crew *crew = *state;
    struct kf_task *task = &crew->jobs[0].task;
    assert_int_equal(kf_pool_grow(&crew->pool, 2, NULL), KAFFE_OK);
    hold(crew, true);
    kf_pool_ready(&crew->pool, task);
    await(crew, &crew->held, 1);
    assert_false(kf_pool_stop(&crew->pool, task));
    assert_false(kf_pool_has_stopped(&crew->pool, task));
    kf_pool_wait_changed(&crew->pool, task, kf_clock_ms() + 1);
    assert_false(kf_pool_has_stopped(&crew->pool, task));
    kf_pool_ready(&crew->pool, task);
    hold(crew, false);
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    while (!kf_pool_has_stopped(&crew->pool, task)) {
        assert_true(kf_clock_ms() < deadline_ms);
        kf_pool_wait_changed(&crew->pool, task, deadline_ms);
    }
    assert_true(kf_clock_ms() < deadline_ms); /* whoever waits is told */
    assert_int_equal(crew->stopped, 1);
    kf_pool_ready(&crew->pool, task);
    kf_pool_ready(&crew->pool, &crew->jobs[1].task);
    await_done(crew, &crew->jobs[1], 1);
    assert_int_equal(crew->jobs[0].turns, 1);
    kf_pool_stop(&crew->pool, &crew->jobs[1].task); /* idle by now, or at the end of its turn */
    while (!kf_pool_has_stopped(&crew->pool, &crew->jobs[1].task))
        kf_pool_wait_changed(&crew->pool, &crew->jobs[1].task, deadline_ms);
}

static void closing_does_not_wait_for_parked_or_ready_tasks(void **state)
{
    struct crew *crew = *state;
    assert_int_equal(kf_pool_grow(&crew->pool, 1, NULL), KAFFE_OK);
    crew->jobs[0].due_ms = kf_clock_ms() + 3600000;
    kf_pool_ready(&crew->pool, &crew->jobs[0].task);
    await_done(crew, &crew->jobs[0], 1);
    assert_true(kf_pool_close(&crew->pool, kf_clock_ms() + patience_ms));
    kf_pool_ready(&crew->pool, &crew->jobs[1].task);
    assert_int_equal(crew->jobs[1].turns, 0);
    assert_false(kf_pool_abandon(&crew->pool)); /* nobody is left */
    assert_int_equal(crew->abandoned, 0);
}

static void a_stuck_worker_is_left_behind_and_the_last_one_says_so(void **state)
{
    struct crew *crew = *state;
    assert_int_equal(kf_pool_grow(&crew->pool, 3, NULL), KAFFE_OK);
    await(crew, &crew->opened, 3);
    hold(crew, true);
    kf_pool_ready(&crew->pool, &crew->jobs[0].task);
    kf_pool_ready(&crew->pool, &crew->jobs[1].task);
    await(crew, &crew->held, 2);
    assert_false(kf_pool_close(&crew->pool, kf_clock_ms() + 20));
    assert_true(kf_pool_abandon(&crew->pool));
    hold(crew, false);
    await(crew, &crew->abandoned, 1);
    assert_int_equal(crew->abandoned, 1);
    assert_int_equal(crew->closed, 3);
}

static void a_worker_that_does_not_open_takes_no_turn(void **state)
{
    struct crew *crew = *state;
    crew->refused = 2;
    assert_int_equal(kf_pool_grow(&crew->pool, 3, NULL), KAFFE_OK);
    kf_pool_ready(&crew->pool, &crew->jobs[0].task);
    await_done(crew, &crew->jobs[0], 1);
    assert_int_equal(crew->opened, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_task_is_run_twice_at_once_and_none_is_forgotten, begin,
                                        end),
        cmocka_unit_test_setup_teardown(as_many_tasks_run_at_once_as_there_are_workers, begin, end),
        cmocka_unit_test_setup_teardown(an_idle_pool_wakes_for_every_task, begin, end),
        cmocka_unit_test_setup_teardown(parked_tasks_run_when_they_are_due, begin, end),
        cmocka_unit_test_setup_teardown(a_parked_task_is_watched_while_its_watcher_works, begin,
                                        end),
        cmocka_unit_test_setup_teardown(tasks_that_are_due_together_run_side_by_side, begin, end),
        cmocka_unit_test_setup_teardown(a_stopped_task_never_runs_again, begin, end),
        cmocka_unit_test_setup_teardown(closing_does_not_wait_for_parked_or_ready_tasks, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_stuck_worker_is_left_behind_and_the_last_one_says_so,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_worker_that_does_not_open_takes_no_turn, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
