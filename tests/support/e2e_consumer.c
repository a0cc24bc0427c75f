/* SPDX-License-Identifier: MIT */
#include "e2e_consumer.h"

#include "clock.h"
#include "e2e_broker.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DEADLINE_MS 60000

/* Not on the test's own thread: cmocka's asserts can not be used. */
static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static kaffe_bytes copy_bytes(kaffe_bytes bytes)
{
    if (!bytes.data)
        return (kaffe_bytes){ 0 };
    void *copy = must(calloc(1, bytes.size + 1));
    return (kaffe_bytes){ memcpy(copy, bytes.data, bytes.size), bytes.size };
}

static struct kafka_client_record copy_message(const kaffe_message *m)
{
    struct kafka_client_record copy = { .header_count = kaffe_message_header_count(m) };
    copy.message.partition = m->partition;
    copy.message.offset = m->offset;
    copy.message.attempt = m->attempt;
    copy.message.timestamp_ms = m->timestamp_ms;
    copy.message.timestamp_type = m->timestamp_type;
    copy.message.key = copy_bytes(m->key);
    copy.message.value = copy_bytes(m->value);
    copy.headers = must(calloc(copy.header_count + 1, sizeof *copy.headers));
    for (size_t i = 0; i < copy.header_count; i++) {
        kaffe_header header = { 0 };
        if (!kaffe_message_header_at(m, i, &header))
            abort();
        copy.headers[i] = (kaffe_header){ copy_bytes(header.name), copy_bytes(header.value) };
    }
    return copy;
}

void e2e_consumer_note(struct e2e_consumer *consumer, const kaffe_message *m)
{
    struct kafka_client_records *handled = &consumer->handled;
    struct kafka_client_record copy = copy_message(m);
    pthread_mutex_lock(&consumer->lock);
    handled->items = must(realloc(handled->items, (handled->count + 1) * sizeof *handled->items));
    handled->items[handled->count++] = copy;
    pthread_cond_broadcast(&consumer->changed);
    pthread_mutex_unlock(&consumer->lock);
}

static kaffe_status judge(struct e2e_consumer *consumer, const kaffe_message *m)
{
    return consumer->judge ? consumer->judge(m, consumer->judge_ctx) : KAFFE_OK;
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    kaffe_status status = judge(ctx, m);
    if (status == KAFFE_OK)
        e2e_consumer_note(ctx, m);
    return status;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    kaffe_status status = judge(ctx, kaffe_batch_at(batch, 0));
    for (size_t i = 0; status == KAFFE_OK && i < kaffe_batch_count(batch); i++)
        e2e_consumer_note(ctx, kaffe_batch_at(batch, i));
    return status;
}

static void on_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct e2e_consumer *consumer = ctx;
    size_t size = strlen(event) + strlen(fields) + 2;
    char *line = must(malloc(size));
    snprintf(line, size, "%s %s", event, fields);
    pthread_mutex_lock(&consumer->lock);
    consumer->log = must(realloc(consumer->log, (consumer->log_count + 1) * sizeof *consumer->log));
    consumer->log[consumer->log_count++] = line;
    pthread_cond_broadcast(&consumer->changed);
    pthread_mutex_unlock(&consumer->lock);
    (void)level;
}

void e2e_consumer_start(struct e2e_consumer *consumer, enum e2e_mode mode,
                        kaffe_consumer_options options)
{
    kaffe_error err;
    pthread_mutex_init(&consumer->lock, NULL);
    kf_cond_init(&consumer->changed);
    if (!options.endpoints)
        options.endpoints = e2e_endpoints();
    if (mode == E2E_MESSAGES && !options.handle_messages)
        options.handle_message = handle_message;
    else if (!options.handle_messages)
        options.handle_messages = handle_messages;
    options.ctx = consumer;
    options.log = on_log;
    options.log_ctx = consumer;
    consumer->consumer = kaffe_consumer_new(&options, &err);
    if (!consumer->consumer || kaffe_consumer_start(consumer->consumer, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
}

static size_t logged_locked(const struct e2e_consumer *consumer, const char *event,
                            const char *part)
{
    size_t count = 0;
    size_t size = strlen(event);
    for (size_t i = 0; i < consumer->log_count; i++) {
        const char *line = consumer->log[i];
        count += strncmp(line, event, size) == 0 && line[size] == ' ' &&
                 strstr(line + size, part) != NULL;
    }
    return count;
}

size_t e2e_consumer_logged(struct e2e_consumer *consumer, const char *event, const char *part)
{
    pthread_mutex_lock(&consumer->lock);
    size_t count = logged_locked(consumer, event, part);
    pthread_mutex_unlock(&consumer->lock);
    return count;
}

/* @param event  NULL: count what was handled */
static void wait_until(struct e2e_consumer *consumer, size_t count, const char *event,
                       const char *part)
{
    int64_t deadline_ms = kf_clock_ms() + DEADLINE_MS;
    bool in_time = true;
    size_t have = 0;
    pthread_mutex_lock(&consumer->lock);
    while (in_time) {
        have = event ? logged_locked(consumer, event, part) : consumer->handled.count;
        if (have >= count)
            break;
        in_time = kf_cond_wait_until(&consumer->changed, &consumer->lock, deadline_ms);
    }
    for (size_t i = 0; have < count && i < consumer->log_count; i++)
        fprintf(stderr, "%s\n", consumer->log[i]);
    pthread_mutex_unlock(&consumer->lock);
    if (have < count)
        fail_msg("%zu of %zu %s in time", have, count, event ? event : "messages handled");
}

void e2e_consumer_until_handled(struct e2e_consumer *consumer, size_t count)
{
    wait_until(consumer, count, NULL, NULL);
}

void e2e_consumer_until_logged(struct e2e_consumer *consumer, size_t count, const char *event,
                               const char *part)
{
    wait_until(consumer, count, event, part);
}

void e2e_consumer_stop(struct e2e_consumer *consumer)
{
    kaffe_error err;
    kaffe_consumer_stop(consumer->consumer);
    if (kaffe_consumer_wait(consumer->consumer, DEADLINE_MS, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(kaffe_consumer_free(consumer->consumer), KAFFE_OK);
    consumer->consumer = NULL;
}

void e2e_consumer_free(struct e2e_consumer *consumer)
{
    if (consumer->consumer)
        e2e_consumer_stop(consumer);
    for (size_t i = 0; i < consumer->log_count; i++)
        free(consumer->log[i]);
    free(consumer->log);
    kafka_client_records_free(&consumer->handled);
    pthread_cond_destroy(&consumer->changed);
    pthread_mutex_destroy(&consumer->lock);
    *consumer = (struct e2e_consumer){ 0 };
}
