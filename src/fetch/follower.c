/* SPDX-License-Identifier: MIT */
#include "follower.h"

#include "broker.h"
#include "cluster.h"
#include "io.h"
#include "log.h"
#include "placement.h"
#include "stream.h"
#include "topic.h"

/* A leader learns that a replica has fallen out only after some time, and would go on naming it. */
#define GIVE_UP_MS 30000

static void log_choice(const struct kf_cluster *cluster, const struct kf_stream *stream)
{
    kf_log(&cluster->io->log, KAFFE_LOG_DEBUG, "partition.replica_chosen",
           "topic=%s partition=%d broker=%d", stream->topic, stream->partition,
           stream->course.follower->id);
}

void kf_follower_take(struct kf_cluster *cluster, struct kf_stream *stream, int32_t id)
{
    struct kf_stream_course *course = &stream->course;
    struct kf_broker *broker = kf_cluster_broker(cluster, id);
    if (!broker || !broker->listed || broker == course->leader || broker->down) {
        kf_follower_give_up(cluster, stream);
        if (!broker) /* newer than what we know */
            kf_cluster_refresh(cluster, 0);
        return;
    }
    course->follower = broker;
    course->follower_until_ms =
        cluster->io->now_ms + cluster->io->settings.connection.metadata_max_age_ms;
    broker->stream_count++;
    broker->follower_count++;
    log_choice(cluster, stream);
}

struct kf_broker *kf_follower_source(struct kf_cluster *cluster, struct kf_stream *stream)
{
    if (stream->course.follower && cluster->io->now_ms >= stream->course.follower_until_ms)
        kf_follower_leave(stream);
    return stream->course.follower ? stream->course.follower : stream->course.leader;
}

bool kf_follower_allowed(const struct kf_cluster *cluster, const struct kf_stream *stream)
{
    return cluster->io->now_ms >= stream->course.no_follower_until_ms;
}

void kf_follower_leave(struct kf_stream *stream)
{
    struct kf_broker *broker = stream->course.follower;
    if (!broker)
        return;
    broker->stream_count--;
    broker->follower_count--;
    stream->course.follower = NULL;
}

void kf_follower_give_up(const struct kf_cluster *cluster, struct kf_stream *stream)
{
    kf_follower_leave(stream);
    stream->course.no_follower_until_ms = cluster->io->now_ms + GIVE_UP_MS;
}

void kf_follower_lost(struct kf_cluster *cluster, struct kf_stream *stream)
{
    bool asked = stream->course.queue || stream->course.asked_by;
    kf_follower_give_up(cluster, stream);
    if (asked)
        kf_place(cluster, stream, KF_PLACE_FRONT);
}

void kf_followers_disband(struct kf_cluster *cluster, const struct kf_broker *broker)
{
    if (!broker->follower_count)
        return;
    for (struct kf_topic *topic = cluster->topics; topic; topic = topic->next)
        for (struct kf_stream *each = topic->streams; each; each = each->course.topic_next)
            if (each->course.follower == broker)
                kf_follower_lost(cluster, each);
}
