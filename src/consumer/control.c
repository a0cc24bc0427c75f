/* SPDX-License-Identifier: MIT */
#include "control.h"

#include "ack_watch.h"
#include "assignment.h"
#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "log.h"
#include "source.h"
#include "start.h"
#include "thread.h"

#include <poll.h>
#include <stdio.h>

/* librdkafka takes a member whose queue nobody looks at for dead. */
static const int64_t longest_wait_ms = 500;
/* That it has left comes without an event. */
static const int64_t leaving_wait_ms = 5;

/* A certificate that is just being renewed; not more. */
static const int64_t denied_patience_ms = 2000;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- starting ----------------------------------------------------------------------------- */

/* The data plane says it best: endpoint and reason; but who refuses says more than who is silent.
 * @return it is refused, and was not before */
static bool keep_reason(kaffe_consumer *consumer, enum kf_plane plane, bool denied, const char *why)
{
    pthread_mutex_lock(&consumer->lock);
    bool news = denied && consumer->denied_since_ms == 0;
    if (plane == KF_PLANE_FETCH || denied || !consumer->unreachable_why[0]) {
        snprintf(consumer->unreachable_why, sizeof consumer->unreachable_why, "%s", why);
        if (news || !denied)
            consumer->denied_since_ms = denied ? kf_clock_ms() : 0;
    }
    pthread_mutex_unlock(&consumer->lock);
    return news;
}

/* Nobody lets it in: there is nothing to guess. @return since when; 0: that is not why */
static int64_t denied_since_ms(kaffe_consumer *consumer, char *why, size_t size)
{
    bool silent = atomic_load(&consumer->unreachable) != 0;
    pthread_mutex_lock(&consumer->lock);
    int64_t since_ms = silent ? consumer->denied_since_ms : 0;
    snprintf(why, size, "%s", silent ? consumer->unreachable_why : "");
    pthread_mutex_unlock(&consumer->lock);
    return since_ms;
}

static void fail_to_start(kaffe_consumer *consumer)
{
    const kaffe_consumer_options *options = &consumer->settings.options;
    char missed[120];
    char why[200];
    char guess[100];
    kaffe_error err;
    const char *remedy = consumer->source->missed(consumer, missed, sizeof missed);
    int64_t since_ms = denied_since_ms(consumer, why, sizeof why);
    snprintf(guess, sizeof guess, "check endpoints = \"%.50s\"%s", options->endpoints,
             why[0] ? "" : ", or allow more time");
    if (since_ms > 0)
        kf_error_set_kafka(&err, KAFFE_DENIED, 0, KAFFE_ERROR_FATAL, "%.190s (tried for %lld ms)",
                           why, (long long)(kf_clock_ms() - since_ms));
    else
        kf_error_set_kafka(&err, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL,
                           "%s within start_timeout_ms = %lld%s%.70s: %s", missed,
                           (long long)options->start_timeout_ms, why[0] ? ": " : "", why,
                           remedy && !why[0] ? remedy : guess);
    kf_consumer_fail(consumer, &err);
}

/* Whoever is refused for some seconds will be at the end of start_timeout_ms. */
static int64_t start_deadline_ms(kaffe_consumer *consumer)
{
    char why[200];
    int64_t since_ms = denied_since_ms(consumer, why, sizeof why);
    if (since_ms == 0 || consumer->start_deadline_ms == INT64_MAX)
        return consumer->start_deadline_ms;
    return least(consumer->start_deadline_ms, since_ms + denied_patience_ms);
}

/* @return when its time is over; INT64_MAX: it has begun, or there is no limit */
static int64_t watch_start(kaffe_consumer *consumer, int64_t now_ms)
{
    if (consumer->begun || consumer->leaving)
        return INT64_MAX;
    int64_t deadline_ms = start_deadline_ms(consumer);
    if (now_ms >= deadline_ms)
        fail_to_start(consumer);
    return deadline_ms;
}

void kf_control_reachable(kaffe_consumer *consumer, enum kf_plane plane, kaffe_status status,
                          const char *why)
{
    char text[300];
    int bit = (int)plane;
    bool reachable = status == KAFFE_OK;
    bool denied = status == KAFFE_DENIED;
    int before = reachable ? atomic_fetch_and(&consumer->unreachable, ~bit)
                           : atomic_fetch_or(&consumer->unreachable, bit);
    int after = reachable ? before & ~bit : before | bit;
    if (!why)
        why = "no answer";
    bool news = !reachable && keep_reason(consumer, plane, denied, why);
    if ((before == 0 && after != 0) || news) /* who knew less has spoken before */
        kf_log(&consumer->settings.log, KAFFE_LOG_WARN, "brokers.unreachable",
               "endpoints=%s error=\"%s\" action=\"trying on\"",
               consumer->settings.options.endpoints, kf_log_quote(text, sizeof text, why));
    else if (before != 0 && after == 0)
        kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "brokers.reachable", "endpoints=%s",
               consumer->settings.options.endpoints);
}

