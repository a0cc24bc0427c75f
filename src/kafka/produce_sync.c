/* SPDX-License-Identifier: MIT
 * The calls that wait: one record or a list, each with its result. */
#include "clock.h"
#include "error.h"
#include "produce_call.h"
#include "producer_state.h"
#include "unwritten.h"

#define FULL_PAUSE_MS 20
#define LOOK_MS 100 /* whether a closing producer lets its calls go */
#define CLOCK_EVERY 64 /* records of a list that are sent between two looks at the clock */

/* One call on its way. */
struct errand {
    struct kaffe_producer *producer;
    struct kf_target *topic;
    int32_t partition; /* as the caller gave it */
    const kaffe_record *records;
    size_t count;
    int64_t deadline_ms;
    struct kf_call *call;
    struct kf_route route; /* outlet NULL: none just now */
    size_t refused_index; /* the first that was not even sent ... */
    kaffe_error refusal; /* ... and why; status KAFFE_OK: there is none */
};

static kaffe_status take_outlet(struct errand *errand, kaffe_error *err)
{
    kaffe_status status =
        kf_outlet_acquire(errand->producer, KF_OUTLET_SYNC, errand->topic, &errand->route, err);
    if (status != KAFFE_OK)
        errand->route.outlet = NULL;
    return status;
}

static void give_outlet_back(struct errand *errand)
{
    if (errand->route.outlet)
        kf_outlet_release(errand->producer, errand->route.outlet);
    errand->route.outlet = NULL;
}

/* Sent, or refused for good: a full queue is waited for, a dead outlet replaced once. */
static kaffe_status send_patiently(struct errand *errand, struct kf_call_slot *slot,
                                   const kaffe_record *record, kaffe_error *err)
{
    bool renewed = false;
    for (;;) {
        if (!errand->route.outlet && take_outlet(errand, err) != KAFFE_OK)
            return err->status;
        int32_t code = kf_outlet_send(&errand->route, slot->result.partition, record, slot);
        if (code == 0)
            return KAFFE_OK;
        int64_t now_ms = kf_clock_ms();
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && now_ms < errand->deadline_ms &&
            !atomic_load(&errand->producer->closing)) {
            kf_call_pause(errand->call, now_ms + FULL_PAUSE_MS);
        } else if (code == RD_KAFKA_RESP_ERR__FATAL && !renewed) {
            renewed = true;
            give_outlet_back(errand);
        } else {
            const struct kf_unwritten what = { .producer = errand->producer,
                                               .topic = errand->topic->name,
                                               .partition = slot->result.partition,
                                               .status = kf_unwritten_status(code),
                                               .code = code,
                                               .record = record };
            return kf_unwritten(&what, err);
        }
    }
}

/* A long list may take its time to be copied. */
static kaffe_status check_time(const struct errand *errand, size_t index, kaffe_error *err)
{
    if (index % CLOCK_EVERY != CLOCK_EVERY - 1 || kf_clock_ms() < errand->deadline_ms)
        return KAFFE_OK;
    const struct kf_unwritten what = { .producer = errand->producer,
                                       .topic = errand->topic->name,
                                       .partition = -1,
                                       .status = KAFFE_NOT_WRITTEN,
                                       .code = RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                                       .record = &errand->records[index] };
    return kf_unwritten(&what, err);
}

static void send_one(struct errand *errand, size_t index)
{
    kaffe_error err;
    const kaffe_record *record = &errand->records[index];
    struct kf_call_slot *slot = kf_call_begin(errand->call, index);
    int32_t partition = errand->partition;
    kaffe_status status = kf_record_check(record, &err);
    if (status == KAFFE_OK)
        status = check_time(errand, index, &err);
    if (status == KAFFE_OK)
        status = kf_target_choose(errand->producer, errand->topic, record, &partition, &err);
    if (status == KAFFE_OK) {
        slot->result.partition = partition;
        status = send_patiently(errand, slot, record, &err);
    }
    if (status == KAFFE_OK)
        return;
    kf_call_refuse(slot, status, err.kafka_code);
    if (errand->refusal.status == KAFFE_OK) {
        errand->refused_index = index;
        errand->refusal = err;
    }
}

/* err from the first record that is not written. */
static kaffe_status conclude(struct errand *errand, kaffe_result *results, size_t *failed_index,
                             kaffe_error *err)
{
    kaffe_result failed;
    size_t first = kf_call_leave(errand->call, results, &failed);
    *failed_index = first;
    if (first == errand->count)
        return kf_error_ok(err);
    if (errand->refusal.status != KAFFE_OK && first == errand->refused_index) {
        if (err)
            *err = errand->refusal;
        return errand->refusal.status;
    }
    const struct kf_unwritten what = { .producer = errand->producer,
                                       .topic = errand->topic->name,
                                       .partition = failed.partition,
                                       .status = failed.status,
                                       .code = failed.kafka_code,
                                       .record = &errand->records[first] };
    return kf_unwritten(&what, err);
}

