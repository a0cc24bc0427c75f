/* SPDX-License-Identifier: MIT
 * What every part of a consumer may ask of it: a word to the control thread, a failure, a stop. */
#include "consumer_state.h"

#include "log.h"
#include "source.h"
#include "thread.h"

static const kaffe_consumer **inside_of_thread(void)
{
    static _Thread_local const kaffe_consumer *inside;
    return &inside;
}

bool kf_consumer_is_inside(const kaffe_consumer *consumer)
{
    return *inside_of_thread() == consumer;
}

void kf_consumer_enter(const kaffe_consumer *consumer)
{
    *inside_of_thread() = consumer;
}

void kf_consumer_tell(kaffe_consumer *consumer)
{
    if (!atomic_exchange(&consumer->news, true))
        kf_wake_up(consumer->wake_fd);
}

void kf_consumer_request_stop(kaffe_consumer *consumer)
{
    atomic_store(&consumer->stop_requested, true);
    kf_wake_up(consumer->wake_fd);
}

int64_t kf_consumer_workers_ms(const kaffe_consumer *consumer)
{
    int64_t tenth_ms = consumer->settings.options.shutdown_timeout_ms / 10;
    return tenth_ms < 500 ? tenth_ms : 500;
}

int64_t kf_consumer_stop_deadline_ms(kaffe_consumer *consumer, int64_t now_ms)
{
    if (consumer->stop_deadline_ms == INT64_MAX && atomic_load(&consumer->stop_requested))
        consumer->stop_deadline_ms = now_ms + consumer->settings.options.shutdown_timeout_ms -
                                     kf_consumer_workers_ms(consumer);
    return consumer->stop_deadline_ms;
}

void kf_consumer_fail(kaffe_consumer *consumer, const kaffe_error *err)
{
    char text[300];
    pthread_mutex_lock(&consumer->lock);
    bool first = consumer->failure.status == KAFFE_OK;
    if (first)
        consumer->failure = *err;
    pthread_mutex_unlock(&consumer->lock);
    kf_health_end(&consumer->health, err); /* the first one stays there, too */
    if (first)
        kf_log(&consumer->settings.log, KAFFE_LOG_ERROR, "consumer.failed", "%s=%s error=\"%s\"",
               consumer->source->key, consumer->name,
               kf_log_quote(text, sizeof text, err->message));
    kf_consumer_request_stop(consumer);
}
