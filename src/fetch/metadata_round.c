/* SPDX-License-Identifier: MIT */
#include "metadata_round.h"

#include "broker.h"
#include "cluster.h"
#include "error.h"
#include "error_code.h"
#include "follower.h"
#include "io.h"
#include "log.h"
#include "metadata.h"
#include "placement.h"
#include "stream.h"
#include "topic.h"

#include <stdlib.h>

#define UNKNOWN_TOPIC_OR_PARTITION 3
#define LEADER_NOT_AVAILABLE 5
#define COMPLAIN_AFTER 5 /* answers without a leader: an election is over by then */

bool kf_metadata_round_write(struct kf_cluster *cluster, struct kf_channel *channel)
{
    size_t count = 0;
    for (const struct kf_topic *topic = cluster->topics; topic; topic = topic->next)
        count++;
    const char **names = malloc((count + 1) * sizeof *names);
    if (!names)
        return false;
    count = 0;
    for (const struct kf_topic *topic = cluster->topics; topic; topic = topic->next)
        names[count++] = topic->name;
    cluster->has_new_topic = false;
    kf_metadata_request(&channel->request, channel->versions.metadata, kf_channel_next_id(channel),
                        cluster->io->settings.client_id, names, count);
    free(names);
    return true;
}

static bool take_broker(struct kf_cluster *cluster, const struct kf_metadata_broker *told)
{
    struct kf_broker *broker = kf_cluster_broker(cluster, told->id);
    if (told->id < 0 || told->port <= 0 || told->port > UINT16_MAX || !told->host[0])
        return true; /* of no use */
    if (!broker) {
        broker = kf_broker_new(cluster, told->id, told->host, (uint16_t)told->port);
        if (!broker)
            return false;
        struct kf_broker **end = &cluster->brokers;
        while (*end)
            end = &(*end)->next;
        *end = broker;
    }
    broker->listed = true;
    if (kf_broker_is_at(broker, told->host, (uint16_t)told->port))
        return true;
    kf_broker_disconnect(broker, "it has moved");
    return kf_broker_move(broker, told->host, (uint16_t)told->port);
}

static bool take_brokers(struct kf_cluster *cluster, const struct kf_metadata *metadata)
{
    for (struct kf_broker *broker = cluster->brokers; broker; broker = broker->next)
        broker->listed = false;
    bool taken = true;
    for (size_t i = 0; i < metadata->broker_count; i++)
        taken = take_broker(cluster, &metadata->brokers[i]) && taken;
    return taken;
}

static bool take_leaders(struct kf_topic *topic, const struct kf_metadata_topic *told)
{
    size_t count = told->partition_count;
    int32_t *leaders = malloc((count + 1) * sizeof *leaders);
    if (!leaders)
        return false;
    for (size_t i = 0; i < count; i++)
        leaders[i] = -1;
    for (size_t i = 0; i < count; i++) {
        int32_t index = told->partitions[i].index;
        if (index >= 0 && (size_t)index < count)
            leaders[index] = told->partitions[i].leader;
    }
    free(topic->leaders);
    topic->leaders = leaders;
    topic->leader_count = count;
    return true;
}

static void note_leaderless(struct kf_cluster *cluster, struct kf_stream *stream, bool exists)
{
    if (++stream->course.failures == COMPLAIN_AFTER)
        kf_place_complain(cluster, stream,
                          exists ? LEADER_NOT_AVAILABLE : UNKNOWN_TOPIC_OR_PARTITION);
}

/* A whole topic that can not be asked about is said once, not once for every partition. */
static void note_topic_error(const struct kf_cluster *cluster, struct kf_topic *topic, int16_t code)
{
    bool passing = code == 0 || code == LEADER_NOT_AVAILABLE;
    bool denied = kf_error_code_action(code) == KF_ACTION_NOT_AUTHORISED;
    if (!passing && !topic->complained)
        kf_log(&cluster->io->log, KAFFE_LOG_WARN, denied ? "topic.denied" : "topic.unknown",
               "topic=%s error=%s code=%d", topic->name, kf_error_code_name(code), code);
    topic->complained = !passing;
}

/* As long as there is no count, it stays where those wait that metadata is asked for. */
static void answer_count(struct kf_cluster *cluster, struct kf_stream *stream,
                         const struct kf_metadata_topic *told)
{
    if (stream->course.wish.kind != KF_WISH_COUNT)
        return;
    int32_t count = told->error ? 0 : (int32_t)told->partition_count;
    if (count > 0) {
        stream->course.wish.kind = KF_WISH_REST;
        kf_place(cluster, stream, KF_PLACE_BACK);
    }
    kf_stream_tell_counted(stream, count, told->error ? told->error : LEADER_NOT_AVAILABLE);
}

static void move_streams(struct kf_cluster *cluster, struct kf_topic *topic,
                         const struct kf_metadata_topic *told)
{
    for (struct kf_stream *stream = topic->streams; stream; stream = stream->course.topic_next) {
        if (stream->partition == KF_NO_PARTITION) {
            answer_count(cluster, stream, told);
            continue;
        }
        int32_t id = kf_topic_leader(topic, stream->partition);
        struct kf_broker *leader = kf_cluster_broker(cluster, id);
        if (!leader && told->error == 0)
            note_leaderless(cluster, stream, (size_t)stream->partition < topic->leader_count);
        if (stream->course.follower && !stream->course.follower->listed)
            kf_follower_lost(cluster, stream);
        kf_place_leader(cluster, stream, leader);
    }
}

static bool take_topics(struct kf_cluster *cluster, const struct kf_metadata *metadata)
{
    bool taken = true;
    for (size_t i = 0; i < metadata->topic_count; i++) {
        const struct kf_metadata_topic *told = &metadata->topics[i];
        struct kf_topic *topic = kf_cluster_topic(cluster, told->name);
        if (!topic)
            continue;
        note_topic_error(cluster, topic, told->error);
        if (take_leaders(topic, told))
            move_streams(cluster, topic, told);
        else
            taken = false;
    }
    return taken;
}

kaffe_status kf_metadata_round_apply(struct kf_cluster *cluster, kaffe_bytes body, int16_t version,
                                     int32_t *throttle_ms, kaffe_error *err)
{
    struct kf_metadata metadata;
    kaffe_status status = kf_metadata_decode(body, version, &metadata, err);
    if (status != KAFFE_OK)
        return status;
    bool taken = take_brokers(cluster, &metadata);
    taken = take_topics(cluster, &metadata) && taken;
    *throttle_ms = metadata.throttle_ms;
    kf_metadata_fini(&metadata);
    return taken ? kf_error_ok(err) : kf_error_no_memory(err);
}
