/* SPDX-License-Identifier: MIT
 * Decides how librdkafka is set up to produce, and what its delivery reports mean. Reports are
 * taken as events, so that a flush in another thread never runs a callback there. */
#include "outlet.h"

#include "clock.h"
#include "connection.h"
#include "error.h"
#include "login_trouble.h"
#include "response.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_MS 50 /* for a user's callback that runs */
#define MESSAGES_MAX 10000000 /* librdkafka's largest; bytes are what bounds a queue here */

/* librdkafka looks for old messages once a second: it has to begin before the caller's time is up
 * to end with an answer instead of a guess. */
static int64_t message_timeout_ms(int64_t delivery_timeout_ms)
{
    int64_t early_ms = delivery_timeout_ms - 1500;
    int64_t half_ms = delivery_timeout_ms / 2 + 1;
    return early_ms > half_ms ? early_ms : half_ms;
}

static kaffe_status configure(rd_kafka_conf_t *conf, const kaffe_producer_options *options,
                              int64_t linger_ms, kaffe_error *err)
{
    const struct kf_property words[] = {
        { "enable.idempotence", "true" }, /* and acks from all in-sync replicas */
        { "compression.codec", options->compression },
    };
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        { "linger.ms", linger_ms },
        { "message.timeout.ms", message_timeout_ms(options->delivery_timeout_ms) },
        { "message.max.bytes", options->max_message_bytes },
        { "queue.buffering.max.messages", MESSAGES_MAX },
        /* The backlog counts more exactly, so it is never this that says "full" to kaffe_produce.
         */
        { "queue.buffering.max.kbytes", options->queue_max_bytes / 1024 + 1024 },
    };
    kaffe_status status = kf_connection_set(conf, words, sizeof words / sizeof words[0], err);
    for (size_t i = 0; status == KAFFE_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        status = kf_connection_set_number(conf, numbers[i].name, numbers[i].value, err);
    if (status == KAFFE_OK)
        status = kf_connection_set_properties(conf, options->kafka, options->kafka_count, err);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    return status;
}

static kaffe_status failed_status(const rd_kafka_message_t *m, int32_t code)
{
    if (rd_kafka_message_status(m) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
        return KAFFE_MAYBE_WRITTEN;
    return kf_response_status(code) == KAFFE_DENIED ? KAFFE_DENIED : KAFFE_NOT_WRITTEN;
}

static kaffe_result result_of(const struct kf_outlet *outlet, const rd_kafka_message_t *m)
{
    if (!m->err)
        return (kaffe_result){ .partition = m->partition, .offset = m->offset };
    /* When an outlet dies it purges its queue; the reason is what killed it. */
    int32_t code = kf_outlet_fatal(outlet, NULL, 0);
    if (!code ||
        (m->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE && m->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT &&
         m->err != RD_KAFKA_RESP_ERR__FATAL))
        code = m->err;
    return (kaffe_result){ .status = failed_status(m, code),
                           .kafka_code = code,
                           .partition = m->partition,
                           .offset = -1 };
}

static void report(struct kf_outlet *outlet, rd_kafka_event_t *event)
{
    const rd_kafka_message_t *m;
    while ((m = rd_kafka_event_message_next(event))) {
        kaffe_result result = result_of(outlet, m);
        outlet->hooks.ended(outlet->ctx, m->_private, &result);
    }
}

static bool is_connection(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           kf_response_is_login(code);
}

static void handle_error(struct kf_outlet *outlet, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    char text[600];
    snprintf(text, sizeof text, "%s", rd_kafka_event_error_string(event));
    kf_connection_hide(&outlet->owner, text);
    if (is_connection(code)) {
        bool refused = kf_handle_login_trouble(&outlet->owner.login, code, text, outlet->trouble,
                                               sizeof outlet->trouble);
        outlet->refused = refused ? RD_KAFKA_RESP_ERR__AUTHENTICATION : 0;
    } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        outlet->hooks.unreachable(outlet->ctx, outlet->refused,
                                  outlet->trouble[0] ? outlet->trouble : text);
    }
}

static void handle(struct kf_outlet *outlet, rd_kafka_event_t *event)
{
    rd_kafka_event_type_t type = rd_kafka_event_type(event);
    if (type == RD_KAFKA_EVENT_DR)
        report(outlet, event);
    else if (type == RD_KAFKA_EVENT_ERROR)
        handle_error(outlet, event);
    rd_kafka_event_destroy(event);
}

/* @return how long to wait for a report before the next tick */
static int tick(const struct kf_outlet *outlet)
{
    int64_t next_ms = outlet->hooks.tick ? outlet->hooks.tick(outlet->ctx) : INT64_MAX;
    if (next_ms == INT64_MAX)
        return outlet->hooks.poll_ms;
    int64_t wait_ms = next_ms - kf_clock_ms();
    if (wait_ms > outlet->hooks.poll_ms)
        return outlet->hooks.poll_ms;
    return wait_ms > 0 ? (int)wait_ms : 0;
}

static void *run(void *arg)
{
    struct kf_outlet *outlet = arg;
    rd_kafka_event_t *event;
    int wait_ms = 0;
    while (!atomic_load(&outlet->stopping)) {
        event = rd_kafka_queue_poll(outlet->queue, wait_ms);
        if (event)
            handle(outlet, event);
        wait_ms = tick(outlet);
    }
    while ((event = rd_kafka_queue_poll(outlet->queue, 0)))
        handle(outlet, event);
    return NULL;
}

