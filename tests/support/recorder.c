/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include "clock.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t patience_ms = 60000;

struct recorder *recorder_new(void)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    assert_non_null(recorder);
    pthread_mutex_init(&recorder->lock, NULL);
    kf_cond_init(&recorder->changed);
    recorder->fail_partition = -1;
    recorder->block_partition = -1;
    recorder->fail_words = "not today";
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    pthread_cond_destroy(&recorder->changed);
    pthread_mutex_destroy(&recorder->lock);
    free(recorder->log);
    free(recorder);
}

int recorder_start_broker(void **state, const char *topics)
{
    kaffe_error err;
    *state = kaffe_mock_broker_new(topics, &err);
    if (!*state)
        print_error("%s\n", err.message);
    return *state ? 0 : -1;
}

int recorder_stop_broker(void **state)
{
    kaffe_mock_broker_free(*state);
    return 0;
}

static void write_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct recorder *recorder = ctx;
    if (level == KAFFE_LOG_DEBUG)
        return;
    pthread_mutex_lock(&recorder->lock);
    size_t more = strlen(event) + strlen(fields) + 3;
    char *log = realloc(recorder->log, recorder->log_size + more);
    if (log) {
        recorder->log = log;
        recorder->log_size +=
            (size_t)snprintf(log + recorder->log_size, more, "%s %s\n", event, fields);
        pthread_cond_broadcast(&recorder->changed);
    }
    pthread_mutex_unlock(&recorder->lock);
}

static void assigned(const char *topic, int32_t partition, void *ctx)
{
    (void)topic, (void)partition;
    struct recorder *recorder = ctx;
    pthread_mutex_lock(&recorder->lock);
    recorder->assigned++;
    pthread_cond_broadcast(&recorder->changed);
    pthread_mutex_unlock(&recorder->lock);
}

static void revoked(const char *topic, int32_t partition, void *ctx)
{
    (void)topic, (void)partition;
    struct recorder *recorder = ctx;
    pthread_mutex_lock(&recorder->lock);
    recorder->revoked++;
    pthread_cond_broadcast(&recorder->changed);
    pthread_mutex_unlock(&recorder->lock);
}

kaffe_consumer_options recorder_options(struct recorder *recorder, const char *endpoints,
                                        const char *topics, const char *group)
{
    return (kaffe_consumer_options){ .endpoints = endpoints,
                                     .topics = topics,
                                     .consumer_group = group,
                                     .handle_message = recorder_handle_message,
                                     .ctx = recorder,
                                     .partition_assigned = assigned,
                                     .partition_revoked = revoked,
                                     .log = write_log,
                                     .log_ctx = recorder,
                                     .start_with_earliest_message = true,
                                     .max_wait_time_ms = 20, /* the mock cluster never wakes up */
                                     .session_timeout_ms = 4000, /* a second join waits for it */
                                     .heartbeat_interval_ms = 300,
                                     .offset_commit_interval_ms = 100,
                                     .retry_backoff_ms = 10,
                                     .retry_backoff_max_ms = 40 };
}

kaffe_reader_options recorder_reader_options(struct recorder *recorder, const char *endpoints,
                                             const char *topics)
{
    return (kaffe_reader_options){ .endpoints = endpoints,
                                   .topics = topics,
                                   .handle_message = recorder_handle_message,
                                   .ctx = recorder,
                                   .log = write_log,
                                   .log_ctx = recorder,
                                   .max_wait_time_ms = 20,
                                   .retry_backoff_ms = 10,
                                   .retry_backoff_max_ms = 40 };
}

static void note_locked(struct recorder *recorder, const kaffe_message *m, size_t batch_count)
{
    assert_true(recorder->count < RECORDER_MAX);
    struct recorder_entry *entry = &recorder->entries[recorder->count];
    *entry = (struct recorder_entry){ .offset = m->offset,
                                      .order = (int64_t)recorder->count,
                                      .thread = pthread_self(),
                                      .partition = m->partition,
                                      .attempt = m->attempt,
                                      .batch_count = batch_count };
    snprintf(entry->value, sizeof entry->value, "%.*s", KAFFE_TEXT(m->value));
    recorder->count++;
}

