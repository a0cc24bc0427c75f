/* SPDX-License-Identifier: MIT */
#include "cluster.h"

#include "admission.h"
#include "backoff.h"
#include "broker.h"
#include "follower.h"
#include "io.h"
#include "mailbox.h"
#include "random.h"
#include "stream.h"
#include "topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFRESH_GAP_MS 100 /* between an answer and the next request, whatever is wrong */
#define UNSETTLED_MAX_MS 2000 /* between requests while something has no leader that answers */

bool kf_cluster_init(struct kf_cluster *cluster, struct kf_io *io)
{
    const struct kf_endpoint_list *endpoints = io->settings.endpoints;
    *cluster = (struct kf_cluster){ .io = io };
    struct kf_broker **end = &cluster->brokers;
    for (size_t i = 0; i < endpoints->count; i++) {
        const struct kf_endpoint *endpoint = &endpoints->items[i];
        *end = kf_broker_new(cluster, -1, endpoint->host, endpoint->port);
        if (!*end)
            return false;
        end = &(*end)->next;
    }
    return true;
}

void kf_cluster_fini(struct kf_cluster *cluster)
{
    while (cluster->topics)
        kf_cluster_detach(cluster, cluster->topics->streams);
    while (cluster->brokers) {
        struct kf_broker *broker = cluster->brokers;
        cluster->brokers = broker->next;
        kf_broker_free(broker);
    }
}

struct kf_broker *kf_cluster_broker(const struct kf_cluster *cluster, int32_t id)
{
    for (struct kf_broker *broker = cluster->brokers; broker && id >= 0; broker = broker->next)
        if (broker->id == id)
            return broker;
    return NULL;
}

struct kf_topic *kf_cluster_topic(const struct kf_cluster *cluster, const char *name)
{
    for (struct kf_topic *topic = cluster->topics; topic; topic = topic->next)
        if (strcmp(topic->name, name) == 0)
            return topic;
    return NULL;
}

/* The stream brought a topic of its own along, so that there is always memory for it. */
void kf_cluster_attach(struct kf_cluster *cluster, struct kf_stream *stream)
{
    if (stream->course.topic)
        return;
    struct kf_topic *topic = kf_cluster_topic(cluster, stream->topic);
    if (!topic) {
        topic = stream->course.own_topic;
        stream->course.own_topic = NULL;
        topic->next = cluster->topics;
        cluster->topics = topic;
        cluster->has_new_topic = true;
    }
    kf_stream_hold(stream);
    kf_topic_add(topic, stream);
    kf_admission_count(cluster, 1);
    stream->course.leader = kf_cluster_broker(cluster, kf_topic_leader(topic, stream->partition));
    if (stream->course.leader)
        stream->course.leader->stream_count++;
}

static void remove_topic(struct kf_cluster *cluster, struct kf_topic *topic)
{
    struct kf_topic **link = &cluster->topics;
    while (*link != topic)
        link = &(*link)->next;
    *link = topic->next;
    kf_topic_free(topic);
}

void kf_cluster_detach(struct kf_cluster *cluster, struct kf_stream *stream)
{
    struct kf_topic *topic = stream->course.topic;
    if (!topic)
        return;
    kf_stream_queue_leave(stream);
    kf_admission_forget(cluster, stream);
    kf_admission_count(cluster, -1);
    stream->course.asked_by = NULL;
    kf_follower_leave(stream);
    if (stream->course.leader)
        stream->course.leader->stream_count--;
    stream->course.leader = NULL;
    kf_topic_remove(topic, stream);
    kf_stream_drop(stream);
    if (!topic->streams)
        remove_topic(cluster, topic);
}

void kf_cluster_resolved(struct kf_cluster *cluster, struct kf_lookup *lookup)
{
    for (struct kf_broker *broker = cluster->brokers; broker; broker = broker->next)
        if (broker->lookup == lookup)
            kf_broker_resolved(broker, lookup);
}

void kf_cluster_refresh(struct kf_cluster *cluster, int64_t delay_ms)
{
    int64_t at_ms = cluster->io->now_ms + delay_ms;
    int64_t soonest_ms = cluster->answered_at_ms + REFRESH_GAP_MS;
    if (cluster->answered_at_ms && !cluster->has_new_topic && at_ms < soonest_ms)
        at_ms = soonest_ms;
    if (at_ms < cluster->refresh_at_ms)
        cluster->refresh_at_ms = at_ms;
    kf_io_wake_at(cluster->io, cluster->refresh_at_ms);
}

static bool is_unsettled(const struct kf_cluster *cluster)
{
    if (cluster->homeless.first)
        return true;
    for (const struct kf_broker *broker = cluster->brokers; broker; broker = broker->next)
        if (broker->stream_count && broker->down)
            return true;
    return false;
}

