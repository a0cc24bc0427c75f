/* SPDX-License-Identifier: MIT
 * Which outlet a record takes. A outlet that librdkafka declares dead is replaced by a new one, so
 * that a long-lived program need not restart; what the dead one still held ends with its true
 * status. */
#include "clock.h"
#include "error.h"
#include "produce_call.h"
#include "producer_state.h"
#include "response.h"
#include "trouble.h"

#define RENEWAL_PAUSE_MS 1000 /* what kills outlets at once must not make hundreds of them */
#define POLL_MAX_MS 500
#define POLL_MIN_MS 10

static void tell_reachable(struct kaffe_producer *producer)
{
    if (atomic_load(&producer->unreachable) && atomic_exchange(&producer->unreachable, false) &&
        !atomic_load(&producer->muted))
        kf_log(&producer->settings.log, KAFFE_LOG_INFO, "producer.reachable", "endpoints=%s",
               producer->endpoints);
}

static void on_unreachable(void *ctx, int32_t refused, const char *why)
{
    struct kaffe_producer *producer = ctx;
    char quoted[500];
    pthread_mutex_lock(&producer->lock);
    kf_trouble_text(why, producer->trouble, sizeof producer->trouble);
    producer->refused = refused;
    pthread_mutex_unlock(&producer->lock);
    if (!atomic_exchange(&producer->unreachable, true) && !atomic_load(&producer->muted))
        kf_log(&producer->settings.log, KAFFE_LOG_WARN, "producer.unreachable",
               "endpoints=%s error=\"%s\"", producer->endpoints,
               kf_log_quote(quoted, sizeof quoted, why));
}

static void on_sync_ended(void *ctx, void *delivery, const kaffe_result *result)
{
    if (result->status == KAFFE_OK)
        tell_reachable(ctx);
    kf_call_end(delivery, result);
}

static void on_async_ended(void *ctx, void *delivery, const kaffe_result *result)
{
    struct kaffe_producer *producer = ctx;
    if (result->status == KAFFE_OK)
        tell_reachable(producer);
    kf_backlog_end(&producer->backlog, delivery, result);
}

static int64_t on_tick(void *ctx)
{
    struct kaffe_producer *producer = ctx;
    return kf_backlog_expire(&producer->backlog, kf_clock_ms());
}

/* A record that comes while the poller sleeps has its deadline after that sleep. */
static int poll_ms(const struct kaffe_producer *producer)
{
    int64_t eighth_ms = producer->settings.options.delivery_timeout_ms / 8;
    if (eighth_ms > POLL_MAX_MS)
        return POLL_MAX_MS;
    return eighth_ms < POLL_MIN_MS ? POLL_MIN_MS : (int)eighth_ms;
}

static struct kf_outlet *open_outlet(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                                     kaffe_error *err)
{
    const struct kf_outlet_hooks sync = { .ended = on_sync_ended,
                                          .unreachable = on_unreachable,
                                          .poll_ms = POLL_MAX_MS };
    const struct kf_outlet_hooks async = { .ended = on_async_ended,
                                           .tick = on_tick,
                                           .unreachable = on_unreachable,
                                           .poll_ms = poll_ms(producer) };
    int64_t linger_ms = kind == KF_OUTLET_SYNC ? 0 : producer->settings.options.linger_ms;
    return kf_outlet_open(&producer->settings, linger_ms, kind == KF_OUTLET_SYNC ? &sync : &async,
                          producer, err);
}

/* @return KAFFE_OK: it may be replaced now */
static kaffe_status retire_locked(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                                  int32_t code, const char *why, kaffe_error *err)
{
    struct kf_outlet *outlet = producer->outlets[kind];
    if (kf_clock_ms() - outlet->opened_ms < RENEWAL_PAUSE_MS) {
        kaffe_status status =
            kf_response_status(code) == KAFFE_DENIED ? KAFFE_DENIED : KAFFE_NOT_WRITTEN;
        return kf_error_set_kafka(err, status, code, KAFFE_ERROR_RETRIABLE, "%s (%s)", why,
                                  producer->endpoints);
    }
    char quoted[300];
    if (!atomic_load(&producer->muted))
        kf_log(&producer->settings.log, KAFFE_LOG_WARN, "producer.renewed", "code=%d error=\"%s\"",
               code, kf_log_quote(quoted, sizeof quoted, why));
    producer->outlets[kind] = NULL;
    outlet->next = producer->retired;
    producer->retired = outlet;
    return KAFFE_OK;
}

