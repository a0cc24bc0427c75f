/* SPDX-License-Identifier: MIT
 * kaffe_supervisor, running: start, stop, wait, and what can be asked meanwhile. A thread of its
 * own waits for the wish to stop, and carries it out in order. */
#include "supervisor_state.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "thread.h"

/* --- the end of all ----------------------------------------------------------------------- */

void kf_supervisor_fail(kaffe_supervisor *supervisor, const char *who, const kaffe_error *why)
{
    pthread_mutex_lock(&supervisor->lock);
    if (supervisor->outcome.status == KAFFE_OK)
        kf_error_set_kafka(&supervisor->outcome, why->status, why->kafka_code,
                           why->flags | KAFFE_ERROR_FATAL, "%s: %s", who, why->message);
    pthread_mutex_unlock(&supervisor->lock);
    kaffe_supervisor_stop(supervisor);
}

static void await_stop(const kaffe_supervisor *supervisor)
{
    struct pollfd wake = { .fd = supervisor->wake_fd, .events = POLLIN };
    while (!atomic_load(&supervisor->stop_requested))
        poll(&wake, 1, -1);
}

/* From here on nobody is started any more. */
static void stop_all(kaffe_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->lock);
    supervisor->stopping = true;
    for (struct kf_supervised_consumer *child = supervisor->consumers; child; child = child->next)
        kf_supervised_consumer_stop_locked(child);
    pthread_cond_broadcast(&supervisor->changed);
    pthread_mutex_unlock(&supervisor->lock);
    kf_wake_up(supervisor->told_fd);
}

static void end_all(kaffe_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->changing);
    for (struct kf_supervised_consumer *child = supervisor->consumers; child; child = child->next)
        kf_supervised_consumer_join(child);
    kf_supervisor_close_producers(supervisor);
    pthread_mutex_unlock(&supervisor->changing);
}

static void log_end(const kaffe_supervisor *supervisor)
{
    char text[512];
    if (supervisor->outcome.status == KAFFE_OK)
        kf_log(&supervisor->log, KAFFE_LOG_INFO, "supervisor.stopped", "error=none");
    else
        kf_log(&supervisor->log, KAFFE_LOG_ERROR, "supervisor.stopped", "error=\"%s\"",
               kf_log_quote(text, sizeof text, supervisor->outcome.message));
}

static void *supervise(void *ctx)
{
    kaffe_supervisor *supervisor = ctx;
    await_stop(supervisor);
    stop_all(supervisor);
    end_all(supervisor);
    log_end(supervisor);
    pthread_mutex_lock(&supervisor->lock);
    supervisor->ended = true;
    pthread_cond_broadcast(&supervisor->changed);
    pthread_mutex_unlock(&supervisor->lock);
    kf_wake_up(supervisor->told_fd);
    return NULL;
}

/* --- start, stop, wait -------------------------------------------------------------------- */

/* With `changing`. */
static kaffe_status start_thread(kaffe_supervisor *supervisor, kaffe_error *err)
{
    if (supervisor->started)
        return kf_error_set(err, KAFFE_INVALID, "the supervisor was started before");
    if (atomic_load(&supervisor->stop_requested))
        return kf_error_set(err, KAFFE_CLOSED, "the supervisor was stopped before");
    if (kf_thread_start(&supervisor->thread, "kaffe-supervise", supervise, supervisor) != 0)
        return kf_error_set(err, KAFFE_NO_MEMORY, "no thread is left: raise the limit of threads");
    pthread_mutex_lock(&supervisor->lock);
    supervisor->started = true;
    pthread_mutex_unlock(&supervisor->lock);
    return kf_error_ok(err);
}

kaffe_status kaffe_supervisor_start(kaffe_supervisor *supervisor, kaffe_error *err)
{
    kaffe_error why;
    size_t count = 0;
    pthread_mutex_lock(&supervisor->changing);
    kaffe_status status = start_thread(supervisor, &why);
    struct kf_supervised_consumer *child = supervisor->consumers;
    for (; status == KAFFE_OK && child; child = child->next, count++)
        status = kf_supervised_consumer_start(child, &why);
    if (status != KAFFE_OK && supervisor->started && count > 0)
        kf_supervisor_fail(supervisor, "supervisor", &why);
    pthread_mutex_unlock(&supervisor->changing);
    if (status == KAFFE_OK)
        kf_log(&supervisor->log, KAFFE_LOG_INFO, "supervisor.started", "consumers=%zu", count);
    if (err)
        *err = why;
    return status;
}

void kaffe_supervisor_stop(kaffe_supervisor *supervisor)
{
    atomic_store(&supervisor->stop_requested, true);
    kf_wake_up(supervisor->wake_fd);
    kf_wake_up(supervisor->told_fd);
}

