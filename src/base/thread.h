/* SPDX-License-Identifier: MIT
 * pthreads as this library uses them: named threads that take no asynchronous signals, conditions
 * on the monotonic clock, and a descriptor to wake a thread that waits in poll or epoll. */
#ifndef KF_THREAD_H
#define KF_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/** Starts a thread named `name` (at most 15 characters), all asynchronous signals and SIGPIPE
 *  blocked. @return 0 or an errno value */
int kf_thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg);

/** Runs `run(arg)` on a thread of its own, or here if there is none, and waits for its end, at most
 *  until deadline_ms. @return false: it goes on by itself */
bool kf_thread_finish(const char *name, void (*run)(void *arg), void *arg, int64_t deadline_ms);

/** A condition for kf_cond_wait_until. @return 0 or an errno value */
int kf_cond_init(pthread_cond_t *cond);

/** Waits until signalled or kf_clock_ms() reaches deadline_ms. @return false: the deadline came */
bool kf_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms);

/* An eventfd: any thread, and a signal handler, may wake the one that polls it. */
int kf_wake_open(void); /* @return the descriptor (non-blocking, CLOEXEC), or -1 with errno */
void kf_wake_up(int wake_fd);
void kf_wake_clear(int wake_fd);

#endif
