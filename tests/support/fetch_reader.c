/* SPDX-License-Identifier: MIT */
#include "fetch_reader.h"

#include "clock.h"
#include "list_offsets.h"
#include "record_batch.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 30000

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fetch reader: %s\n", what);
    abort();
}

static void count(struct fetch_reader *reader, int *counter)
{
    pthread_mutex_lock(&reader->lock);
    (*counter)++;
    pthread_cond_broadcast(&reader->told);
    pthread_mutex_unlock(&reader->lock);
}

static void on_reachable(void *ctx, kaffe_status status, const char *why)
{
    struct fetch_reader *reader = ctx;
    pthread_mutex_lock(&reader->lock);
    if (why)
        snprintf(reader->why, sizeof reader->why, "%s", why);
    reader->status = status;
    pthread_mutex_unlock(&reader->lock);
    count(reader, status == KAFFE_OK ? &reader->reachable : &reader->unreachable);
}

static void on_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct fetch_reader *reader = ctx;
    if (getenv("FETCH_LOG"))
        fprintf(stderr, "%lld %d %s %s\n", (long long)kf_clock_ms(), (int)level, event, fields);
    if (strcmp(event, "broker.disconnected") == 0)
        count(reader, &reader->disconnected);
    if (level > KAFFE_LOG_WARN)
        return;
    pthread_mutex_lock(&reader->lock);
    size_t used = strlen(reader->events);
    snprintf(reader->events + used, sizeof reader->events - used, "%s %s\n", event, fields);
    pthread_cond_broadcast(&reader->told);
    pthread_mutex_unlock(&reader->lock);
}

void fetch_reader_init(struct fetch_reader *reader, const char *endpoints)
{
    kaffe_error err;
    *reader = (struct fetch_reader){ 0 };
    pthread_mutex_init(&reader->lock, NULL);
    require(kf_cond_init(&reader->told) == 0, "no condition");
    require(kf_endpoints_parse(&reader->endpoints, endpoints, &err) == KAFFE_OK, endpoints);
    reader->log = (struct kf_log){ .write = on_log, .ctx = reader };
    reader->settings = (struct kf_fetcher_settings){
        .endpoints = &reader->endpoints,
        .client_id = "fetch-reader",
        .max_bytes = 100000,
        .min_bytes = 1,
        .max_wait_ms = 500,
        .connection = kf_connection_settings_of(NULL, 0),
        .reachable = on_reachable,
        .ctx = reader,
    };
    reader->settings.connection.reconnect_backoff_ms = 20;
    reader->settings.connection.reconnect_backoff_max_ms = 500;
}

void fetch_reader_start(struct fetch_reader *reader)
{
    kaffe_error err;
    reader->fetcher = kf_fetcher_new(&reader->settings, &reader->log, &err);
    require(reader->fetcher != NULL, err.message);
    require(kf_fetcher_start(reader->fetcher, &err) == KAFFE_OK, err.message);
}

void fetch_reader_stop(struct fetch_reader *reader)
{
    kf_fetcher_free(reader->fetcher);
    kf_endpoints_fini(&reader->endpoints);
    pthread_cond_destroy(&reader->told);
    pthread_mutex_destroy(&reader->lock);
}

static void on_ready(void *ctx)
{
    struct fetch_stream *stream = ctx;
    count(stream->reader, &stream->ready);
}

static void on_located(void *ctx, int64_t offset)
{
    struct fetch_stream *stream = ctx;
    stream->offset = offset;
    count(stream->reader, &stream->located);
}

static void on_out_of_range(void *ctx, int64_t offset)
{
    struct fetch_stream *stream = ctx;
    stream->offset = offset;
    count(stream->reader, &stream->out_of_range);
}

static void on_gap(void *ctx, int64_t offset, int64_t end)
{
    struct fetch_stream *stream = ctx;
    pthread_mutex_lock(&stream->reader->lock);
    if (stream->gaps == 0) { /* it is told again while nobody goes on behind it */
        stream->offset = offset;
        stream->gap_end = end;
    }
    pthread_mutex_unlock(&stream->reader->lock);
    count(stream->reader, &stream->gaps);
}

