/* SPDX-License-Identifier: MIT
 * Work that may outlast who waits for it. */
#include "thread.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct work {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool hold;
    bool done;
};

static void do_it(void *arg)
{
    struct work *work = arg;
    pthread_mutex_lock(&work->lock);
    while (work->hold)
        pthread_cond_wait(&work->changed, &work->lock);
    work->done = true;
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
}

static void what_ends_in_time_has_ended(void **state)
{
    (void)state;
    struct work work = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
    assert_true(kf_thread_finish("work", do_it, &work, kf_clock_ms() + 60000));
    assert_true(work.done);
}

static void what_does_not_goes_on_by_itself(void **state)
{
    (void)state;
    struct work work = { .lock = PTHREAD_MUTEX_INITIALIZER,
                         .changed = PTHREAD_COND_INITIALIZER,
                         .hold = true };
    assert_false(kf_thread_finish("work", do_it, &work, kf_clock_ms() + 20));
    pthread_mutex_lock(&work.lock);
    work.hold = false;
    pthread_cond_broadcast(&work.changed);
    while (!work.done)
        pthread_cond_wait(&work.changed, &work.lock);
    pthread_mutex_unlock(&work.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_in_time_has_ended),
        cmocka_unit_test(what_does_not_goes_on_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
