/* SPDX-License-Identifier: MIT
 * Making a producer, and what every call to it has in common: the way in and out, and the checks of
 * what a caller gives. */
#include "client_settings.h"
#include "error.h"
#include "produce_at_once.h"
#include "producer_state.h"
#include "thread.h"
#include "topic_name.h"
#include "unwritten.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static kaffe_status no_thread(int failed, kaffe_error *err)
{
    return kf_error_set(err, KAFFE_NO_MEMORY, "a thread can not be had: %s",
                        strerrordesc_np(failed));
}

static bool init_locks(struct kaffe_producer *producer)
{
    const kaffe_producer_options *options = &producer->settings.options;
    if (pthread_mutex_init(&producer->lock, NULL))
        return false;
    if (kf_cond_init(&producer->changed))
        goto no_changed;
    if (kf_cond_init(&producer->work))
        goto no_work;
    if (!kf_backlog_init(&producer->backlog, &producer->settings.log, options->delivery_timeout_ms,
                         (size_t)options->queue_max_bytes))
        return true;
    pthread_cond_destroy(&producer->work);
no_work:
    pthread_cond_destroy(&producer->changed);
no_changed:
    pthread_mutex_destroy(&producer->lock);
    return false;
}

void kf_producer_discard(struct kaffe_producer *producer)
{
    kf_outlets_close(producer);
    kf_targets_free(producer);
    kf_backlog_fini(&producer->backlog);
    pthread_cond_destroy(&producer->work);
    pthread_cond_destroy(&producer->changed);
    pthread_mutex_destroy(&producer->lock);
    kf_producer_settings_fini(&producer->settings);
    free(producer);
}

/* Counts are asked for at once, so that the first record need not wait for them. */
static kaffe_status start(struct kaffe_producer *producer, kaffe_error *err)
{
    kf_handle_login_warn(&producer->settings.security, &producer->settings.log);
    kaffe_status status = kf_outlets_open(producer, err);
    if (status != KAFFE_OK)
        return status;
    for (size_t i = 0; i < producer->settings.topics.count; i++)
        if (!kf_target_find(producer, producer->settings.topics.items[i]))
            return kf_error_no_memory(err);
    int failed = kf_thread_start(&producer->clerk, "kaffe-topics", kf_targets_run, producer);
    return failed ? no_thread(failed, err) : kf_error_ok(err);
}

/* Its settings are there. */
static struct kaffe_producer *complete(struct kaffe_producer *producer, kaffe_error *err)
{
    producer->endpoints = producer->settings.options.endpoints;
    if (!init_locks(producer)) {
        kf_producer_settings_fini(&producer->settings);
        free(producer);
        kf_error_no_memory(err);
        return NULL;
    }
    if (start(producer, err) != KAFFE_OK) {
        kf_producer_discard(producer);
        return NULL;
    }
    return producer;
}

static struct kaffe_producer *allocate(kaffe_error *err)
{
    struct kaffe_producer *producer = calloc(1, sizeof *producer);
    if (!producer)
        kf_error_no_memory(err);
    return producer;
}

kaffe_producer *kaffe_producer_new_sized(const kaffe_producer_options *options, size_t options_size,
                                         kaffe_error *err)
{
    struct kaffe_producer *producer = allocate(err);
    if (producer && kf_producer_settings_init(&producer->settings, options, options_size, NULL,
                                              NULL, err) == KAFFE_OK)
        return complete(producer, err);
    free(producer);
    return NULL;
}

kaffe_producer *kf_producer_new_secured(const kaffe_producer_options *options,
                                        const struct kf_security_settings *security,
                                        kaffe_error *err)
{
    struct kaffe_producer *producer = allocate(err);
    if (producer &&
        kf_producer_settings_init_secured(&producer->settings, options, security, err) == KAFFE_OK)
        return complete(producer, err);
    free(producer);
    return NULL;
}