static void begin_locked(struct recorder *recorder, int32_t partition)
{
    if (recorder->running_in[partition]++ > 0)
        recorder->overlap = true;
    if (++recorder->running > recorder->running_max)
        recorder->running_max = recorder->running;
    pthread_cond_broadcast(&recorder->changed);
    while (recorder->block_partition == partition || recorder->block_partition == -2)
        pthread_cond_wait(&recorder->changed, &recorder->lock);
}

static void end_locked(struct recorder *recorder, int32_t partition)
{
    recorder->running_in[partition]--;
    recorder->running--;
    pthread_cond_broadcast(&recorder->changed);
}

static bool fails_locked(struct recorder *recorder, const kaffe_message *m)
{
    if (recorder->fail_partition != m->partition || recorder->fail_offset != m->offset ||
        recorder->fail_times == 0)
        return false;
    if (recorder->fail_times > 0)
        recorder->fail_times--;
    return true;
}

kaffe_status recorder_handle_message(const kaffe_message *m, void *ctx)
{
    struct recorder *recorder = ctx;
    pthread_mutex_lock(&recorder->lock);
    begin_locked(recorder, m->partition);
    note_locked(recorder, m, 0);
    bool fails = fails_locked(recorder, m);
    recorder->handled += !fails;
    end_locked(recorder, m->partition);
    pthread_mutex_unlock(&recorder->lock);
    return fails ? kaffe_fail(m, "%s", recorder->fail_words) : KAFFE_OK;
}

kaffe_status recorder_handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct recorder *recorder = ctx;
    const kaffe_message *culprit = NULL;
    size_t count = kaffe_batch_count(batch);
    size_t done = count;
    pthread_mutex_lock(&recorder->lock);
    begin_locked(recorder, kaffe_batch_partition(batch));
    for (size_t i = 0; i < count; i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        note_locked(recorder, m, count);
        if (culprit || !fails_locked(recorder, m))
            continue;
        culprit = m;
        done = i;
    }
    recorder->handled += done;
    end_locked(recorder, kaffe_batch_partition(batch));
    pthread_mutex_unlock(&recorder->lock);
    return culprit ? kaffe_fail(culprit, "%s", recorder->fail_words) : KAFFE_OK;
}

static void wait_locked(struct recorder *recorder, int64_t deadline_ms, const char *what)
{
    if (kf_cond_wait_until(&recorder->changed, &recorder->lock, deadline_ms))
        return;
    print_error("%s; handed out %zu, handled %zu, running %d; log:\n%s\n", what, recorder->count,
                recorder->handled, recorder->running, recorder->log ? recorder->log : "");
    fail_msg("%s did not come", what);
}

void recorder_await_handled(struct recorder *recorder, size_t count)
{
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    pthread_mutex_lock(&recorder->lock);
    while (recorder->handled < count)
        wait_locked(recorder, deadline_ms, "so many handled messages");
    pthread_mutex_unlock(&recorder->lock);
}

void recorder_await_running(struct recorder *recorder, int count)
{
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    pthread_mutex_lock(&recorder->lock);
    while (recorder->running < count)
        wait_locked(recorder, deadline_ms, "so many running handlers");
    pthread_mutex_unlock(&recorder->lock);
}

/* A line with both. */
static bool has_line_locked(const struct recorder *recorder, const char *event, const char *fields)
{
    size_t size = strlen(event);
    for (const char *line = recorder->log; line && *line;) {
        const char *end = strchr(line, '\n');
        const char *found = strncmp(line, event, size) == 0 ? strstr(line, fields) : NULL;
        if (found && found < end)
            return true;
        line = end + 1;
    }
    return false;
}

