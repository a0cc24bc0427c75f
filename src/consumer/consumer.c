/* SPDX-License-Identifier: MIT
 * The consumer's handle: new, start, stop, wait, free, count. What runs is put together here; what
 * it does is the control thread's and the workers'. */
#include "client_settings.h"
#include "clock.h"
#include "consumer_state.h"
#include "control.h"
#include "error.h"
#include "log.h"
#include "memory_plan.h"
#include "message.h"
#include "source.h"
#include "thread.h"
#include "turn.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- making and freeing ------------------------------------------------------------------- */

static void on_fetch_reachable(void *ctx, kaffe_status status, const char *why)
{
    kf_control_reachable(ctx, KF_PLANE_FETCH, status, why);
}

static struct kf_memory_plan plan_of(const kaffe_consumer *consumer)
{
    return kf_memory_plan_of(&consumer->settings.options, sizeof(struct kf_message));
}

static kaffe_status make_fetcher(kaffe_consumer *consumer, kaffe_error *err)
{
    const kaffe_consumer_options *options = &consumer->settings.options;
    struct kf_fetcher_settings settings = { .endpoints = &consumer->settings.endpoints,
                                            .client_id = options->client_id,
                                            .max_bytes = (int32_t)options->max_bytes,
                                            .memory_bytes = plan_of(consumer).fetched_bytes,
                                            .min_bytes = (int32_t)options->min_bytes,
                                            .max_wait_ms = (int32_t)options->max_wait_time_ms,
                                            .connection = kf_connection_settings_of(
                                                options->kafka, options->kafka_count),
                                            .security = &consumer->settings.security,
                                            .client_rack = options->client_rack,
                                            .reachable = on_fetch_reachable,
                                            .ctx = consumer };
    consumer->fetcher = kf_fetcher_new(&settings, &consumer->settings.log, err);
    return consumer->fetcher ? KAFFE_OK : KAFFE_NO_MEMORY;
}

/* No thread of its own runs any more. */
static void destroy(kaffe_consumer *consumer)
{
    consumer->source->close(consumer);
    for (size_t i = 0; i < consumer->late.count; i++)
        kf_partition_free(consumer->late.items[i]);
    kf_flights_fini(&consumer->flights);
    kf_fetcher_free(consumer->fetcher);
    free(consumer->assigned.items);
    free(consumer->late.items);
    free(consumer->in_commit.items);
    kf_dead_letters_fini(&consumer->dead_letters);
    kf_health_fini(&consumer->health);
    kf_scratches_fini(&consumer->scratches);
    kf_pool_fini(&consumer->pool);
    pthread_cond_destroy(&consumer->stopped);
    pthread_mutex_destroy(&consumer->lock);
    if (consumer->wake_fd >= 0)
        close(consumer->wake_fd);
    kf_reader_settings_fini(&consumer->reader);
    kf_consumer_settings_fini(&consumer->settings);
    free(consumer);
}

static void task_stopped(struct kf_task *task, void *ctx)
{
    (void)task;
    kf_consumer_tell(ctx);
}

static void abandoned(void *ctx)
{
    destroy(ctx);
}

static kaffe_status init(kaffe_consumer *consumer, kaffe_error *err)
{
    const struct kf_pool_work work = { .open = kf_worker_open,
                                       .turn = kf_turn,
                                       .stopped = task_stopped,
                                       .close = kf_worker_close,
                                       .abandoned = abandoned,
                                       .worker_size = sizeof(struct kf_turn_worker),
                                       .ctx = consumer };
    consumer->stop_deadline_ms = INT64_MAX;
    consumer->wake_fd = kf_wake_open();
    pthread_mutex_init(&consumer->lock, NULL);
    kf_cond_init(&consumer->stopped);
    kf_dead_letters_init(&consumer->dead_letters, &consumer->settings);
    kf_health_init(&consumer->health);
    kf_scratches_init(&consumer->scratches, plan_of(consumer).decompressed_bytes,
                      kf_partition_granted);
    consumer->max_batch_count = plan_of(consumer).batch_count;
    kaffe_status status = kf_pool_init(&consumer->pool, &work, err);
    if (status != KAFFE_OK)
        return status;
    if (consumer->wake_fd < 0)
        return kf_error_set(err, KAFFE_NO_MEMORY,
                            "no descriptor is left: raise the limit of open "
                            "files (ulimit -n)");
    return make_fetcher(consumer, err);
}

