/* SPDX-License-Identifier: MIT */
#include "missing_topic.h"

#include "clock.h"
#include "connection.h"
#include "error.h"
#include "log.h"
#include "produce_at_once.h"
#include "response.h"

#include <stdio.h>

#define ANSWER_MS 5000
#define AGAIN_MS 5000 /* after an answer that was no */
#define BROKERS_OWN_REPLICATION (-1)

kaffe_status kf_produce_make_like(kaffe_producer *producer, const char *topic, const char *like,
                                  kaffe_error *err)
{
    struct kf_target *found = kf_target_find(producer, topic);
    struct kf_target *model = found ? kf_target_find(producer, like) : NULL;
    if (!model)
        return kf_error_no_memory(err);
    pthread_mutex_lock(&producer->lock);
    if (!found->like)
        found->like = model;
    pthread_mutex_unlock(&producer->lock);
    return kf_error_ok(err);
}

/* @return NULL: not now */
static struct kf_target *model_of(struct kaffe_producer *producer, struct kf_target *topic)
{
    int64_t now_ms = kf_clock_ms();
    pthread_mutex_lock(&producer->lock);
    bool now = topic->like && now_ms >= topic->make_ms && !atomic_load(&producer->closing);
    if (now)
        topic->make_ms = now_ms + AGAIN_MS;
    pthread_mutex_unlock(&producer->lock);
    return now ? topic->like : NULL;
}

/* @return a code; text says the cluster's own reason */
static int32_t answer_of(rd_kafka_event_t *event, char *text, size_t text_size)
{
    size_t count = 0;
    int32_t code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    const char *why = event ? rd_kafka_event_error_string(event) : NULL;
    const rd_kafka_topic_result_t **topics =
        code ? NULL
             : rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
                                                   &count);
    if (count == 1) {
        code = rd_kafka_topic_result_error(topics[0]);
        why = rd_kafka_topic_result_error_string(topics[0]);
    }
    snprintf(text, text_size, "%s", why && *why ? why : kf_response_text(code));
    return code;
}

static int32_t create(rd_kafka_t *rk, const char *name, int32_t count, char *text, size_t text_size)
{
    rd_kafka_NewTopic_t *wish =
        rd_kafka_NewTopic_new(name, count, BROKERS_OWN_REPLICATION, text, text_size);
    if (!wish)
        return RD_KAFKA_RESP_ERR__INVALID_ARG;
    rd_kafka_queue_t *answers = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_request_timeout(options, ANSWER_MS, NULL, 0);
    rd_kafka_CreateTopics(rk, &wish, 1, options, answers);
    rd_kafka_event_t *event = rd_kafka_queue_poll(answers, ANSWER_MS + 1000);
    int32_t code = answer_of(event, text, text_size);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(answers);
    rd_kafka_NewTopic_destroy(wish);
    return code;
}

static void tell(struct kaffe_producer *producer, struct kf_target *topic, int32_t count,
                 int32_t code, const char *why)
{
    char quoted[300];
    bool again = code != 0 && code == topic->make_code;
    topic->make_code = code;
    if (again || atomic_load(&producer->muted) || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return;
    if (code == 0)
        kf_log(&producer->settings.log, KAFFE_LOG_INFO, "topic.created",
               "topic=%s partitions=%d like=%s", topic->name, count, topic->like->name);
    else
        kf_log(&producer->settings.log, KAFFE_LOG_WARN, "topic.not_created",
               "topic=%s error=\"%s\" action=\"trying on\"", topic->name,
               kf_log_quote(quoted, sizeof quoted, why));
}

void kf_missing_topic_make(struct kaffe_producer *producer, struct kf_target *topic)
{
    char why[200] = "";
    kaffe_error err;
    struct kf_route route;
    int32_t count = 0;
    struct kf_target *model = model_of(producer, topic);
    if (!model || kf_outlet_acquire(producer, KF_OUTLET_SYNC, model, &route, &err) != KAFFE_OK)
        return;
    int32_t code = kf_connection_partition_count(route.outlet->rk, route.topic, ANSWER_MS, &count);
    snprintf(why, sizeof why, "%s: %s", model->name, kf_response_text(code));
    if (code == 0)
        code = create(route.outlet->rk, topic->name, count, why, sizeof why);
    kf_outlet_release(producer, route.outlet);
    tell(producer, topic, count, code, why);
}
