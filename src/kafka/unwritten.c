/* SPDX-License-Identifier: MIT */
#include "unwritten.h"

#include "error.h"
#include "producer_state.h"
#include "response.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void size_reason(const struct kf_unwritten *what, char *out, size_t out_size)
{
    int64_t max = what->producer->settings.options.max_message_bytes;
    size_t bytes = what->record ? kf_record_bytes(what->record) : 0;
    if (bytes > (size_t)max)
        snprintf(out, out_size, "a record of %zu bytes is larger than max_message_bytes = %" PRId64,
                 bytes, max);
    else
        snprintf(out, out_size,
                 "a record of %zu bytes is larger than the topic's max.message.bytes; raise that",
                 bytes);
}

static void time_reason(const struct kf_unwritten *what, char *out, size_t out_size)
{
    snprintf(out, out_size, "%s within delivery_timeout_ms = %" PRId64 " by %.120s",
             what->status == KAFFE_MAYBE_WRITTEN ? "sent, but not answered" : "not taken",
             what->producer->settings.options.delivery_timeout_ms, what->producer->endpoints);
}

static void reason(const struct kf_unwritten *what, char *out, size_t out_size)
{
    if (kf_response_topic_unknown(what->code))
        snprintf(out, out_size,
                 "unknown to the cluster; kafka-topics.sh --bootstrap-server %.80s --create "
                 "--topic %.60s --partitions N",
                 what->producer->endpoints, what->topic);
    else if (what->status == KAFFE_DENIED)
        snprintf(out, out_size, "%s; grant this client WRITE on the topic",
                 kf_response_text(what->code));
    else if (what->code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        size_reason(what, out, out_size);
    else if (kf_response_status(what->code) == KAFFE_TIMED_OUT)
        time_reason(what, out, out_size);
    else if (what->status == KAFFE_QUEUE_FULL)
        snprintf(out, out_size, "queue_max_bytes = %" PRId64 " are waiting already; slow down",
                 what->producer->settings.options.queue_max_bytes);
    else if (what->code == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
             what->code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        snprintf(out, out_size, "the producer was freed before it was written");
    else
        snprintf(out, out_size, "%s", kf_response_text(what->code));
}

static uint32_t flags_of(const struct kf_unwritten *what)
{
    if (what->status == KAFFE_QUEUE_FULL)
        return KAFFE_ERROR_RETRIABLE;
    return what->status == KAFFE_NOT_WRITTEN ? kf_response_flags(what->code) : 0;
}

kaffe_status kf_unwritten(const struct kf_unwritten *what, kaffe_error *err)
{
    char why[244];
    reason(what, why, sizeof why);
    if (what->partition >= 0)
        return kf_error_set_kafka(err, what->status, what->code, flags_of(what),
                                  "topic %.80s/%d: %s", what->topic, what->partition, why);
    return kf_error_set_kafka(err, what->status, what->code, flags_of(what), "topic %.80s: %s",
                              what->topic, why);
}

kaffe_status kf_unwritten_not_found(struct kaffe_producer *producer, const char *topic,
                                    kaffe_error *err)
{
    const kaffe_producer_options *options = &producer->settings.options;
    bool starting = options->start_timeout_ms > 0;
    char trouble[sizeof producer->trouble];
    pthread_mutex_lock(&producer->lock);
    memcpy(trouble, producer->trouble, sizeof trouble);
    pthread_mutex_unlock(&producer->lock);
    return kf_error_set_kafka(err, KAFFE_NOT_WRITTEN, KF_CODE_NO_ANSWER, KAFFE_ERROR_RETRIABLE,
                              "topic %.80s: not found within %s = %" PRId64
                              ": %.70s: check endpoints = \"%.40s\"%s",
                              topic, starting ? "start_timeout_ms" : "delivery_timeout_ms",
                              starting ? options->start_timeout_ms : options->delivery_timeout_ms,
                              *trouble ? trouble : "no answer", producer->endpoints,
                              strlen(producer->endpoints) > 40 ? "..." : "");
}

kaffe_status kf_unwritten_refused(struct kaffe_producer *producer, const char *topic, int32_t code,
                                  kaffe_error *err)
{
    char trouble[sizeof producer->trouble];
    pthread_mutex_lock(&producer->lock);
    memcpy(trouble, producer->trouble, sizeof trouble);
    pthread_mutex_unlock(&producer->lock);
    return kf_error_set_kafka(err, KAFFE_DENIED, code, 0, "topic %.60s: %.180s", topic,
                              *trouble ? trouble : kf_response_text(code));
}

kaffe_status kf_unwritten_status(int32_t code)
{
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return KAFFE_QUEUE_FULL;
    return kf_response_status(code) == KAFFE_DENIED ? KAFFE_DENIED : KAFFE_NOT_WRITTEN;
}

kaffe_status kf_unwritten_closed(kaffe_error *err)
{
    return kf_error_set(err, KAFFE_CLOSED, "the producer is being freed");
}

void kf_unwritten_number(kaffe_error *err, size_t index)
{
    kaffe_error plain;
    if (!err)
        return;
    plain = *err;
    kf_error_set_kafka(err, plain.status, plain.kafka_code, plain.flags, "record %zu: %s", index,
                       plain.message);
}
