/* SPDX-License-Identifier: MIT
 * How many partitions a topic has, asked and kept fresh by a thread of its own, the clerk. A caller
 * who needs a count waits here, never in librdkafka, so that a deadline or a closing producer ends
 * the wait at once. */
#include "clock.h"
#include "connection.h"
#include "error.h"
#include "missing_topic.h"
#include "producer_state.h"
#include "response.h"
#include "thread.h"
#include "unwritten.h"

#define ASK_MAX_MS 8000 /* a question waits for its answer */
#define ASK_AGAIN_MS 100 /* after an answer that may change soon, if somebody waits */
#define ASK_IDLE_MS 1000 /* ... if nobody does */
#define UNKNOWN_FOR_MS 5000 /* a topic made this moment is not known everywhere yet */
#define MD5_EVEN_MAX 500 /* a sum of 16 bytes spreads over so many partitions */

void kf_target_ask(struct kaffe_producer *producer, struct kf_target *topic)
{
    pthread_mutex_lock(&producer->lock);
    topic->ask_ms = 0;
    pthread_cond_signal(&producer->work);
    pthread_mutex_unlock(&producer->lock);
}

/* Once found, a topic is worth all the time that a call has. */
static int64_t patient_until_ms(const struct kaffe_producer *producer,
                                const struct kf_target *topic, int64_t deadline_ms)
{
    int64_t start_timeout_ms = producer->settings.options.start_timeout_ms;
    int64_t until_ms = kf_clock_ms() + start_timeout_ms;
    if (start_timeout_ms == 0 || kf_target_partition_count(topic) > 0 || until_ms > deadline_ms)
        return deadline_ms;
    return until_ms;
}

/* @return the code of the round that ended meanwhile, or of a broker that did not know the topic
 *         when there was no more time to ask again; 0: a good answer, a deadline, or closing */
static int32_t await_round(struct kaffe_producer *producer, struct kf_target *topic, int32_t needed,
                           int64_t deadline_ms)
{
    pthread_mutex_lock(&producer->lock);
    uint64_t round = topic->rounds;
    bool in_time = true;
    topic->waiters++;
    topic->ask_ms = 0;
    pthread_cond_signal(&producer->work);
    while (in_time && round == topic->rounds && kf_target_partition_count(topic) < needed &&
           !atomic_load(&producer->closing))
        in_time = kf_cond_wait_until(&producer->changed, &producer->lock, deadline_ms);
    topic->waiters--;
    int32_t failure = round == topic->rounds ? 0 : topic->failure;
    if (!in_time && round == topic->rounds && kf_response_topic_unknown(topic->last_code))
        failure = topic->last_code;
    pthread_mutex_unlock(&producer->lock);
    return failure;
}

static kaffe_status unknown(struct kaffe_producer *producer, const struct kf_target *topic,
                            int32_t failure, kaffe_error *err)
{
    if (kf_response_is_login(failure))
        return kf_unwritten_refused(producer, topic->name, failure, err);
    const struct kf_unwritten what = { .producer = producer,
                                       .topic = topic->name,
                                       .partition = -1,
                                       .code = failure,
                                       .status = kf_response_status(failure) == KAFFE_DENIED
                                                     ? KAFFE_DENIED
                                                     : KAFFE_NOT_WRITTEN };
    return kf_unwritten(&what, err);
}

kaffe_status kf_target_await(struct kaffe_producer *producer, struct kf_target *topic,
                             int32_t needed, int64_t deadline_ms, kaffe_error *err)
{
    if (kf_target_partition_count(topic) >= needed)
        return KAFFE_OK;
    int32_t failure =
        await_round(producer, topic, needed, patient_until_ms(producer, topic, deadline_ms));
    if (kf_target_partition_count(topic) >= needed)
        return KAFFE_OK;
    if (kf_target_partition_count(topic) > 0)
        return kf_target_no_partition(topic, needed, err);
    if (atomic_load(&producer->closing))
        return kf_unwritten_closed(err);
    return failure ? unknown(producer, topic, failure, err)
                   : kf_unwritten_not_found(producer, topic->name, err);
}

kaffe_status kf_target_no_count(struct kaffe_producer *producer, struct kf_target *topic,
                                kaffe_error *err)
{
    pthread_mutex_lock(&producer->lock);
    int32_t failure = topic->failure;
    pthread_mutex_unlock(&producer->lock);
    if (!failure) /* the clerk is at it */
        return kf_error_set(err, KAFFE_TIMED_OUT, "topic %.80s: its partition count is not known",
                            topic->name);
    kf_target_ask(producer, topic);
    if (kf_response_status(failure) != KAFFE_TIMED_OUT)
        return unknown(producer, topic, failure, err);
    return kf_error_set_kafka(err, KAFFE_NOT_WRITTEN, failure, KAFFE_ERROR_RETRIABLE,
                              "topic %.80s: no answer from %.100s", topic->name,
                              producer->endpoints);
}

/* librdkafka knows a new partition only after it was asked about in the same outlet. */
static int32_t ask_outlet(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                          const struct kf_target *topic, int timeout_ms, int32_t *count)
{
    struct kf_route route;
    kaffe_error err;
    if (kf_outlet_acquire(producer, kind, topic, &route, &err) != KAFFE_OK)
        return err.kafka_code ? err.kafka_code : RD_KAFKA_RESP_ERR__TRANSPORT;
    int32_t code = kf_connection_partition_count(route.outlet->rk, route.topic, timeout_ms, count);
    kf_outlet_release(producer, route.outlet);
    return code;
}