/* The settings' own log is there only when all is well; the caller's function is there already. */
static void log_problem(const char *problem, void *ctx)
{
    char text[512];
    const kaffe_consumer *consumer = ctx;
    const kaffe_consumer_options *options = &consumer->settings.options;
    const struct kf_log log = { .write = options->log,
                                .ctx = options->log_ctx,
                                .json = kf_log_is_json(options->log_format) };
    kf_log(&log, KAFFE_LOG_ERROR, "options.invalid", "section=%s error=\"%s\"",
           consumer->source->section, kf_log_quote(text, sizeof text, problem));
}

static kaffe_consumer *allocate(const struct kf_source *source, kaffe_error *err)
{
    kaffe_consumer *consumer = calloc(1, sizeof *consumer);
    if (consumer)
        consumer->source = source;
    else
        kf_error_no_memory(err);
    return consumer;
}

/* Its settings are there. */
static kaffe_consumer *complete(kaffe_consumer *consumer, const char *name, kaffe_error *err)
{
    consumer->name = name;
    if (init(consumer, err) != KAFFE_OK) {
        destroy(consumer);
        return NULL;
    }
    kf_error_ok(err);
    return consumer;
}

kaffe_consumer *kaffe_consumer_new_sized(const kaffe_consumer_options *options, size_t options_size,
                                         kaffe_error *err)
{
    kaffe_consumer *consumer = allocate(&kf_membership, err);
    if (!consumer)
        return NULL;
    if (kf_consumer_settings_init(&consumer->settings, options, options_size, log_problem, consumer,
                                  err) != KAFFE_OK) {
        free(consumer);
        return NULL;
    }
    return complete(consumer, consumer->settings.options.consumer_group, err);
}

kaffe_consumer *kaffe_reader_new_sized(const kaffe_reader_options *options, size_t options_size,
                                       kaffe_error *err)
{
    kaffe_consumer *consumer = allocate(&kf_selection, err);
    if (!consumer)
        return NULL;
    if (kf_reader_settings_init(&consumer->reader, &consumer->settings, options, options_size,
                                log_problem, consumer, err) != KAFFE_OK) {
        free(consumer);
        return NULL;
    }
    kf_quota_init(&consumer->quota, consumer->reader.max_count);
    return complete(consumer, consumer->settings.options.topics, err);
}

kaffe_status kaffe_consumer_free(kaffe_consumer *consumer)
{
    if (!consumer)
        return KAFFE_OK;
    if (kf_consumer_is_inside(consumer))
        return KAFFE_INVALID;
    pthread_mutex_lock(&consumer->lock);
    bool started = consumer->state != KF_CONSUMER_NEW;
    pthread_mutex_unlock(&consumer->lock);
    if (started) {
        kaffe_consumer_stop(consumer);
        pthread_join(consumer->control, NULL); /* it keeps to shutdown_timeout_ms */
        /* All streams are closed; only a handler's own thread is ever left behind. */
        kf_fetcher_free(consumer->fetcher);
        consumer->fetcher = NULL;
        if (kf_pool_abandon(&consumer->pool))
            return KAFFE_TIMED_OUT;
    }
    destroy(consumer);
    return KAFFE_OK;
}

/* --- running ------------------------------------------------------------------------------ */

static kaffe_status start_locked(kaffe_consumer *consumer, kaffe_error *err)
{
    if (consumer->tried)
        return kf_error_set(err, KAFFE_INVALID, "the consumer was started before");
    if (atomic_load(&consumer->stop_requested))
        return kf_error_set(err, KAFFE_CLOSED, "the consumer was stopped before");
    kaffe_error why;
    consumer->tried = true;
    kf_health_begin(&consumer->health);
    kaffe_status status = kf_fetcher_start(consumer->fetcher, &why);
    if (status == KAFFE_OK)
        status = consumer->source->open(consumer, &why);
    if (status == KAFFE_OK &&
        kf_thread_start(&consumer->control, "kaffe-control", kf_control_run, consumer) != 0)
        status = kf_error_set(&why, KAFFE_NO_MEMORY,
                              "the control thread can not be started: raise the limit of threads");
    if (err)
        *err = why;
    if (status == KAFFE_OK)
        consumer->state = KF_CONSUMER_RUNNING;
    else
        kf_health_end(&consumer->health, &why);
    return status;
}

kaffe_status kaffe_consumer_start(kaffe_consumer *consumer, kaffe_error *err)
{
    pthread_mutex_lock(&consumer->lock);
    kaffe_status status = start_locked(consumer, err);
    pthread_mutex_unlock(&consumer->lock);
    return status;
}

void kaffe_consumer_stop(kaffe_consumer *consumer)
{
    kf_consumer_request_stop(consumer);
}

