/* SPDX-License-Identifier: MIT
 * kaffe_supervisor_run: a supervisor as the main part of a process, with its signals, and with
 * systemd if that has started it. */
#include "supervisor_state.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "service_manager.h"
#include "signals.h"
#include "thread.h"

struct running {
    kaffe_supervisor *supervisor;
    struct kf_service_manager manager;
    bool ready; /* and that was told, like the rest */
    bool stopping;
    char refused[256]; /* why the last configuration was; "": it was not */
    char status[400];
    int64_t watchdog_due_ms;
};

/* --- signals ------------------------------------------------------------------------------ */

static void on_stop(void *supervisor)
{
    kaffe_supervisor_stop(supervisor);
}

static void on_reload(void *ctx)
{
    kaffe_supervisor *supervisor = ctx;
    atomic_store(&supervisor->reload_requested, true);
    kf_wake_up(supervisor->told_fd);
}

/* --- what systemd is told ----------------------------------------------------------------- */

/* What there is to say of the consumers. */
struct summary {
    size_t count;
    size_t running;
    size_t new;
    kaffe_child failed; /* one that waits to be started again */
};

static struct summary sum_up(kaffe_supervisor *supervisor)
{
    kaffe_child child;
    struct summary sum = { 0 };
    for (size_t i = 0; kaffe_supervisor_child(supervisor, i, &child); i++) {
        if (child.is_producer)
            continue;
        sum.count++;
        sum.running += child.state == KAFFE_CHILD_RUNNING;
        sum.new += child.state == KAFFE_CHILD_NEW;
        if (child.state == KAFFE_CHILD_WAITING)
            sum.failed = child;
    }
    return sum;
}

static void describe(const struct running *running, const struct summary *sum, char *out,
                     size_t out_size)
{
    kaffe_error overdue;
    if (running->stopping)
        snprintf(out, out_size, "Stopping");
    else if (kaffe_supervisor_health(running->supervisor, &overdue) == KAFFE_TIMED_OUT)
        snprintf(out, out_size, "%zu of %zu consumers running; %s", sum->running, sum->count,
                 overdue.message);
    else if (*sum->failed.name)
        snprintf(out, out_size, "%zu of %zu consumers running; %s is started again: %s",
                 sum->running, sum->count, sum->failed.name, sum->failed.last_error.message);
    else if (*running->refused)
        snprintf(out, out_size, "%zu of %zu consumers running; the new configuration is wrong: %s",
                 sum->running, sum->count, running->refused);
    else
        snprintf(out, out_size, "%zu of %zu consumers running", sum->running, sum->count);
}

static void tell_news(struct running *running)
{
    char status[sizeof running->status];
    bool stops = atomic_load(&running->supervisor->stop_requested);
    struct summary sum = sum_up(running->supervisor);
    if (stops && !running->stopping) {
        kf_service_manager_tell(&running->manager, "STOPPING=1");
        running->stopping = true;
    } else if (!stops && !running->ready && sum.new == 0) {
        kf_service_manager_tell(&running->manager, "READY=1");
        running->ready = true;
    }
    describe(running, &sum, status, sizeof status);
    if (strcmp(status, running->status) == 0)
        return;
    memcpy(running->status, status, sizeof status);
    kf_service_manager_tell(&running->manager, "STATUS=%s", status);
}

static void tell_that_it_lives(struct running *running)
{
    int64_t now_ms = kf_clock_ms();
    if (running->manager.watchdog_ms == 0 || now_ms < running->watchdog_due_ms)
        return;
    running->watchdog_due_ms = now_ms + running->manager.watchdog_ms;
    if (kaffe_supervisor_health(running->supervisor, NULL) != KAFFE_TIMED_OUT)
        kf_service_manager_tell(&running->manager, "WATCHDOG=1");
}

/* --- running ------------------------------------------------------------------------------ */

static void reload(struct running *running)
{
    char text[512];
    kaffe_error why;
    kaffe_supervisor *supervisor = running->supervisor;
    if (!atomic_exchange(&supervisor->reload_requested, false) ||
        atomic_load(&supervisor->stop_requested))
        return;
    kf_service_manager_tell(&running->manager, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                            kf_clock_us());
    running->ready = false;
    *running->refused = '\0';
    if (supervisor->options.reload(supervisor, supervisor->options.ctx, &why) == KAFFE_OK ||
        atomic_load(&supervisor->stop_requested))
        return;
    snprintf(running->refused, sizeof running->refused, "%s", why.message);
    kf_log(&supervisor->log, KAFFE_LOG_ERROR, "configuration.refused", "error=\"%s\"",
           kf_log_quote(text, sizeof text, why.message));
}

static void await_news(const struct running *running)
{
    struct pollfd told = { .fd = running->supervisor->told_fd, .events = POLLIN };
    int64_t pause_ms = -1;
    if (running->manager.watchdog_ms > 0)
        pause_ms = running->watchdog_due_ms - kf_clock_ms();
    if (running->manager.watchdog_ms > 0 && pause_ms < 0)
        pause_ms = 0;
    poll(&told, 1, (int)(pause_ms < INT32_MAX ? pause_ms : INT32_MAX));
    kf_wake_clear(told.fd);
}

static bool has_ended(kaffe_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->lock);
    bool ended = supervisor->ended;
    pthread_mutex_unlock(&supervisor->lock);
    return ended;
}

static bool has_started(kaffe_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->lock);
    bool started = supervisor->started;
    pthread_mutex_unlock(&supervisor->lock);
    return started;
}

static void serve(struct running *running)
{
    while (!has_ended(running->supervisor)) {
        reload(running);
        tell_news(running);
        tell_that_it_lives(running);
        await_news(running);
    }
    tell_news(running);
}

static kaffe_status start_and_serve(kaffe_supervisor *supervisor, kaffe_error *err)
{
    struct running running = { .supervisor = supervisor };
    const struct kf_service_environment environment = { .socket = getenv("NOTIFY_SOCKET"),
                                                        .watchdog_usec = getenv("WATCHDOG_USEC"),
                                                        .watchdog_pid = getenv("WATCHDOG_PID") };
    kaffe_status status = kaffe_supervisor_start(supervisor, err);
    if (status == KAFFE_CLOSED) /* a signal was faster */
        return kf_error_ok(err);
    if (status != KAFFE_OK && !has_started(supervisor))
        return status;
    kf_service_manager_open(&running.manager, &environment);
    serve(&running);
    kf_service_manager_close(&running.manager);
    return kaffe_supervisor_wait(supervisor, KAFFE_NONE, err);
}

kaffe_status kaffe_supervisor_run(kaffe_supervisor *supervisor, kaffe_error *err)
{
    struct kf_signals signals = { .stop = on_stop,
                                  .reload = supervisor->options.reload ? on_reload : NULL,
                                  .ctx = supervisor };
    if (!kf_signals_take(&signals))
        return kf_error_set(err, KAFFE_INVALID,
                            "kaffe_supervisor_run already runs in this process: use "
                            "kaffe_supervisor_start for more than one");
    kaffe_status status = start_and_serve(supervisor, err);
    kf_signals_give_back(&signals);
    return status;
}
