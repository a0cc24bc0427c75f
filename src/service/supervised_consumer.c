/* SPDX-License-Identifier: MIT
 * A consumer under a supervisor: its lives, one after another, on a thread of its own. What follows
 * the end of one is decided here; how often is restarts.h's. */
#include "supervisor_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "error.h"
#include "options.h"
#include "random.h"
#include "thread.h"

/* --- its lives ---------------------------------------------------------------------------- */

/* @return false: it is to stop */
static bool enter(struct kf_supervised_consumer *child, kaffe_consumer *consumer)
{
    kaffe_supervisor *supervisor = child->supervisor;
    pthread_mutex_lock(&supervisor->lock);
    bool goes_on = !child->stopping;
    if (goes_on)
        child->consumer = consumer;
    pthread_mutex_unlock(&supervisor->lock);
    return goes_on;
}

static void set_running(struct kf_supervised_consumer *child)
{
    kaffe_supervisor *supervisor = child->supervisor;
    pthread_mutex_lock(&supervisor->lock);
    child->state = KAFFE_CHILD_RUNNING;
    child->since_ms = kf_clock_date_ms();
    pthread_mutex_unlock(&supervisor->lock);
    kf_wake_up(supervisor->told_fd);
}

static void leave(struct kf_supervised_consumer *child, kaffe_consumer *consumer, kaffe_error *end)
{
    kaffe_supervisor *supervisor = child->supervisor;
    pthread_mutex_lock(&supervisor->lock);
    child->consumer = NULL;
    child->since_ms = 0;
    pthread_mutex_unlock(&supervisor->lock);
    bool left_behind = kaffe_consumer_free(consumer) != KAFFE_OK;
    if (left_behind && end->status == KAFFE_OK)
        kf_error_set(end, KAFFE_TIMED_OUT, "a handler has not returned");
    pthread_mutex_lock(&supervisor->lock);
    child->left_behind = left_behind;
    supervisor->left_behind = supervisor->left_behind || left_behind;
    pthread_mutex_unlock(&supervisor->lock);
}

/* From making a consumer to freeing it. */
static void live(struct kf_supervised_consumer *child, kaffe_error *end)
{
    kaffe_consumer *consumer = kaffe_consumer_new(&child->options, end);
    if (!consumer)
        return;
    if (enter(child, consumer) && kaffe_consumer_start(consumer, end) == KAFFE_OK) {
        set_running(child);
        (void)!kaffe_consumer_wait(consumer, KAFFE_NONE, end);
    }
    if (end->status == KAFFE_CLOSED) /* stopped before it was started */
        kf_error_ok(end);
    leave(child, consumer, end);
}

/* --- what follows ------------------------------------------------------------------------- */

static void log_end(const struct kf_supervised_consumer *child, const kaffe_error *end,
                    bool was_stopping, int64_t pause_ms)
{
    char text[512];
    kf_log_quote(text, sizeof text, end->message);
    if (pause_ms >= 0)
        kf_log(&child->supervisor->log, KAFFE_LOG_WARN, "child.failed",
               "consumer=%s restart_in_ms=%" PRId64 " error=\"%s\"", child->name, pause_ms, text);
    else
        kf_log(&child->supervisor->log, was_stopping ? KAFFE_LOG_WARN : KAFFE_LOG_ERROR,
               "child.failed", "consumer=%s error=\"%s\"", child->name, text);
}

/* @return how long until it is started again; -1: it is not */
static int64_t settle(struct kf_supervised_consumer *child, kaffe_error *end, int64_t started_ms)
{
    kaffe_supervisor *supervisor = child->supervisor;
    int64_t pause_ms = -1;
    pthread_mutex_lock(&supervisor->lock);
    if (end->status != KAFFE_OK && !child->stopping && !child->left_behind &&
        kf_restarts_are_of_use(end) &&
        !kf_restarts_decide(&child->history, &supervisor->policy, started_ms, kf_clock_ms(),
                            kf_random_below(UINT32_MAX), &pause_ms))
        pause_ms = -1;
    child->state = pause_ms >= 0             ? KAFFE_CHILD_WAITING
                   : end->status != KAFFE_OK ? KAFFE_CHILD_FAILED
                                             : KAFFE_CHILD_STOPPED;
    if (end->status != KAFFE_OK)
        child->last_error = *end;
    pthread_mutex_unlock(&supervisor->lock);
    kf_wake_up(supervisor->told_fd);
    return pause_ms;
}

