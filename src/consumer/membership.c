/* SPDX-License-Identifier: MIT
 * Partitions from a group: what it assigns and takes away, and what is committed to it. */
#include "assignment.h"
#include "clock.h"
#include "commit.h"
#include "consumer_state.h"
#include "control.h"
#include "log.h"
#include "source.h"
#include "start.h"

#include <stdio.h>

/* For librdkafka's own end, when shutdown_timeout_ms is over. */
static const int64_t last_ms = 50;

/* --- what the group says ------------------------------------------------------------------ */

static void on_assigned(void *ctx, const struct kf_group_offset *partitions, size_t count)
{
    kaffe_consumer *consumer = ctx;
    kf_count(&consumer->counters.assignments, count > 0);
    kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "group.assigned", "group=%s partitions=%zu",
           consumer->name, count);
    consumer->next_lookup_ms = 0;
    kf_assignment_add(consumer, partitions, count);
}

static void on_revoked(void *ctx, bool lost)
{
    kf_assignment_give_up(ctx, lost);
}

static void on_committed(void *ctx, const struct kf_group_offset *offsets, size_t count,
                         const kaffe_error *failed)
{
    kf_commit_answered(ctx, offsets, count, failed);
}

static void on_reachable(void *ctx, kaffe_status status, const char *why)
{
    kf_control_reachable(ctx, KF_PLANE_GROUP, status, why);
}

static void on_failed(void *ctx, const kaffe_error *err)
{
    kf_consumer_fail(ctx, err);
}

static const struct kf_group_events events = { .assigned = on_assigned,
                                               .revoked = on_revoked,
                                               .committed = on_committed,
                                               .reachable = on_reachable,
                                               .failed = on_failed };

/* --- the source --------------------------------------------------------------------------- */

static kaffe_status make_group(kaffe_consumer *consumer, kaffe_error *err)
{
    const kaffe_consumer_options *options = &consumer->settings.options;
    struct kf_group_settings settings = { .endpoints = options->endpoints,
                                          .consumer_group = options->consumer_group,
                                          .client_id = options->client_id,
                                          .group_instance_id = options->group_instance_id,
                                          .partition_assignment_strategy =
                                              options->partition_assignment_strategy,
                                          .client_rack = options->client_rack,
                                          .properties = options->kafka,
                                          .property_count = options->kafka_count,
                                          .security = &consumer->settings.security,
                                          .topics = &consumer->settings.topics,
                                          .session_timeout_ms = options->session_timeout_ms,
                                          .heartbeat_interval_ms = options->heartbeat_interval_ms,
                                          .max_poll_interval_ms =
                                              consumer->settings.max_poll_interval_ms };
    consumer->group =
        kf_group_new(&settings, &consumer->settings.log, &events, consumer, consumer->wake_fd, err);
    return consumer->group ? KAFFE_OK : err ? err->status : KAFFE_FAILED;
}

static kaffe_status open_group(kaffe_consumer *consumer, kaffe_error *err)
{
    kaffe_status status = make_group(consumer, err);
    if (status == KAFFE_OK)
        status = kf_group_subscribe(consumer->group, err);
    if (status == KAFFE_OK)
        kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "consumer.started",
               "group=%s topics=%s endpoints=%s", consumer->name, consumer->settings.options.topics,
               consumer->settings.options.endpoints);
    return status;
}

static void serve_group(kaffe_consumer *consumer)
{
    kf_group_serve(consumer->group);
}

static int64_t step(kaffe_consumer *consumer, int64_t now_ms)
{
    int64_t lookup_ms = kf_lookup_step(consumer, now_ms);
    int64_t commit_ms = kf_commit_step(consumer, now_ms);
    return lookup_ms < commit_ms ? lookup_ms : commit_ms;
}

static bool leave_group(kaffe_consumer *consumer, bool at_once)
{
    kf_group_leave(consumer->group, at_once);
    kf_group_serve(consumer->group);
    return kf_group_left(consumer->group);
}

static void gave_up(kaffe_consumer *consumer, const struct kf_hand_over *how)
{
    bool clean = how->drained && how->committed;
    kf_count(clean ? &consumer->counters.revocations : &consumer->counters.revocations_unclean,
             how->count > 0);
    kf_log(&consumer->settings.log, clean ? KAFFE_LOG_INFO : KAFFE_LOG_WARN, "group.revoked",
           "group=%s partitions=%zu lost=%s drained=%s committed=%s", consumer->name, how->count,
           how->lost ? "yes" : "no", how->drained ? "yes" : "no", how->committed ? "yes" : "no");
}

static const char *missed(const kaffe_consumer *consumer, char *out, size_t size)
{
    const char *topic = kf_group_missing_topic(consumer->group);
    if (topic) /* without any topic that is there, librdkafka does not join */
        snprintf(out, size, "topic %.60s was not there for group %.40s", topic, consumer->name);
    else
        snprintf(out, size, "the group %.60s was not joined", consumer->name);
    return topic ? "create it, or correct topics" : NULL;
}

static void close_group(kaffe_consumer *consumer)
{
    /* The last thing of all: a moment it has in any case. */
    int64_t now_ms = kf_clock_ms();
    int64_t end_ms = kf_consumer_stop_deadline_ms(consumer, now_ms) == INT64_MAX
                         ? now_ms + consumer->settings.options.shutdown_timeout_ms
                         : consumer->stop_deadline_ms + kf_consumer_workers_ms(consumer);
    kf_group_free(consumer->group, end_ms > now_ms + last_ms ? end_ms : now_ms + last_ms);
    consumer->group = NULL;
}

const struct kf_source kf_membership = {
    .section = "consumer",
    .key = "group",
    .left_work = "not all finished work could be committed; it will be handled again",
    .commit_ms = 10000,
    .open = open_group,
    .serve = serve_group,
    .step = step,
    .leave = leave_group,
    .commit = kf_commit_finish,
    .gave_up = gave_up,
    .missed = missed,
    .close = close_group,
};
