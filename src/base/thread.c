/* SPDX-License-Identifier: MIT */
#include "thread.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
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
