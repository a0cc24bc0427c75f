/* SPDX-License-Identifier: MIT
 * How a producer ends: what waits is written if time allows, the rest is ended with its true
 * status, and how many those were is said once. */
#include "clock.h"
#include "error.h"
#include "producer_state.h"
#include "thread.h"

#include <limits.h>
#include <poll.h>

#define SLICE_MS 100
#define PURGE_MS 500 /* reports of purged records come within milliseconds */
#define LAST_MS 50 /* for librdkafka's own end, when shutdown_timeout_ms is over */

static int slice_ms(int64_t deadline_ms)
{
    int64_t left_ms = deadline_ms - kf_clock_ms();
    if (left_ms <= 0)
        return 0;
    return left_ms < SLICE_MS ? (int)left_ms : SLICE_MS;
}

/* librdkafka's flush ends the lingering, but waits for later records too: hence slices of it, and
 * our own mark. */
static bool flush_until(struct kaffe_producer *producer, uint64_t mark, int64_t deadline_ms)
{
    while (!kf_backlog_await(&producer->backlog, mark, 0)) {
        int wait_ms = slice_ms(deadline_ms);
        if (wait_ms == 0)
            return false;
        struct kf_outlet *outlet = kf_outlet_hold(producer, KF_OUTLET_ASYNC);
        if (outlet) {
            kf_outlet_flush(outlet, wait_ms);
            kf_outlet_release(producer, outlet);
        }
        kf_backlog_await(&producer->backlog, mark, kf_clock_ms() + slice_ms(deadline_ms) / 10);
    }
    return true;
}

static kaffe_status flush(struct kaffe_producer *producer, size_t *unwritten, kaffe_error *err)
{
    size_t waiting;
    size_t failed;
    int64_t timeout_ms = producer->settings.options.shutdown_timeout_ms;
    uint64_t mark = kf_backlog_mark(&producer->backlog);
    flush_until(producer, mark, kf_clock_ms() + timeout_ms);
    kf_backlog_count(&producer->backlog, mark, &waiting, &failed);
    if (unwritten)
        *unwritten = waiting + failed;
    if (waiting > 0)
        return kf_error_set_kafka(
            err, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_RETRIABLE,
            "%zu records wait still after shutdown_timeout_ms = %lld (%.100s)", waiting,
            (long long)timeout_ms, producer->endpoints);
    if (failed > 0)
        return kf_error_set(err, KAFFE_NOT_WRITTEN, "%zu records were not written", failed);
    return kf_error_ok(err);
}

kaffe_status kaffe_producer_flush(kaffe_producer *producer, size_t *unwritten, kaffe_error *err)
{
    kaffe_status status = kf_producer_enter_waiting(producer, "kaffe_producer_flush", err);
    if (status != KAFFE_OK) {
        if (unwritten)
            *unwritten = 0;
        return status;
    }
    status = flush(producer, unwritten, err);
    kf_producer_leave(producer);
    return status;
}

static void begin_closing(struct kaffe_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    atomic_store(&producer->closing, true);
    producer->clerk_stops = true;
    pthread_cond_broadcast(&producer->changed);
    pthread_cond_broadcast(&producer->work);
    pthread_mutex_unlock(&producer->lock);
}

/* @return all calls have left */
static bool await_calls(struct kaffe_producer *producer, int64_t deadline_ms)
{
    bool in_time = true;
    pthread_mutex_lock(&producer->lock);
    while (producer->calls > 0 && in_time)
        in_time = kf_cond_wait_until(&producer->changed, &producer->lock, deadline_ms);
    bool left = producer->calls == 0;
    pthread_mutex_unlock(&producer->lock);
    return left;
}

/* @return everything has ended by itself */
static bool drain(struct kaffe_producer *producer, int64_t deadline_ms)
{
    /* First, so that no call that is stuck costs lingering records their time; and once more, as
     * a call that was inside may have added one. */
    flush_until(producer, kf_backlog_mark(&producer->backlog), deadline_ms);
    bool calm = await_calls(producer, deadline_ms);
    return flush_until(producer, kf_backlog_mark(&producer->backlog), deadline_ms) && calm;
}

/* Of shutdown_timeout_ms, for ending what is left then. */
static int64_t purge_ms(const struct kaffe_producer *producer)
{
    int64_t tenth_ms = producer->settings.options.shutdown_timeout_ms / 10;
    return tenth_ms < PURGE_MS ? tenth_ms : PURGE_MS;
}

static void end_the_rest(struct kaffe_producer *producer)
{
    kf_outlets_purge(producer);
    if (drain(producer, kf_clock_ms() + PURGE_MS))
        return;
    /* No report came: they end without. */
    kf_backlog_abort(&producer->backlog);
    atomic_store(&producer->aborted, true);
    kf_outlets_wake(producer);
    kf_backlog_await(&producer->backlog, kf_backlog_mark(&producer->backlog), INT64_MAX);
    await_calls(producer, INT64_MAX);
}

/* Reports that come too late for their callers are still to be taken: they free what they are
 * about. They come by librdkafka's own timeout at the latest. */
static void take_late_reports(struct kaffe_producer *producer)
{
    int64_t deadline_ms = kf_clock_ms() + producer->settings.options.delivery_timeout_ms;
    kf_outlets_purge(producer);
    while (!kf_outlets_idle(producer) && kf_clock_ms() < deadline_ms)
        poll(NULL, 0, 1);
}

/* Nobody is inside, all have been told, nothing is logged. */
static void finish(void *arg)
{
    struct kaffe_producer *producer = arg;
    if (!kf_outlets_idle(producer))
        take_late_reports(producer);
    pthread_join(producer->clerk, NULL);
    kf_producer_discard(producer);
}

/* What is left is ours alone. It ends at once, mostly; but an answer that is waited for, or the
 * lookup of a host name, may hold librdkafka up, and then it ends by itself. */
static void leave(struct kaffe_producer *producer, int64_t deadline_ms)
{
    int64_t least_ms = kf_clock_ms() + LAST_MS;
    kf_outlets_mute(producer);
    kf_thread_finish("kaffe-gone", finish, producer,
                     deadline_ms > least_ms ? deadline_ms : least_ms);
}

kaffe_status kaffe_producer_free(kaffe_producer *producer)
{
    size_t waiting;
    size_t failed;
    if (!producer)
        return KAFFE_OK;
    if (kf_producer_calls_back(producer))
        return KAFFE_INVALID;
    begin_closing(producer);
    int64_t deadline_ms = kf_clock_ms() + producer->settings.options.shutdown_timeout_ms;
    if (!drain(producer, deadline_ms - purge_ms(producer)))
        end_the_rest(producer);
    kf_backlog_count(&producer->backlog, UINT64_MAX, &waiting, &failed);
    size_t unwritten = waiting + failed;
    kf_log_flush(&producer->settings.log);
    kf_log(&producer->settings.log, unwritten > 0 ? KAFFE_LOG_WARN : KAFFE_LOG_INFO,
           "producer.closed", "unwritten=%zu", unwritten);
    leave(producer, deadline_ms);
    return unwritten > 0 ? KAFFE_NOT_WRITTEN : KAFFE_OK;
}