static void on_counted(void *ctx, int32_t partition_count, int16_t code)
{
    struct fetch_stream *stream = ctx;
    pthread_mutex_lock(&stream->reader->lock);
    stream->partition_count = partition_count;
    stream->code = code;
    pthread_mutex_unlock(&stream->reader->lock);
    count(stream->reader, &stream->counted);
}

void fetch_stream_open(struct fetch_stream *stream, struct fetch_reader *reader, const char *topic,
                       int32_t partition)
{
    static const struct kf_stream_events events = { .ready = on_ready,
                                                    .located = on_located,
                                                    .out_of_range = on_out_of_range,
                                                    .gap = on_gap,
                                                    .counted = on_counted };
    *stream = (struct fetch_stream){ .reader = reader };
    stream->stream = kf_stream_open(reader->fetcher, topic, partition, &events, stream);
    require(stream->stream != NULL, "no stream");
}

void fetch_stream_close(struct fetch_stream *stream)
{
    kf_stream_close(stream->stream);
    kf_stream_free(stream->stream);
}

void fetch_reader_await(struct fetch_reader *reader, const int *counter, int least)
{
    int64_t deadline_ms = kf_clock_ms() + TIMEOUT_MS;
    pthread_mutex_lock(&reader->lock);
    while (*counter < least)
        require(kf_cond_wait_until(&reader->told, &reader->lock, deadline_ms),
                "an event did not come");
    pthread_mutex_unlock(&reader->lock);
}

int64_t fetch_stream_locate(struct fetch_stream *stream, int64_t which)
{
    int before = stream->located;
    kf_stream_locate(stream->stream, which);
    fetch_reader_await(stream->reader, &stream->located, before + 1);
    return stream->offset;
}

struct kf_slice *fetch_stream_take(struct fetch_stream *stream)
{
    for (;;) {
        pthread_mutex_lock(&stream->reader->lock);
        int before = stream->ready;
        pthread_mutex_unlock(&stream->reader->lock);
        struct kf_slice *slices = kf_stream_take(stream->stream);
        if (slices)
            return slices;
        fetch_reader_await(stream->reader, &stream->ready, before + 1);
    }
}

void fetch_stream_release(struct fetch_stream *stream, struct kf_slice *slices)
{
    while (slices) {
        struct kf_slice *next = slices->next;
        kf_stream_release(stream->stream, slices);
        slices = next;
    }
}

size_t fetch_stream_drain(struct fetch_stream *stream, int64_t from, int64_t until)
{
    size_t bytes = 0;
    while (from < until) {
        struct kf_slice *slices = fetch_stream_take(stream);
        for (struct kf_slice *slice = slices; slice; slice = slice->next) {
            size_t whole;
            require(slice->from == from, "a gap between slices");
            from = kf_batches_next_offset(slice->data, slice->size, from, &whole);
            require(slice->next_offset == from, "a slice that ends elsewhere");
            bytes += whole;
        }
        fetch_stream_release(stream, slices);
    }
    return bytes;
}

int64_t fetch_reader_held(const struct fetch_reader *reader)
{
    struct kf_fetcher_counters counters;
    kf_fetcher_count(reader->fetcher, &counters);
    return counters.held_bytes;
}

int64_t fetch_reader_stale(const struct fetch_reader *reader)
{
    struct kf_fetcher_counters counters;
    kf_fetcher_count(reader->fetcher, &counters);
    return counters.stale_responses;
}

static int occurrences(const char *events, const char *text)
{
    int found = 0;
    for (const char *at = events; (at = strstr(at, text)); at += strlen(text))
        found++;
    return found;
}

int fetch_reader_logged(struct fetch_reader *reader, const char *text)
{
    pthread_mutex_lock(&reader->lock);
    int found = occurrences(reader->events, text);
    pthread_mutex_unlock(&reader->lock);
    return found;
}

void fetch_reader_await_log(struct fetch_reader *reader, const char *text)
{
    int64_t deadline_ms = kf_clock_ms() + TIMEOUT_MS;
    pthread_mutex_lock(&reader->lock);
    while (occurrences(reader->events, text) == 0)
        require(kf_cond_wait_until(&reader->told, &reader->lock, deadline_ms), text);
    pthread_mutex_unlock(&reader->lock);
}