static int64_t next_refresh_ms(struct kf_cluster *cluster)
{
    if (cluster->has_new_topic)
        return 0;
    if (is_unsettled(cluster))
        return kf_backoff_ms(cluster->io->settings.connection.reconnect_backoff_ms,
                             UNSETTLED_MAX_MS, ++cluster->failures, kf_random_below(UINT32_MAX));
    cluster->failures = 0;
    return cluster->io->settings.connection.metadata_max_age_ms;
}

void kf_cluster_refreshed(struct kf_cluster *cluster)
{
    struct kf_broker *asker = cluster->asker;
    cluster->asker = NULL;
    cluster->answered_at_ms = cluster->io->now_ms;
    cluster->refresh_at_ms = cluster->io->now_ms + next_refresh_ms(cluster);
    if (!asker)
        return;
    if (cluster->unreachable)
        kf_cluster_judge(cluster, asker, NULL);
    if (asker->id < 0)
        kf_broker_disconnect(asker, "no longer needed");
}

void kf_cluster_not_answered(struct kf_cluster *cluster, const struct kf_broker *broker)
{
    if (cluster->asker != broker)
        return;
    cluster->asker = NULL;
    kf_io_wake_at(cluster->io, cluster->refresh_at_ms);
}

static struct kf_broker *idle_broker(const struct kf_cluster *cluster)
{
    for (struct kf_broker *broker = cluster->brokers; broker; broker = broker->next)
        if (broker->side.channel.state == KF_CHANNEL_IDLE &&
            kf_broker_ready_at(broker) <= cluster->io->now_ms)
            return broker;
    return NULL;
}

/* By turns, so that neither a dead broker nor a dead list of endpoints is asked for ever. */
static struct kf_broker *next_broker(const struct kf_cluster *cluster)
{
    struct kf_broker *start = cluster->asked_last ? cluster->asked_last->next : NULL;
    if (!start)
        start = cluster->brokers;
    struct kf_broker *broker = start;
    do {
        int64_t ready_at_ms = kf_broker_ready_at(broker);
        if (ready_at_ms <= cluster->io->now_ms)
            return broker;
        kf_io_wake_at(cluster->io, ready_at_ms);
        broker = broker->next ? broker->next : cluster->brokers;
    } while (broker != start);
    return NULL;
}

static void choose_asker(struct kf_cluster *cluster)
{
    if (cluster->asker)
        return;
    if (cluster->io->now_ms < cluster->refresh_at_ms) {
        kf_io_wake_at(cluster->io, cluster->refresh_at_ms);
        return;
    }
    cluster->asker = idle_broker(cluster);
    if (!cluster->asker)
        cluster->asker = next_broker(cluster);
    if (cluster->asker)
        cluster->asked_last = cluster->asker;
}

/* Those that metadata names no more. */
static void drop_brokers(struct kf_cluster *cluster)
{
    for (struct kf_broker **link = &cluster->brokers; *link;) {
        struct kf_broker *broker = *link;
        if (broker->id < 0 || broker->listed || broker->stream_count) {
            link = &broker->next;
            continue;
        }
        *link = broker->next;
        kf_cluster_not_answered(cluster, broker);
        if (cluster->asked_last == broker)
            cluster->asked_last = NULL;
        kf_broker_free(broker);
    }
}

void kf_cluster_tick(struct kf_cluster *cluster)
{
    drop_brokers(cluster);
    choose_asker(cluster);
    for (struct kf_broker *broker = cluster->brokers; broker; broker = broker->next)
        kf_broker_tick(broker);
}

/* Nobody of those that we need, that is: the leaders, or anybody as long as no leader is known. */
static bool nobody_answers(const struct kf_cluster *cluster)
{
    bool leaders_known = false;
    bool leader_up = false;
    bool any_up = false;
    for (const struct kf_broker *broker = cluster->brokers; broker; broker = broker->next) {
        leaders_known = leaders_known || broker->stream_count;
        leader_up = leader_up || (broker->stream_count && !broker->down);
        any_up = any_up || !broker->down;
    }
    return leaders_known ? !leader_up : !any_up;
}

void kf_cluster_judge(struct kf_cluster *cluster, const struct kf_broker *broker, const char *why)
{
    const struct kf_fetcher_settings *settings = &cluster->io->settings;
    bool unreachable = nobody_answers(cluster);
    kaffe_status status = broker->refused ? KAFFE_DENIED : KAFFE_TIMED_OUT;
    char endpoint[300];
    char text[400] = "";
    if (unreachable == cluster->unreachable)
        return;
    cluster->unreachable = unreachable;
    kf_endpoint_text(&broker->endpoint, endpoint, sizeof endpoint);
    if (why)
        snprintf(text, sizeof text, "%s: %s", endpoint, why);
    if (settings->reachable)
        settings->reachable(settings->ctx, unreachable ? status : KAFFE_OK,
                            unreachable ? text : NULL);
}