kaffe_status kf_producer_enter(struct kaffe_producer *producer, kaffe_error *err)
{
    pthread_mutex_lock(&producer->lock);
    bool closing = atomic_load(&producer->closing);
    producer->calls += !closing;
    pthread_mutex_unlock(&producer->lock);
    return closing ? kf_unwritten_closed(err) : KAFFE_OK;
}

kaffe_status kf_producer_enter_waiting(struct kaffe_producer *producer, const char *call,
                                       kaffe_error *err)
{
    if (kf_producer_calls_back(producer))
        return kf_error_set(err, KAFFE_INVALID, "%s: not from a delivery callback, it waits", call);
    return kf_producer_enter(producer, err);
}

void kf_producer_leave(struct kaffe_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    producer->calls--;
    if (producer->calls == 0 && atomic_load(&producer->closing))
        pthread_cond_broadcast(&producer->changed);
    pthread_mutex_unlock(&producer->lock);
}

bool kf_producer_calls_back(struct kaffe_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    bool calls_back = kf_outlets_call_back_locked(producer);
    pthread_mutex_unlock(&producer->lock);
    return calls_back;
}

static kaffe_status check_name(const char *name, kaffe_error *err)
{
    const char *problem = kf_topic_name_problem(name);
    if (problem)
        return kf_error_set(err, KAFFE_INVALID, "topic \"%.80s\": %s", name, problem);
    return KAFFE_OK;
}

/* Under Heroku's prefix, "orders" is "wabash-123.orders", which a handler has from its message. */
static const char *full_name(const struct kaffe_producer *producer, const char *name, char *out,
                             size_t out_size)
{
    const char *prefix = producer->settings.security.name_prefix;
    if (!prefix || strncmp(name, prefix, strlen(prefix)) == 0)
        return name;
    snprintf(out, out_size, "%s%s", prefix, name);
    return out;
}

kaffe_status kf_producer_address(struct kaffe_producer *producer, const char *name,
                                 int32_t partition, struct kf_target **topic, kaffe_error *err)
{
    char full[2 * KF_TOPIC_NAME_MAX];
    const struct kf_text_list *topics = &producer->settings.topics;
    if (name)
        name = full_name(producer, name, full, sizeof full);
    if (!name && topics->count == 0)
        return kf_error_set(err, KAFFE_INVALID,
                            "topic: none is given, and the producer's option topics is empty");
    if (!name)
        name = topics->items[0];
    else if (check_name(name, err) != KAFFE_OK)
        return KAFFE_INVALID;
    if (partition < KAFFE_ANY_PARTITION)
        return kf_error_set(err, KAFFE_INVALID, "topic %.80s: partition = %d: must be 0 or more",
                            name, partition);
    *topic = kf_target_find(producer, name);
    return *topic ? KAFFE_OK : kf_error_no_memory(err);
}

kaffe_status kf_record_check(const kaffe_record *record, kaffe_error *err)
{
    if (!record)
        return kf_error_set(err, KAFFE_INVALID, "record: it is NULL");
    if (record->header_count > 0 && !record->headers)
        return kf_error_set(err, KAFFE_INVALID, "record: headers is NULL, header_count is %zu",
                            record->header_count);
    if (record->timestamp_ms < 0)
        return kf_error_set(err, KAFFE_INVALID, "record: timestamp_ms = %lld: must be 0 or more",
                            (long long)record->timestamp_ms);
    for (size_t i = 0; i < record->header_count; i++)
        if (!record->headers[i].name.data)
            return kf_error_set(err, KAFFE_INVALID, "record: header %zu has no name", i);
    return KAFFE_OK;
}

size_t kf_record_bytes(const kaffe_record *record)
{
    size_t bytes =
        (record->key.data ? record->key.size : 0) + (record->value.data ? record->value.size : 0);
    for (size_t i = 0; i < record->header_count; i++)
        bytes += record->headers[i].name.size +
                 (record->headers[i].value.data ? record->headers[i].value.size : 0);
    return bytes;
}
