/* SPDX-License-Identifier: MIT
 * Partitions of a reader's own choice: how many its topics have is asked of the data plane, now and
 * then again, and those that were chosen are added. Nothing is committed. */
#include "assignment.h"
#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "error_code.h"
#include "log.h"
#include "reading.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>

/* Partitions that are added, and topics that go, are noticed within this time. */
static const int64_t ask_again_ms = 10000;
/* A topic that was just made is unknown to some brokers for a moment. */
static const int64_t unknown_ms = 2000;

#define UNKNOWN_TOPIC_OR_PARTITION 3
#define INVALID_TOPIC 17

/* An answer in one atomic: the count, or, below 0, what stands for a code. */
static int64_t answer_of_code(int16_t code)
{
    return (int64_t)code - INT16_MAX - 1;
}

static int16_t code_of_answer(int64_t answer)
{
    return (int16_t)(answer + INT16_MAX + 1);
}

struct chosen_topic {
    kaffe_consumer *consumer;
    const char *name;
    struct kf_stream *stream; /* of no partition: it counts them */
    _Atomic int64_t answer; /* the latest, from the I/O thread; 0: none */
    /* The control thread. */
    int32_t count; /* 0: not known yet */
    int32_t added; /* partitions below it were looked at */
    int16_t code; /* of the last answer, if that was none */
    int64_t unknown_since_ms; /* 0: the brokers know it, or have not said */
};

struct kf_selection {
    struct chosen_topic *topics;
    size_t count;
    bool complete; /* the first partitions have been added */
    int64_t next_ask_ms;
};

/* --- what the data plane says ------------------------------------------------------------- */

/* On the I/O thread, the stream's lock held. */
static void on_counted(void *ctx, int32_t count, int16_t code)
{
    struct chosen_topic *topic = ctx;
    atomic_store(&topic->answer, count > 0 ? count : answer_of_code(code));
    kf_consumer_tell(topic->consumer);
}

static void fail_unknown(struct chosen_topic *topic)
{
    kaffe_error err;
    kf_error_set_kafka(
        &err, KAFFE_KAFKA, topic->code, KAFFE_ERROR_FATAL,
        "topic %s does not exist, the brokers say (%s): create it, or correct topics", topic->name,
        kf_error_code_name(topic->code));
    kf_consumer_fail(topic->consumer, &err);
}

static void fail_denied(struct chosen_topic *topic)
{
    kaffe_error err;
    kf_error_set_kafka(&err, KAFFE_DENIED, topic->code, KAFFE_ERROR_FATAL,
                       "topic %s: the cluster does not let this client read it (%s): allow it to "
                       "Describe and Read",
                       topic->name, kf_error_code_name(topic->code));
    kf_consumer_fail(topic->consumer, &err);
}

static void hear_refusal(struct chosen_topic *topic, int64_t now_ms)
{
    bool unknown = topic->code == UNKNOWN_TOPIC_OR_PARTITION || topic->code == INVALID_TOPIC;
    if (kf_error_code_action(topic->code) == KF_ACTION_NOT_AUTHORISED)
        fail_denied(topic);
    else if (!unknown)
        topic->unknown_since_ms = 0;
    else if (topic->unknown_since_ms == 0)
        topic->unknown_since_ms = now_ms;
    else if (now_ms - topic->unknown_since_ms >= unknown_ms)
        fail_unknown(topic);
}

static void hear(struct chosen_topic *topic)
{
    int64_t answer = atomic_exchange(&topic->answer, 0);
    if (answer > 0) {
        topic->count = (int32_t)answer;
        topic->unknown_since_ms = 0;
    } else if (answer < 0) {
        topic->code = code_of_answer(answer);
        hear_refusal(topic, kf_clock_ms());
    }
}

/* --- partitions --------------------------------------------------------------------------- */

/* @return true: every topic has all that was chosen */
static bool check(kaffe_consumer *consumer)
{
    const struct kf_selection *selection = consumer->selection;
    for (size_t i = 0; i < selection->count; i++) {
        const struct chosen_topic *topic = &selection->topics[i];
        int32_t beyond = kf_partition_ranges_beyond(&consumer->reader.partitions, topic->count);
        if (beyond < 0)
            continue;
        kaffe_error err;
        kf_error_set_kafka(&err, KAFFE_INVALID, 0, KAFFE_ERROR_FATAL,
                           "partitions: topic %s has no partition %d, it has %d, counted from 0",
                           topic->name, beyond, topic->count);
        kf_consumer_fail(consumer, &err);
        return false;
    }
    return true;
}

static size_t count_all(const struct kf_selection *selection)
{
    size_t count = 0;
    for (size_t i = 0; i < selection->count; i++)
        count += (size_t)selection->topics[i].count;
    return count;
}

static size_t gather(const kaffe_consumer *consumer, struct kf_group_offset *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < consumer->selection->count; i++) {
        struct chosen_topic *topic = &consumer->selection->topics[i];
        for (; topic->added < topic->count; topic->added++)
            if (kf_partition_ranges_have(&consumer->reader.partitions, topic->added))
                chosen[count++] =
                    (struct kf_group_offset){ .topic = topic->name, .partition = topic->added };
    }
    return count;
}