/* --- stopping ----------------------------------------------------------------------------- */

/* Of shutdown_timeout_ms, for leaving without the answer to a join. */
static int64_t last_part_ms(const kaffe_consumer *consumer)
{
    return consumer->settings.options.shutdown_timeout_ms / 4;
}

/* @return true: it goes on */
static bool keep_running(kaffe_consumer *consumer, int64_t now_ms)
{
    int64_t deadline_ms = kf_consumer_stop_deadline_ms(consumer, now_ms);
    if (deadline_ms == INT64_MAX)
        return true;
    consumer->leaving = true;
    bool at_once = now_ms >= deadline_ms - last_part_ms(consumer);
    return !consumer->source->leave(consumer, at_once) && now_ms < deadline_ms;
}

static void finish(kaffe_consumer *consumer)
{
    int64_t deadline_ms = kf_consumer_stop_deadline_ms(consumer, kf_clock_ms());
    if (consumer->assigned.count > 0) /* its source did not let go in time */
        kf_assignment_give_up(consumer, true);
    if (!kf_pool_close(&consumer->pool, deadline_ms + kf_consumer_workers_ms(consumer)))
        consumer->left_work = true;
    consumer->source->close(consumer);
    kf_assignment_bury_late(consumer);
    size_t overdue;
    size_t unacknowledged;
    kf_flights_count(&consumer->flights, &unacknowledged, &overdue);
    consumer->left.unacknowledged = (int64_t)unacknowledged;
    consumer->left.handlers = (int64_t)kf_pool_size(&consumer->pool);
    consumer->left.partitions += (int64_t)consumer->late.count;
    kf_log_flush(&consumer->settings.log);
    kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "consumer.stopped",
           "%s=%s handled=%lld failures=%lld late=%lld left_behind=%s partitions=%lld "
           "handlers=%lld uncommitted=%lld unacknowledged=%zu",
           consumer->source->key, consumer->name,
           (long long)atomic_load(&consumer->counters.messages_handled),
           (long long)atomic_load(&consumer->counters.failures),
           (long long)atomic_load(&consumer->counters.late_finishes),
           consumer->left_work ? "yes" : "no", (long long)consumer->left.partitions,
           (long long)consumer->left.handlers, (long long)consumer->left.uncommitted,
           unacknowledged);
}

static void end_health(kaffe_consumer *consumer)
{
    kaffe_error stopped;
    kf_error_set(&stopped, KAFFE_CLOSED, "the consumer has stopped");
    kf_health_end(&consumer->health, &stopped);
}

/* --- the loop ----------------------------------------------------------------------------- */

/* @return when to come again, news aside */
static int64_t take_steps(kaffe_consumer *consumer)
{
    int64_t now_ms = kf_clock_ms();
    int64_t next_ms = now_ms + (consumer->leaving ? leaving_wait_ms : longest_wait_ms);
    atomic_store(&consumer->news, false);
    kf_log_tick(&consumer->settings.log);
    consumer->source->serve(consumer);
    kf_assignment_bury_late(consumer);
    next_ms = least(next_ms, kf_start_step(consumer, now_ms));
    next_ms = least(next_ms, consumer->source->step(consumer, now_ms));
    next_ms = least(next_ms, watch_start(consumer, now_ms));
    next_ms = least(next_ms, kf_watchdog_step(consumer, now_ms));
    next_ms = least(next_ms, kf_ack_watch_step(consumer, now_ms));
    return least(next_ms, kf_consumer_stop_deadline_ms(consumer, now_ms));
}

static void sleep_until(const kaffe_consumer *consumer, int64_t until_ms)
{
    struct pollfd wake = { .fd = consumer->wake_fd, .events = POLLIN };
    int64_t wait_ms = until_ms - kf_clock_ms();
    if (wait_ms > 0 && poll(&wake, 1, (int)least(wait_ms, longest_wait_ms)) > 0)
        kf_wake_clear(consumer->wake_fd);
}

void *kf_control_run(void *arg)
{
    kaffe_consumer *consumer = arg;
    int64_t timeout_ms = consumer->settings.options.start_timeout_ms;
    kf_consumer_enter(consumer);
    consumer->start_deadline_ms = timeout_ms > 0 ? kf_clock_ms() + timeout_ms : INT64_MAX;
    while (keep_running(consumer, kf_clock_ms()))
        sleep_until(consumer, take_steps(consumer));
    finish(consumer);
    end_health(consumer);
    pthread_mutex_lock(&consumer->lock);
    consumer->state = KF_CONSUMER_STOPPED;
    pthread_cond_broadcast(&consumer->stopped);
    pthread_mutex_unlock(&consumer->lock);
    return NULL;
}