/* @return KAFFE_OK: go on; else nothing of it can be sent */
static kaffe_status prepare(struct errand *errand, const char *topic, kaffe_error *err)
{
    kaffe_status status =
        kf_producer_address(errand->producer, topic, errand->partition, &errand->topic, err);
    if (status == KAFFE_OK && !errand->records)
        status = kf_error_set(err, KAFFE_INVALID, "record: it is NULL");
    int32_t needed = errand->partition < 0 ? 1 : errand->partition + 1;
    if (status == KAFFE_OK)
        status = kf_target_await(errand->producer, errand->topic, needed, errand->deadline_ms, err);
    if (status != KAFFE_OK)
        return status;
    errand->call = kf_call_new(errand->count);
    return errand->call ? KAFFE_OK : kf_error_no_memory(err);
}

static void refuse_all(kaffe_result *results, size_t count, kaffe_status status, int32_t code)
{
    for (size_t i = 0; results && i < count; i++)
        results[i] =
            (kaffe_result){ .status = status, .kafka_code = code, .partition = -1, .offset = -1 };
}

static void await_reports(const struct errand *errand)
{
    int64_t until_ms;
    do {
        int64_t look_ms = kf_clock_ms() + LOOK_MS;
        until_ms = look_ms < errand->deadline_ms ? look_ms : errand->deadline_ms;
    } while (!kf_call_await(errand->call, until_ms) && until_ms < errand->deadline_ms &&
             !atomic_load(&errand->producer->aborted));
}

static kaffe_status produce(struct errand *errand, const char *topic, kaffe_result *results,
                            size_t *failed_index, kaffe_error *err)
{
    kaffe_error refusal;
    errand->deadline_ms = kf_clock_ms() + errand->producer->settings.options.delivery_timeout_ms;
    kaffe_status status = prepare(errand, topic, &refusal);
    if (status != KAFFE_OK) {
        refuse_all(results, errand->count, status, refusal.kafka_code);
        *failed_index = errand->count; /* none in particular */
        if (err)
            *err = refusal;
        return status;
    }
    for (size_t i = 0; i < errand->count; i++)
        send_one(errand, i);
    give_outlet_back(errand);
    await_reports(errand);
    return conclude(errand, results, failed_index, err);
}

static kaffe_status produce_one(struct kaffe_producer *producer, const char *topic,
                                int32_t partition, const kaffe_record *record, kaffe_error *err)
{
    size_t failed_index;
    struct errand errand = {
        .producer = producer, .partition = partition, .records = record, .count = 1
    };
    kaffe_status status = kf_producer_enter_waiting(producer, "kaffe_produce_sync", err);
    if (status != KAFFE_OK)
        return status;
    status = produce(&errand, topic, NULL, &failed_index, err);
    kf_producer_leave(producer);
    return status;
}

kaffe_status kaffe_produce_sync(kaffe_producer *producer, const kaffe_record *record,
                                kaffe_error *err)
{
    return produce_one(producer, NULL, KAFFE_ANY_PARTITION, record, err);
}

kaffe_status kaffe_produce_sync_to(kaffe_producer *producer, const char *topic,
                                   const kaffe_record *record, kaffe_error *err)
{
    return produce_one(producer, topic, KAFFE_ANY_PARTITION, record, err);
}

kaffe_status kaffe_produce_sync_to_partition(kaffe_producer *producer, const char *topic,
                                             int32_t partition, const kaffe_record *record,
                                             kaffe_error *err)
{
    if (partition < 0)
        return kf_error_set(err, KAFFE_INVALID, "partition = %d: must be 0 or more", partition);
    return produce_one(producer, topic, partition, record, err);
}

/* NOLINTNEXTLINE(readability-function-size): its parameters are the public API's */
kaffe_status kaffe_produce_batch(kaffe_producer *producer, const char *topic, int32_t partition,
                                 const kaffe_record *records, size_t count, kaffe_result *results,
                                 kaffe_error *err)
{
    size_t failed_index = count;
    struct errand errand = {
        .producer = producer, .partition = partition, .records = records, .count = count
    };
    if (count == 0)
        return kf_error_ok(err);
    kaffe_status status = kf_producer_enter_waiting(producer, "kaffe_produce_batch", err);
    if (status != KAFFE_OK) {
        refuse_all(results, count, status, 0);
        return status;
    }
    status = produce(&errand, topic, results, &failed_index, err);
    kf_producer_leave(producer);
    if (failed_index < count)
        kf_unwritten_number(err, failed_index);
    return status;
}