/* @return false: it is to stop */
static bool await_restart(struct kf_supervised_consumer *child, int64_t pause_ms)
{
    kaffe_supervisor *supervisor = child->supervisor;
    int64_t deadline_ms = kf_clock_ms() + pause_ms;
    pthread_mutex_lock(&supervisor->lock);
    while (!child->stopping && kf_clock_ms() < deadline_ms)
        kf_cond_wait_until(&supervisor->changed, &supervisor->lock, deadline_ms);
    bool again = !child->stopping;
    child->restarts += again;
    if (!again)
        child->state = KAFFE_CHILD_STOPPED;
    int64_t restarts = child->restarts;
    pthread_mutex_unlock(&supervisor->lock);
    if (again)
        kf_log(&supervisor->log, KAFFE_LOG_INFO, "child.restarted", "consumer=%s restarts=%" PRId64,
               child->name, restarts);
    return again;
}

/* A stop that leaves work behind is the outcome of a stop of all; of a change of configuration only
 * if a handler runs on: the new consumer must not run beside it. */
static bool is_for_good(const struct kf_supervised_consumer *child, bool was_stopping)
{
    return !was_stopping || child->left_behind || atomic_load(&child->supervisor->stop_requested);
}

/* @return is there another life? */
static bool follow(struct kf_supervised_consumer *child, kaffe_error *end, int64_t started_ms)
{
    kaffe_supervisor *supervisor = child->supervisor;
    char who[sizeof child->name + 16];
    pthread_mutex_lock(&supervisor->lock);
    bool was_stopping = child->stopping;
    pthread_mutex_unlock(&supervisor->lock);
    if (was_stopping && end->status == KAFFE_TIMED_OUT) {
        kaffe_error why = *end;
        kf_error_set_kafka(end, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL, "left behind: %s",
                           why.message);
    }
    int64_t pause_ms = settle(child, end, started_ms);
    if (end->status == KAFFE_OK)
        return false;
    log_end(child, end, was_stopping, pause_ms);
    if (pause_ms >= 0)
        return await_restart(child, pause_ms);
    snprintf(who, sizeof who, "consumer %s", child->name);
    if (is_for_good(child, was_stopping))
        kf_supervisor_fail(supervisor, who, end);
    return false;
}

static void *run(void *ctx)
{
    struct kf_supervised_consumer *child = ctx;
    kaffe_error end;
    int64_t started_ms;
    do {
        kf_error_ok(&end);
        started_ms = kf_clock_ms();
        live(child, &end);
    } while (follow(child, &end, started_ms));
    return NULL;
}

/* --- from outside ------------------------------------------------------------------------- */

struct kf_supervised_consumer *kf_supervised_consumer_new(kaffe_supervisor *supervisor,
                                                          const char *name,
                                                          const kaffe_consumer_options *options,
                                                          kaffe_error *err)
{
    struct kf_supervised_consumer *child = calloc(1, sizeof *child);
    if (child)
        child->options = *options;
    if (!child || !kf_options_own(&kf_consumer_option_table, &child->options)) {
        free(child);
        kf_error_no_memory(err);
        return NULL;
    }
    child->supervisor = supervisor;
    snprintf(child->name, sizeof child->name, "%s", name);
    kf_error_ok(err);
    return child;
}

void kf_supervised_consumer_free(struct kf_supervised_consumer *child)
{
    if (!child)
        return;
    kf_options_fini(&kf_consumer_option_table, &child->options);
    free(child);
}

kaffe_status kf_supervised_consumer_start(struct kf_supervised_consumer *child, kaffe_error *err)
{
    if (kf_thread_start(&child->thread, "kaffe-child", run, child) != 0)
        return kf_error_set(err, KAFFE_NO_MEMORY, "no thread is left: raise the limit of threads");
    child->has_thread = true;
    return kf_error_ok(err);
}

void kf_supervised_consumer_stop_locked(struct kf_supervised_consumer *child)
{
    child->stopping = true;
    if (child->consumer)
        kaffe_consumer_stop(child->consumer);
}

void kf_supervised_consumer_join(struct kf_supervised_consumer *child)
{
    if (child->has_thread)
        pthread_join(child->thread, NULL);
    child->has_thread = false;
}

void kf_supervised_consumer_append(struct kf_supervised_consumer **list,
                                   struct kf_supervised_consumer *child)
{
    while (*list)
        list = &(*list)->next;
    *list = child;
}