void recorder_await_log(struct recorder *recorder, const char *event, const char *fields)
{
    char what[300];
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    snprintf(what, sizeof what, "log line \"%s ... %s\"", event, fields);
    pthread_mutex_lock(&recorder->lock);
    while (!has_line_locked(recorder, event, fields))
        wait_locked(recorder, deadline_ms, what);
    pthread_mutex_unlock(&recorder->lock);
}

size_t recorder_log_count(struct recorder *recorder, const char *text)
{
    size_t count = 0;
    pthread_mutex_lock(&recorder->lock);
    for (const char *at = recorder->log; at && (at = strstr(at, text)); at++)
        count++;
    pthread_mutex_unlock(&recorder->lock);
    return count;
}

void recorder_unblock(struct recorder *recorder)
{
    pthread_mutex_lock(&recorder->lock);
    recorder->block_partition = -1;
    pthread_cond_broadcast(&recorder->changed);
    pthread_mutex_unlock(&recorder->lock);
}

void recorder_assert_in_order(struct recorder *recorder, int32_t partition, int64_t first,
                              int64_t count)
{
    int64_t next = first;
    pthread_mutex_lock(&recorder->lock);
    for (size_t i = 0; i < recorder->count; i++) {
        const struct recorder_entry *entry = &recorder->entries[i];
        if (entry->partition != partition)
            continue;
        if (entry->attempt > 1 && entry->offset < next) /* a batch that comes again */
            next = entry->offset;
        if (entry->attempt == 1 || entry->offset >= next) {
            assert_int_equal(entry->offset, next);
            next++;
        }
    }
    assert_int_equal(next, first + count);
    assert_false(recorder->overlap);
    pthread_mutex_unlock(&recorder->lock);
}

kaffe_consumer *recorder_start(const kaffe_consumer_options *options)
{
    kaffe_error err;
    kaffe_consumer *consumer = kaffe_consumer_new(options, &err);
    if (!consumer || kaffe_consumer_start(consumer, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    return consumer;
}

kaffe_consumer *recorder_start_reader(const kaffe_reader_options *options)
{
    kaffe_error err;
    kaffe_consumer *reader = kaffe_reader_new(options, &err);
    if (!reader || kaffe_consumer_start(reader, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    return reader;
}

void recorder_await_end(kaffe_consumer *reader)
{
    kaffe_error err;
    if (kaffe_consumer_wait(reader, patience_ms, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(kaffe_consumer_free(reader), KAFFE_OK);
}

void recorder_await_failure(kaffe_consumer *consumer, kaffe_error *err)
{
    kaffe_status status = kaffe_consumer_wait(consumer, patience_ms, err);
    if (status == KAFFE_OK || (status == KAFFE_TIMED_OUT && err->flags == 0))
        fail_msg("no failure: \"%s\"", err->message);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
}

void recorder_stop(kaffe_consumer *consumer)
{
    kaffe_error err;
    kaffe_consumer_stop(consumer);
    if (kaffe_consumer_wait(consumer, patience_ms, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
}

void recorder_stop_after_rebalance(kaffe_consumer *consumer)
{
    kaffe_error err;
    kaffe_consumer_stop(consumer);
    if (kaffe_consumer_wait(consumer, patience_ms, &err) != KAFFE_OK)
        assert_int_equal(err.status, KAFFE_TIMED_OUT);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
}

void recorder_produce(const char *endpoints, const char *topic, int32_t partition, int count)
{
    kaffe_error err;
    kaffe_producer_options options = { .endpoints = endpoints };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    char(*texts)[12] = calloc((size_t)count, sizeof *texts);
    kaffe_record *records = calloc((size_t)count, sizeof *records);
    assert_true(texts && records);
    for (int i = 0; i < count; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", i);
        records[i].value = kaffe_text(texts[i]);
    }
    if (kaffe_produce_batch(producer, topic, partition, records, (size_t)count, NULL, &err) !=
        KAFFE_OK)
        fail_msg("%s", err.message);
    kaffe_producer_free(producer);
    free(records);
    free(texts);
}
