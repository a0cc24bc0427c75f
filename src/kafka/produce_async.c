/* SPDX-License-Identifier: MIT
 * The call that does not wait: a record is accepted, and its callback comes once. */
#include "clock.h"
#include "error.h"
#include "produce_at_once.h"
#include "producer_state.h"
#include "unwritten.h"

/* Waits at the first record for a topic only; a callback never does. */
static kaffe_status await_count(struct kaffe_producer *producer, struct kf_target *topic,
                                int32_t partition, kaffe_error *err)
{
    int32_t needed = partition < 0 ? 1 : partition + 1;
    int32_t count = kf_target_partition_count(topic);
    if (count >= needed)
        return KAFFE_OK;
    if (count > 0) { /* it may have grown: for the next one */
        kf_target_ask(producer, topic);
        return kf_target_no_partition(topic, needed, err);
    }
    if (kf_producer_calls_back(producer)) {
        kf_target_ask(producer, topic);
        return kf_error_set_kafka(err, KAFFE_NOT_WRITTEN, 0, KAFFE_ERROR_RETRIABLE,
                                  "topic %.80s: its partition count is not known yet, and a "
                                  "delivery callback does not wait for it",
                                  topic->name);
    }
    int64_t deadline_ms = kf_clock_ms() + producer->settings.options.delivery_timeout_ms;
    return kf_target_await(producer, topic, needed, deadline_ms, err);
}

static kaffe_status refused(const struct kaffe_producer *producer, const struct kf_target *topic,
                            const kaffe_record *record, int32_t code, kaffe_error *err)
{
    const struct kf_unwritten what = { .producer = producer,
                                       .topic = topic->name,
                                       .partition = -1,
                                       .status = kf_unwritten_status(code),
                                       .code = code,
                                       .record = record };
    return kf_unwritten(&what, err);
}

static kaffe_status send_on(struct kaffe_producer *producer, struct kf_target *topic,
                            const kaffe_record *record, struct kf_delivery *delivery,
                            kaffe_error *err)
{
    int32_t code = 0;
    for (int tries = 0; tries < 2; tries++) { /* a dead outlet is replaced once */
        struct kf_route route;
        kaffe_status status = kf_outlet_acquire(producer, KF_OUTLET_ASYNC, topic, &route, err);
        if (status != KAFFE_OK)
            return status;
        code = kf_outlet_send(&route, delivery->partition, record, delivery);
        kf_outlet_release(producer, route.outlet);
        if (code != RD_KAFKA_RESP_ERR__FATAL)
            break;
    }
    return code == 0 ? KAFFE_OK : refused(producer, topic, record, code, err);
}

static kaffe_status place(struct kaffe_producer *producer, const struct kf_target *topic,
                          const kaffe_record *record, const struct kf_delivery *wish,
                          struct kf_delivery **delivery, kaffe_error *err)
{
    /* Said here, before the queue: a record too large is too large, full or not. */
    if (wish->bytes > (size_t)producer->settings.options.max_message_bytes)
        return refused(producer, topic, record, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, err);
    kaffe_status status = kf_backlog_add(&producer->backlog, wish, delivery);
    if (status == KAFFE_QUEUE_FULL)
        return refused(producer, topic, record, RD_KAFKA_RESP_ERR__QUEUE_FULL, err);
    return status == KAFFE_OK ? KAFFE_OK : kf_error_no_memory(err);
}

/* The partition count is known. */
static kaffe_status take_in(struct kaffe_producer *producer, struct kf_target *topic,
                            int32_t partition, const kaffe_record *record,
                            const struct kf_delivery *wish, kaffe_error *err)
{
    struct kf_delivery *delivery = NULL;
    kaffe_status status = place(producer, topic, record, wish, &delivery, err);
    if (status != KAFFE_OK || !delivery)
        return status;
    status = kf_target_choose(producer, topic, record, &partition, err);
    if (status == KAFFE_OK) {
        delivery->partition = partition;
        status = send_on(producer, topic, record, delivery, err);
    }
    if (status == KAFFE_OK || !kf_backlog_withdraw(&producer->backlog, delivery))
        return kf_error_ok(err);
    return status;
}

/* NOLINTNEXTLINE(readability-function-size): its parameters are the public API's */
kaffe_status kaffe_produce(kaffe_producer *producer, const char *topic, int32_t partition,
                           const kaffe_record *record, kaffe_delivery_fn delivered, void *ctx,
                           kaffe_error *err)
{
    struct kf_target *found;
    kaffe_error own;
    kaffe_status status = kf_producer_enter(producer, err);
    if (status != KAFFE_OK)
        return status;
    if (!err)
        err = &own;
    status = kf_record_check(record, err);
    if (status == KAFFE_OK)
        status = kf_producer_address(producer, topic, partition, &found, err);
    if (status == KAFFE_OK) {
        const struct kf_delivery wish = { .bytes = kf_record_bytes(record),
                                          .delivered = delivered,
                                          .ctx = ctx,
                                          .topic = found->name };
        status = await_count(producer, found, partition, err);
        if (status == KAFFE_OK)
            status = take_in(producer, found, partition, record, &wish, err);
    }
    kf_producer_leave(producer);
    return status;
}

/* NOLINTNEXTLINE(readability-function-size): its parameters are kaffe_produce's */
kaffe_status kf_produce_at_once(kaffe_producer *producer, const char *topic, int32_t spread,
                                const kaffe_record *record, kaffe_delivery_fn delivered, void *ctx,
                                kaffe_error *err)
{
    struct kf_target *found;
    kaffe_status status = kf_producer_enter(producer, err);
    if (status != KAFFE_OK)
        return status;
    status = kf_record_check(record, err);
    if (status == KAFFE_OK)
        status = kf_producer_address(producer, topic, KAFFE_ANY_PARTITION, &found, err);
    int32_t count = status == KAFFE_OK ? kf_target_partition_count(found) : 0;
    if (status == KAFFE_OK && count <= 0)
        status = kf_target_no_count(producer, found, err);
    if (count > 0) {
        const struct kf_delivery wish = { .bytes = kf_record_bytes(record),
                                          .delivered = delivered,
                                          .ctx = ctx,
                                          .topic = found->name };
        status = take_in(producer, found, spread % count, record, &wish, err);
    }
    kf_producer_leave(producer);
    return status;
}

kaffe_status kf_produce_outcome(const kaffe_producer *producer, const char *topic, size_t bytes,
                                const kaffe_result *result, kaffe_error *err)
{
    if (result->status == KAFFE_OK)
        return kf_error_ok(err);
    const kaffe_record sized = { .value = { "", bytes } };
    const struct kf_unwritten what = { .producer = producer,
                                       .topic = topic,
                                       .partition = result->partition,
                                       .status = result->status,
                                       .code = result->kafka_code,
                                       .record = &sized };
    return kf_unwritten(&what, err);
}
