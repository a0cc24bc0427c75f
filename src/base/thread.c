/* SPDX-License-Identifier: MIT */
#include "thread.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What a thread's own fault raises must stay unblocked, or a crash would hang instead. */
static void asynchronous_signals(sigset_t *signals)
{
    sigfillset(signals);
    sigdelset(signals, SIGSEGV);
    sigdelset(signals, SIGBUS);
    sigdelset(signals, SIGFPE);
    sigdelset(signals, SIGILL);
    sigdelset(signals, SIGABRT);
    sigdelset(signals, SIGTRAP);
    sigdelset(signals, SIGSYS);
}

int kf_thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg)
{
    sigset_t blocked;
    sigset_t before;
    asynchronous_signals(&blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int failed = pthread_create(thread, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        pthread_setname_np(*thread, name);
    return failed;
}

int kf_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t monotonic;
    int failed = pthread_condattr_init(&monotonic);
    if (failed)
        return failed;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    failed = pthread_cond_init(cond, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return failed;
}

bool kf_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
    struct timespec until = kf_clock_timespec(deadline_ms);
    return pthread_cond_timedwait(cond, lock, &until) != ETIMEDOUT;
}

/* Freed by whichever of the two is done with it last. */
struct errand {
    void (*run)(void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended;
    bool left; /* nobody waits any more */
};

static struct errand *errand_new(void (*run)(void *arg), void *arg)
{
    struct errand *errand = calloc(1, sizeof *errand);
    if (!errand)
        return NULL;
    errand->run = run;
    errand->arg = arg;
    pthread_mutex_init(&errand->lock, NULL);
    kf_cond_init(&errand->changed);
    return errand;
}

static void errand_free(struct errand *errand)
{
    pthread_cond_destroy(&errand->changed);
    pthread_mutex_destroy(&errand->lock);
    free(errand);
}

static void *run_errand(void *arg)
{
    struct errand *errand = arg;
    errand->run(errand->arg);
    pthread_mutex_lock(&errand->lock);
    bool left = errand->left;
    errand->ended = true;
    pthread_cond_signal(&errand->changed);
    pthread_mutex_unlock(&errand->lock);
    if (left)
        errand_free(errand);
    return NULL;
}

static bool await_errand(struct errand *errand, int64_t deadline_ms)
{
    bool in_time = true;
    pthread_mutex_lock(&errand->lock);
    while (!errand->ended && in_time)
        in_time = kf_cond_wait_until(&errand->changed, &errand->lock, deadline_ms);
    bool ended = errand->ended;
    errand->left = !ended;
    pthread_mutex_unlock(&errand->lock);
    return ended;
}

bool kf_thread_finish(const char *name, void (*run)(void *arg), void *arg, int64_t deadline_ms)
{
    pthread_t thread;
    struct errand *errand = errand_new(run, arg);
    if (!errand || kf_thread_start(&thread, name, run_errand, errand) != 0) {
        if (errand)
            errand_free(errand);
        run(arg);
        return true;
    }
    bool ended = await_errand(errand, deadline_ms);
    if (!ended) {
        pthread_detach(thread);
        return false;
    }
    pthread_join(thread, NULL);
    errand_free(errand);
    return true;
}

int kf_wake_open(void)
{
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void kf_wake_up(int wake_fd)
{
    uint64_t one = 1;
    ssize_t ignored = write(wake_fd, &one, sizeof one); /* full means: it is awake already */
    (void)ignored;
}

void kf_wake_clear(int wake_fd)
{
    uint64_t count;
    ssize_t ignored = read(wake_fd, &count, sizeof count);
    (void)ignored;
}