static kaffe_status outcome_locked(const kaffe_consumer *consumer, kaffe_error *err)
{
    if (consumer->failure.status != KAFFE_OK) {
        if (err)
            *err = consumer->failure;
        return consumer->failure.status;
    }
    if (consumer->left_work)
        return kf_error_set_kafka(err, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL,
                                  "stopped within shutdown_timeout_ms = %lld, but %s (handlers "
                                  "still running: %lld, messages not acknowledged: %lld, finished "
                                  "and not committed: %lld)",
                                  (long long)consumer->settings.options.shutdown_timeout_ms,
                                  consumer->source->left_work, (long long)consumer->left.handlers,
                                  (long long)consumer->left.unacknowledged,
                                  (long long)consumer->left.uncommitted);
    return kf_error_ok(err);
}

kaffe_status kaffe_consumer_wait(kaffe_consumer *consumer, int64_t timeout_ms, kaffe_error *err)
{
    if (kf_consumer_is_inside(consumer))
        return kf_error_set(err, KAFFE_INVALID, "a callback can not wait for its own consumer");
    int64_t now_ms = kf_clock_ms();
    bool endless = timeout_ms < 0 || timeout_ms > INT64_MAX - now_ms;
    int64_t deadline_ms = endless ? INT64_MAX : now_ms + timeout_ms;
    pthread_mutex_lock(&consumer->lock);
    while (consumer->state == KF_CONSUMER_RUNNING) {
        if (deadline_ms == INT64_MAX)
            pthread_cond_wait(&consumer->stopped, &consumer->lock);
        else if (!kf_cond_wait_until(&consumer->stopped, &consumer->lock, deadline_ms))
            break;
    }
    kaffe_status status;
    if (consumer->state == KF_CONSUMER_NEW)
        status = kf_error_set(err, KAFFE_INVALID, "the consumer was never started");
    else if (consumer->state == KF_CONSUMER_RUNNING)
        status = kf_error_set(err, KAFFE_TIMED_OUT, "still running after %lld ms",
                              (long long)timeout_ms);
    else
        status = outcome_locked(consumer, err);
    pthread_mutex_unlock(&consumer->lock);
    return status;
}

void kaffe_consumer_count_sized(kaffe_consumer *consumer, kaffe_consumer_counters *counters,
                                size_t counters_size)
{
    const struct kf_counters *from = &consumer->counters;
    struct kf_fetcher_counters fetched = { 0 };
    if (consumer->fetcher)
        kf_fetcher_count(consumer->fetcher, &fetched);
    size_t unacknowledged;
    size_t overdue;
    kf_flights_count(&consumer->flights, &unacknowledged, &overdue);
    kaffe_consumer_counters now = {
        .messages_handled = atomic_load(&from->messages_handled),
        .failures = atomic_load(&from->failures),
        .late_finishes = atomic_load(&from->late_finishes),
        .assignments = atomic_load(&from->assignments),
        .revocations = atomic_load(&from->revocations),
        .revocations_unclean = atomic_load(&from->revocations_unclean),
        .commits = atomic_load(&from->commits),
        .commit_failures = atomic_load(&from->commit_failures),
        .stale_responses = fetched.stale_responses,
        .corrupt_batches = atomic_load(&from->corrupt_batches),
        .offset_resets = atomic_load(&from->offset_resets),
        .partitions = atomic_load(&from->partitions),
        .workers = (int64_t)kf_pool_size(&consumer->pool),
        .fetched_bytes = fetched.held_bytes,
        .skipped = atomic_load(&from->skipped),
        .dead_letters = atomic_load(&from->dead_letters),
        .dead_letters_waiting = atomic_load(&from->dead_letters_waiting),
        .handler_timeouts = atomic_load(&from->handler_timeouts),
        .handlers_overdue = atomic_load(&from->handlers_overdue),
        .memory_used_bytes =
            fetched.memory_bytes + (int64_t)kf_scratches_used(&consumer->scratches),
        .memory_waits = fetched.memory_waits + kf_scratches_waits(&consumer->scratches),
        .unacknowledged = (int64_t)unacknowledged,
        .acks_overdue = (int64_t)overdue,
        .acks_repeated = atomic_load(&from->acks_repeated),
        .acks_outdated = atomic_load(&from->acks_outdated),
        .acks_after_revoke = atomic_load(&from->acks_after_revoke),
        .acks_after_stop = atomic_load(&from->acks_after_stop)
    };
    memset(counters, 0, counters_size);
    memcpy(counters, &now, counters_size < sizeof now ? counters_size : sizeof now);
}