static void add_new(kaffe_consumer *consumer)
{
    struct kf_group_offset *chosen = calloc(count_all(consumer->selection) + 1, sizeof *chosen);
    if (!chosen) {
        kaffe_error err;
        kf_error_no_memory(&err);
        kf_consumer_fail(consumer, &err);
        return;
    }
    size_t count = gather(consumer, chosen);
    if (count > 0) {
        kf_assignment_add(consumer, chosen, count);
        kf_reading_begin(consumer, consumer->selection->complete);
        kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "partitions.chosen",
               "topics=%s partitions=%zu", consumer->name, count);
    }
    free(chosen);
    consumer->selection->complete = true;
}

static bool all_are_counted(const struct kf_selection *selection)
{
    for (size_t i = 0; i < selection->count; i++)
        if (selection->topics[i].count == 0)
            return false;
    return true;
}

/* A reader with an end reads what there is when it starts. */
static bool grows(const kaffe_consumer *consumer)
{
    return consumer->reader.partitions.count == 0 &&
           consumer->reader.stop_at.kind == KF_POSITION_NEVER;
}

static void serve(kaffe_consumer *consumer)
{
    struct kf_selection *selection = consumer->selection;
    for (size_t i = 0; i < selection->count; i++)
        hear(&selection->topics[i]);
    if (!all_are_counted(selection))
        return;
    if (selection->complete ? grows(consumer) : check(consumer))
        add_new(consumer);
}

/* --- the source --------------------------------------------------------------------------- */

static kaffe_status open_topics(kaffe_consumer *consumer, kaffe_error *err)
{
    static const struct kf_stream_events events = { .counted = on_counted };
    struct kf_selection *selection = consumer->selection;
    for (; selection->count < consumer->settings.topics.count; selection->count++) {
        struct chosen_topic *topic = &selection->topics[selection->count];
        topic->consumer = consumer;
        topic->name = consumer->settings.topics.items[selection->count];
        topic->stream =
            kf_stream_open(consumer->fetcher, topic->name, KF_NO_PARTITION, &events, topic);
        if (!topic->stream)
            return kf_error_no_memory(err);
        kf_stream_count(topic->stream);
    }
    return kf_error_ok(err);
}

static kaffe_status open_selection(kaffe_consumer *consumer, kaffe_error *err)
{
    struct kf_selection *selection = calloc(1, sizeof *selection);
    if (!selection)
        return kf_error_no_memory(err);
    consumer->selection = selection;
    selection->next_ask_ms = kf_clock_ms() + ask_again_ms;
    selection->topics = calloc(consumer->settings.topics.count, sizeof *selection->topics);
    if (!selection->topics)
        return kf_error_no_memory(err);
    kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "consumer.started", "topics=%s endpoints=%s",
           consumer->name, consumer->settings.options.endpoints);
    return open_topics(consumer, err);
}

static int64_t step(kaffe_consumer *consumer, int64_t now_ms)
{
    struct kf_selection *selection = consumer->selection;
    if (selection->complete)
        kf_reading_step(consumer);
    if (now_ms < selection->next_ask_ms)
        return selection->next_ask_ms;
    selection->next_ask_ms = now_ms + ask_again_ms;
    for (size_t i = 0; i < selection->count; i++)
        kf_stream_count(selection->topics[i].stream);
    return selection->next_ask_ms;
}

static bool leave(kaffe_consumer *consumer, bool at_once)
{
    (void)at_once;
    kf_assignment_give_up(consumer, false);
    return true;
}

static bool commit_nothing(kaffe_consumer *consumer, int64_t deadline_ms)
{
    (void)consumer, (void)deadline_ms;
    return true;
}

static void gave_up(kaffe_consumer *consumer, const struct kf_hand_over *how)
{
    (void)consumer, (void)how;
}

static const char *missed(const kaffe_consumer *consumer, char *out, size_t size)
{
    const struct kf_selection *selection = consumer->selection;
    for (size_t i = 0; i < selection->count; i++) {
        const struct chosen_topic *topic = &selection->topics[i];
        if (topic->count > 0)
            continue;
        snprintf(out, size, "topic %.60s was not found%s%s%s", topic->name, topic->code ? " (" : "",
                 topic->code ? kf_error_code_name(topic->code) : "", topic->code ? ")" : "");
        return NULL;
    }
    snprintf(out, size, "the topics were not found");
    return NULL;
}

static void close_selection(kaffe_consumer *consumer)
{
    struct kf_selection *selection = consumer->selection;
    if (!selection)
        return;
    for (size_t i = 0; i < selection->count; i++) {
        kf_stream_close(selection->topics[i].stream);
        kf_stream_free(selection->topics[i].stream);
    }
    free(selection->topics);
    free(selection);
    consumer->selection = NULL;
}

const struct kf_source kf_selection = {
    .section = "reader",
    .key = "topics",
    .left_work = "a handler has not returned",
    .open = open_selection,
    .serve = serve,
    .step = step,
    .leave = leave,
    .commit = commit_nothing,
    .gave_up = gave_up,
    .missed = missed,
    .close = close_selection,
};