static int32_t ask(struct kaffe_producer *producer, const struct kf_target *topic, int timeout_ms,
                   int32_t *count)
{
    int32_t code = 0;
    struct kf_outlet *async = kf_outlet_hold(producer, KF_OUTLET_ASYNC);
    if (async) {
        code = ask_outlet(producer, KF_OUTLET_ASYNC, topic, timeout_ms, count);
        kf_outlet_release(producer, async);
    }
    return code ? code : ask_outlet(producer, KF_OUTLET_SYNC, topic, timeout_ms, count);
}

static void publish_locked(struct kaffe_producer *producer, struct kf_target *topic, int32_t count)
{
    atomic_store_explicit(&topic->partition_count, count, memory_order_release);
    topic->trying_since_ms = 0;
    topic->timeout_ms = KF_ASK_FIRST_MS;
    topic->ask_ms = kf_clock_ms() + producer->settings.options.metadata_max_age_ms;
    if (count <= MD5_EVEN_MAX || topic->told_skew || atomic_load(&producer->muted) ||
        kf_producer_strategy(producer) != kaffe_partition_md5)
        return;
    topic->told_skew = true;
    kf_log(&producer->settings.log, KAFFE_LOG_WARN, "topic.skewed",
           "topic=%s partitions=%d remedy=\"md5 is uneven over more than %d partitions: take "
           "murmur2 or crc32 if the original's choice does not matter\"",
           topic->name, count, MD5_EVEN_MAX);
}

/* @return the round is over, badly */
static bool give_up_locked(struct kf_target *topic, int32_t code, int64_t now_ms)
{
    kaffe_status status = kf_response_status(code);
    if (code == RD_KAFKA_RESP_ERR__TIMED_OUT && topic->timeout_ms < ASK_MAX_MS)
        topic->timeout_ms *= 2; /* asked, not answered: a slow broker */
    if (status == KAFFE_TIMED_OUT) {
        topic->trying_since_ms = 0;
        return false;
    }
    if (topic->trying_since_ms == 0)
        topic->trying_since_ms = now_ms;
    return status == KAFFE_DENIED || code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION ||
           now_ms - topic->trying_since_ms >= UNKNOWN_FOR_MS;
}

static void note_failure_locked(struct kaffe_producer *producer, struct kf_target *topic,
                                int32_t code)
{
    int64_t now_ms = kf_clock_ms();
    int64_t max_age_ms = producer->settings.options.metadata_max_age_ms;
    if (kf_response_status(code) == KAFFE_TIMED_OUT)
        topic->failure = code; /* for who does not wait; for the others the round goes on */
    if (!give_up_locked(topic, code, now_ms)) {
        topic->ask_ms = now_ms + (topic->waiters > 0 ? ASK_AGAIN_MS : ASK_IDLE_MS);
        return;
    }
    topic->trying_since_ms = 0;
    topic->failure = code;
    topic->rounds++;
    topic->ask_ms = kf_target_partition_count(topic) > 0 ? now_ms + max_age_ms : INT64_MAX;
}

static void ask_locked(struct kaffe_producer *producer, struct kf_target *topic)
{
    int32_t count = 0;
    int timeout_ms = topic->timeout_ms;
    topic->ask_ms = INT64_MAX;
    pthread_mutex_unlock(&producer->lock);
    int32_t code = ask(producer, topic, timeout_ms, &count);
    if (kf_response_topic_unknown(code))
        kf_missing_topic_make(producer, topic); /* the next question finds it */
    pthread_mutex_lock(&producer->lock);
    if (kf_response_status(code) != KAFFE_TIMED_OUT) {
        producer->trouble[0] = '\0';
        producer->refused = 0;
    } else if (producer->refused) { /* no answer, and none will come */
        code = producer->refused;
    }
    topic->last_code = code;
    if (code) {
        note_failure_locked(producer, topic, code);
    } else {
        publish_locked(producer, topic, count);
        topic->failure = 0;
        topic->rounds++;
    }
    pthread_cond_broadcast(&producer->changed);
}

static struct kf_target *most_urgent_locked(struct kaffe_producer *producer)
{
    struct kf_target *urgent = NULL;
    for (size_t i = 0; i < KF_TOPIC_BUCKETS; i++)
        for (struct kf_target *topic = producer->topics[i]; topic; topic = topic->next)
            if (!urgent || topic->ask_ms < urgent->ask_ms)
                urgent = topic;
    return urgent;
}

/* The log may call a function of the user's. */
static void tell_what_was_left_out_locked(struct kaffe_producer *producer)
{
    pthread_mutex_unlock(&producer->lock);
    kf_log_tick(&producer->settings.log);
    pthread_mutex_lock(&producer->lock);
}

void *kf_targets_run(void *arg)
{
    struct kaffe_producer *producer = arg;
    pthread_mutex_lock(&producer->lock);
    while (!producer->clerk_stops) {
        int64_t now_ms = kf_clock_ms();
        struct kf_target *topic = most_urgent_locked(producer);
        if (topic && topic->ask_ms <= now_ms) {
            ask_locked(producer, topic);
            continue;
        }
        int64_t until_ms = now_ms + ASK_IDLE_MS;
        if (topic && topic->ask_ms < until_ms)
            until_ms = topic->ask_ms;
        kf_cond_wait_until(&producer->work, &producer->lock, until_ms);
        kf_outlets_clear_locked(producer);
        tell_what_was_left_out_locked(producer);
    }
    pthread_mutex_unlock(&producer->lock);
    return NULL;
}