static kaffe_status open_handle(struct kf_outlet *outlet,
                                const struct kf_producer_settings *settings, int64_t linger_ms,
                                kaffe_error *err)
{
    const kaffe_producer_options *options = &settings->options;
    outlet->owner.log = settings->log;
    outlet->owner.properties = options->kafka;
    outlet->owner.property_count = options->kafka_count;
    rd_kafka_conf_t *conf =
        kf_connection_conf(options->endpoints, options->client_id, &outlet->owner, err);
    if (!conf)
        return KAFFE_INVALID;
    if (configure(conf, options, linger_ms, err) != KAFFE_OK) {
        kf_handle_login_configured(&outlet->owner.login);
        rd_kafka_conf_destroy(conf);
        return KAFFE_INVALID;
    }
    outlet->rk = kf_connection_open(RD_KAFKA_PRODUCER, conf, &outlet->owner, err);
    if (!outlet->rk)
        return KAFFE_FAILED;
    outlet->queue = rd_kafka_queue_get_main(outlet->rk);
    return KAFFE_OK;
}

struct kf_outlet *kf_outlet_open(const struct kf_producer_settings *settings, int64_t linger_ms,
                                 const struct kf_outlet_hooks *hooks, void *ctx, kaffe_error *err)
{
    struct kf_outlet *outlet = calloc(1, sizeof *outlet);
    if (!outlet) {
        kf_error_no_memory(err);
        return NULL;
    }
    outlet->hooks = *hooks;
    outlet->ctx = ctx;
    outlet->opened_ms = kf_clock_ms();
    if (kf_handle_login_init(&outlet->owner.login, &settings->security, &settings->log) != 0) {
        free(outlet);
        kf_error_no_memory(err);
        return NULL;
    }
    if (open_handle(outlet, settings, linger_ms, err) != KAFFE_OK) {
        kf_handle_login_fini(&outlet->owner.login);
        free(outlet);
        return NULL;
    }
    int failed = kf_thread_start(&outlet->poller, "kaffe-produce", run, outlet);
    if (failed) {
        kf_error_set(err, KAFFE_NO_MEMORY, "a thread can not be had: %s", strerrordesc_np(failed));
        rd_kafka_queue_destroy(outlet->queue);
        rd_kafka_destroy(outlet->rk);
        kf_handle_login_fini(&outlet->owner.login);
        free(outlet);
        return NULL;
    }
    return outlet;
}

static bool make_room(struct kf_outlet *outlet, size_t index)
{
    if (index < outlet->topic_count)
        return true;
    size_t count = index + 16;
    rd_kafka_topic_t **topics = realloc(outlet->topics, count * sizeof *topics);
    if (!topics)
        return false;
    memset(topics + outlet->topic_count, 0, (count - outlet->topic_count) * sizeof *topics);
    outlet->topics = topics;
    outlet->topic_count = count;
    return true;
}

rd_kafka_topic_t *kf_outlet_topic_locked(struct kf_outlet *outlet, const char *name, size_t index)
{
    if (!make_room(outlet, index))
        return NULL;
    if (!outlet->topics[index])
        outlet->topics[index] = rd_kafka_topic_new(outlet->rk, name, NULL);
    return outlet->topics[index];
}

static rd_kafka_headers_t *headers_of(const kaffe_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        const kaffe_header *header = &record->headers[i];
        size_t value_size = header->value.data ? header->value.size : 0;
        rd_kafka_header_add(headers, header->name.data, (ssize_t)header->name.size,
                            header->value.data, (ssize_t)value_size);
    }
    return headers;
}

/* NOLINTNEXTLINE(readability-function-cognitive-complexity): librdkafka's macros hide branches */
int32_t kf_outlet_send(const struct kf_route *route, int32_t partition, const kaffe_record *record,
                       void *delivery)
{
    kaffe_bytes key = record->key;
    kaffe_bytes value = record->value;
    rd_kafka_headers_t *headers = record->header_count ? headers_of(record) : NULL;
    /* The cast takes nothing away: with F_COPY librdkafka only reads. */
    rd_kafka_resp_err_t code = rd_kafka_producev(
        route->outlet->rk, RD_KAFKA_V_RKT(route->topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data, key.data ? key.size : 0),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.data ? value.size : 0),
        RD_KAFKA_V_TIMESTAMP(record->timestamp_ms), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(delivery), RD_KAFKA_V_END);
    if (code && headers) /* ours still, as nothing was queued */
        rd_kafka_headers_destroy(headers);
    return code;
}

int32_t kf_outlet_fatal(const struct kf_outlet *outlet, char *text, size_t text_size)
{
    return rd_kafka_fatal_error(outlet->rk, text, text_size);
}

bool kf_outlet_idle(const struct kf_outlet *outlet)
{
    return rd_kafka_outq_len(outlet->rk) == 0;
}

void kf_outlet_flush(struct kf_outlet *outlet, int timeout_ms)
{
    rd_kafka_flush(outlet->rk, timeout_ms);
}

void kf_outlet_purge(struct kf_outlet *outlet)
{
    rd_kafka_purge(outlet->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                   RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void kf_outlet_wake(struct kf_outlet *outlet)
{
    rd_kafka_queue_yield(outlet->queue);
}

void kf_outlet_mute(struct kf_outlet *outlet)
{
    rd_kafka_set_log_level(outlet->rk, 0);
    kf_handle_login_close(&outlet->owner.login, kf_clock_ms() + ASKED_MS);
}

void kf_outlet_close(struct kf_outlet *outlet)
{
    atomic_store(&outlet->stopping, true);
    rd_kafka_queue_yield(outlet->queue);
    pthread_join(outlet->poller, NULL);
    for (size_t i = 0; i < outlet->topic_count; i++)
        if (outlet->topics[i])
            rd_kafka_topic_destroy(outlet->topics[i]);
    free(outlet->topics);
    rd_kafka_queue_destroy(outlet->queue);
    rd_kafka_destroy(outlet->rk);
    kf_handle_login_fini(&outlet->owner.login);
    free(outlet);
}