static kaffe_status ready_locked(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                                 kaffe_error *err)
{
    char why[160];
    kaffe_status status = KAFFE_OK;
    int32_t code =
        producer->outlets[kind] ? kf_outlet_fatal(producer->outlets[kind], why, sizeof why) : 0;
    if (code)
        status = retire_locked(producer, kind, code, why, err);
    if (status == KAFFE_OK && !producer->outlets[kind]) {
        kaffe_error opening;
        producer->outlets[kind] = open_outlet(producer, kind, &opening);
        if (!producer->outlets[kind])
            status = kf_error_set(err, opening.status, "%s", opening.message);
    }
    return status;
}

kaffe_status kf_outlet_acquire(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                               const struct kf_target *topic, struct kf_route *route,
                               kaffe_error *err)
{
    pthread_mutex_lock(&producer->lock);
    kaffe_status status = ready_locked(producer, kind, err);
    if (status == KAFFE_OK) {
        route->outlet = producer->outlets[kind];
        route->topic = kf_outlet_topic_locked(route->outlet, topic->name, topic->index);
        if (route->topic)
            route->outlet->users++;
        else
            status = kf_error_no_memory(err);
    }
    pthread_mutex_unlock(&producer->lock);
    return status;
}

struct kf_outlet *kf_outlet_hold(struct kaffe_producer *producer, enum kf_outlet_kind kind)
{
    pthread_mutex_lock(&producer->lock);
    struct kf_outlet *outlet = producer->outlets[kind];
    if (outlet)
        outlet->users++;
    pthread_mutex_unlock(&producer->lock);
    return outlet;
}

void kf_outlet_release(struct kaffe_producer *producer, struct kf_outlet *outlet)
{
    pthread_mutex_lock(&producer->lock);
    outlet->users--;
    pthread_mutex_unlock(&producer->lock);
}

static struct kf_outlet *take_idle_locked(struct kaffe_producer *producer)
{
    for (struct kf_outlet **at = &producer->retired; *at; at = &(*at)->next) {
        struct kf_outlet *outlet = *at;
        if (outlet->users == 0 && kf_outlet_idle(outlet)) {
            *at = outlet->next;
            return outlet;
        }
    }
    return NULL;
}

void kf_outlets_clear_locked(struct kaffe_producer *producer)
{
    struct kf_outlet *outlet;
    while ((outlet = take_idle_locked(producer))) {
        pthread_mutex_unlock(&producer->lock);
        kf_outlet_close(outlet);
        pthread_mutex_lock(&producer->lock);
    }
}

kaffe_status kf_outlets_open(struct kaffe_producer *producer, kaffe_error *err)
{
    pthread_mutex_lock(&producer->lock);
    kaffe_status status = ready_locked(producer, KF_OUTLET_SYNC, err);
    pthread_mutex_unlock(&producer->lock);
    return status;
}

bool kf_outlets_call_back_locked(const struct kaffe_producer *producer)
{
    pthread_t self = pthread_self();
    for (int kind = 0; kind < KF_OUTLET_KINDS; kind++)
        if (producer->outlets[kind] && pthread_equal(self, producer->outlets[kind]->poller))
            return true;
    for (const struct kf_outlet *outlet = producer->retired; outlet; outlet = outlet->next)
        if (pthread_equal(self, outlet->poller))
            return true;
    return false;
}

static void for_each_locked(struct kaffe_producer *producer, void (*act)(struct kf_outlet *outlet))
{
    struct kf_outlet *next;
    for (int kind = 0; kind < KF_OUTLET_KINDS; kind++)
        if (producer->outlets[kind])
            act(producer->outlets[kind]);
    for (struct kf_outlet *outlet = producer->retired; outlet; outlet = next) {
        next = outlet->next;
        act(outlet);
    }
}

void kf_outlets_purge(struct kaffe_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    for_each_locked(producer, kf_outlet_purge);
    pthread_mutex_unlock(&producer->lock);
}

void kf_outlets_wake(struct kaffe_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    for_each_locked(producer, kf_outlet_wake);
    pthread_mutex_unlock(&producer->lock);
}

void kf_outlets_mute(struct kaffe_producer *producer)
{
    atomic_store(&producer->muted, true);
    pthread_mutex_lock(&producer->lock);
    for_each_locked(producer, kf_outlet_mute);
    pthread_mutex_unlock(&producer->lock);
}

bool kf_outlets_idle(struct kaffe_producer *producer)
{
    bool idle = true;
    pthread_mutex_lock(&producer->lock);
    for (int kind = 0; kind < KF_OUTLET_KINDS; kind++)
        idle = idle && (!producer->outlets[kind] || kf_outlet_idle(producer->outlets[kind]));
    for (const struct kf_outlet *outlet = producer->retired; outlet; outlet = outlet->next)
        idle = idle && kf_outlet_idle(outlet);
    pthread_mutex_unlock(&producer->lock);
    return idle;
}

void kf_outlets_close(struct kaffe_producer *producer)
{
    for_each_locked(producer, kf_outlet_close); /* nobody is left to lock out */
}