static kaffe_status outcome_locked(const kaffe_supervisor *supervisor, int64_t timeout_ms,
                                   kaffe_error *err)
{
    if (!supervisor->started)
        return kf_error_set(err, KAFFE_INVALID, "the supervisor was never started");
    if (!supervisor->ended)
        return kf_error_set(err, KAFFE_TIMED_OUT, "still running after %lld ms",
                            (long long)timeout_ms);
    if (err)
        *err = supervisor->outcome;
    return supervisor->outcome.status;
}

kaffe_status kaffe_supervisor_wait(kaffe_supervisor *supervisor, int64_t timeout_ms,
                                   kaffe_error *err)
{
    int64_t now_ms = kf_clock_ms();
    bool endless = timeout_ms < 0 || timeout_ms > INT64_MAX - now_ms;
    pthread_mutex_lock(&supervisor->lock);
    while (supervisor->started && !supervisor->ended) {
        if (endless)
            pthread_cond_wait(&supervisor->changed, &supervisor->lock);
        else if (!kf_cond_wait_until(&supervisor->changed, &supervisor->lock, now_ms + timeout_ms))
            break;
    }
    kaffe_status status = outcome_locked(supervisor, timeout_ms, err);
    pthread_mutex_unlock(&supervisor->lock);
    return status;
}

/* --- what can be asked -------------------------------------------------------------------- */

static kaffe_child of_producer(const struct kf_supervised_producer *producer)
{
    kaffe_child child = { .state = producer->producer                        ? KAFFE_CHILD_RUNNING
                                   : producer->last_error.status == KAFFE_OK ? KAFFE_CHILD_STOPPED
                                                                             : KAFFE_CHILD_FAILED,
                          .is_producer = true,
                          .is_configured = producer->generation != NULL,
                          .running_since_ms = producer->producer ? producer->since_ms : 0,
                          .last_error = producer->last_error };
    memcpy(child.name, producer->name, sizeof child.name);
    return child;
}

static kaffe_child of_consumer(const struct kf_supervised_consumer *consumer)
{
    kaffe_child child = { .state = consumer->state,
                          .is_configured = consumer->generation != NULL,
                          .left_behind = consumer->left_behind,
                          .restarts = consumer->restarts,
                          .running_since_ms = consumer->since_ms,
                          .last_error = consumer->last_error };
    memcpy(child.name, consumer->name, sizeof child.name);
    return child;
}

/* @return false: there are not so many */
static bool child_locked(const kaffe_supervisor *supervisor, size_t index, kaffe_child *child)
{
    for (const struct kf_supervised_producer *p = supervisor->producers; p; p = p->next) {
        if (index-- == 0) {
            *child = of_producer(p);
            return true;
        }
    }
    for (const struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next) {
        if (index-- == 0) {
            *child = of_consumer(c);
            return true;
        }
    }
    return false;
}

bool kaffe_supervisor_child_sized(kaffe_supervisor *supervisor, size_t index, kaffe_child *child,
                                  size_t child_size)
{
    kaffe_child ours;
    pthread_mutex_lock(&supervisor->lock);
    bool found = child_locked(supervisor, index, &ours);
    pthread_mutex_unlock(&supervisor->lock);
    memset(child, 0, child_size);
    if (found)
        memcpy(child, &ours, child_size < sizeof ours ? child_size : sizeof ours);
    return found;
}

/* Whatever else ends a consumer, it is the supervisor that starts it again. */
static kaffe_status health_locked(const kaffe_supervisor *supervisor, kaffe_error *err)
{
    kaffe_error why;
    if (!supervisor->started || supervisor->stopping)
        return kf_error_set(err, KAFFE_CLOSED, "the supervisor does not run");
    for (const struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next)
        if (c->consumer && kaffe_consumer_health(c->consumer, &why) == KAFFE_TIMED_OUT &&
            !(why.flags & KAFFE_ERROR_FATAL))
            return kf_error_set(err, KAFFE_TIMED_OUT, "consumer %s: %s", c->name, why.message);
    return kf_error_ok(err);
}

kaffe_status kaffe_supervisor_health(kaffe_supervisor *supervisor, kaffe_error *err)
{
    pthread_mutex_lock(&supervisor->lock);
    kaffe_status status = health_locked(supervisor, err);
    pthread_mutex_unlock(&supervisor->lock);
    return status;
}

bool kaffe_supervisor_count_sized(kaffe_supervisor *supervisor, const char *name,
                                  kaffe_consumer_counters *counters, size_t counters_size)
{
    bool found = false;
    memset(counters, 0, counters_size);
    pthread_mutex_lock(&supervisor->lock);
    for (const struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next) {
        if (strcmp(c->name, name) != 0)
            continue;
        found = true;
        if (c->consumer)
            kaffe_consumer_count_sized(c->consumer, counters, counters_size);
    }
    pthread_mutex_unlock(&supervisor->lock);
    return found;
}
