/* SPDX-License-Identifier: MIT */
#include "commit.h"

#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "in_hand.h"
#include "log.h"
#include "start.h"

#include <stdlib.h>
#include <string.h>

static const int64_t retry_ms = 1000;

static bool has_news(const struct kf_partition *partition)
{
    if (partition->phase == KF_PHASE_PIN)
        return true;
    return partition->committed >= 0 && kf_partition_done(partition) != partition->committed;
}

/* Fills offsets and consumer->in_commit, in the same order. @return how many; -1: out of memory */
static ptrdiff_t gather(kaffe_consumer *consumer, struct kf_group_offset *offsets)
{
    consumer->in_commit.count = 0;
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        if (!has_news(partition))
            continue;
        if (!kf_partition_vector_add(&consumer->in_commit, partition))
            return -1;
        partition->sent = kf_partition_done(partition);
        offsets[consumer->in_commit.count - 1] =
            (struct kf_group_offset){ .topic = partition->topic,
                                      .partition = partition->partition,
                                      .offset = partition->sent,
                                      .metadata = partition->mark[0] ? partition->mark : NULL };
    }
    return (ptrdiff_t)consumer->in_commit.count;
}

static void log_failure(kaffe_consumer *consumer, const char *error)
{
    char text[300];
    kf_count(&consumer->counters.commit_failures, 1);
    if (consumer->commit_failures++ == 0)
        kf_log(&consumer->settings.log, KAFFE_LOG_WARN, "commit.failed", "group=%s error=\"%s\"",
               consumer->settings.options.consumer_group, kf_log_quote(text, sizeof text, error));
}

/* @return false: it could not even be sent */
static bool send(kaffe_consumer *consumer)
{
    kaffe_error err;
    struct kf_group_offset *offsets = calloc(consumer->assigned.count + 1, sizeof *offsets);
    ptrdiff_t count = offsets ? gather(consumer, offsets) : -1;
    kaffe_status status = KAFFE_OK;
    if (count < 0)
        status = kf_error_no_memory(&err);
    else if (count > 0)
        status = kf_group_commit(consumer->group, offsets, (size_t)count, &err);
    free(offsets);
    if (status == KAFFE_OK)
        return true;
    consumer->in_commit.count = 0;
    log_failure(consumer, err.message);
    return false;
}

int64_t kf_commit_step(kaffe_consumer *consumer, int64_t now_ms)
{
    if (kf_group_commit_in_flight(consumer->group))
        return INT64_MAX;
    if (now_ms < consumer->next_commit_ms)
        return consumer->next_commit_ms;
    consumer->next_commit_ms = now_ms + consumer->settings.options.offset_commit_interval_ms;
    if (!send(consumer) && consumer->next_commit_ms > now_ms + retry_ms)
        consumer->next_commit_ms = now_ms + retry_ms;
    return kf_group_commit_in_flight(consumer->group) ? INT64_MAX : consumer->next_commit_ms;
}

static void confirmed(struct kf_partition *partition)
{
    if (partition->phase == KF_PHASE_PIN && !atomic_load(&partition->revoked))
        kf_start_pinned(partition);
    partition->committed = partition->sent;
    kf_in_hand_committed(partition, partition->committed);
}

static bool is_same(const struct kf_partition *partition, const struct kf_group_offset *offset)
{
    return partition->partition == offset->partition &&
           strcmp(partition->topic, offset->topic) == 0;
}

void kf_commit_answered(kaffe_consumer *consumer, const struct kf_group_offset *offsets,
                        size_t count, const kaffe_error *failed)
{
    const char *error = failed ? failed->message : NULL;
    for (size_t i = 0; i < consumer->in_commit.count && i < count; i++) {
        struct kf_partition *partition = consumer->in_commit.items[i];
        if (!failed && offsets[i].error == 0 && is_same(partition, &offsets[i]))
            confirmed(partition);
        else if (!error)
            error = "a partition of it was refused";
        partition->sent = -1;
    }
    consumer->in_commit.count = 0;
    if (!error) {
        kf_count(&consumer->counters.commits, 1);
        consumer->commit_failures = 0;
        return;
    }
    log_failure(consumer, error);
    int64_t soon_ms = kf_clock_ms() + retry_ms;
    if (consumer->next_commit_ms > soon_ms)
        consumer->next_commit_ms = soon_ms;
}

static bool all_is_committed(const kaffe_consumer *consumer)
{
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        const struct kf_partition *partition = consumer->assigned.items[i];
        if (partition->phase != KF_PHASE_PIN && has_news(partition))
            return false;
    }
    return true;
}

/* A stop that is asked for meanwhile shortens the wait, so it is looked for now and then. */
static bool settle(kaffe_consumer *consumer, int64_t deadline_ms)
{
    int64_t now_ms;
    int64_t until_ms;
    do {
        now_ms = kf_clock_ms();
        int64_t stop_ms = kf_consumer_stop_deadline_ms(consumer, now_ms);
        until_ms = stop_ms < deadline_ms ? stop_ms : deadline_ms;
        kf_watchdog_step(consumer, now_ms);
        int64_t look_again_ms = now_ms + 100;
        if (kf_group_commit_settle(consumer->group,
                                   look_again_ms < until_ms ? look_again_ms : until_ms))
            return true;
    } while (now_ms < until_ms);
    return false;
}

bool kf_commit_finish(kaffe_consumer *consumer, int64_t deadline_ms)
{
    /* An older commit that landed after the last one would take the group back. */
    if (!settle(consumer, deadline_ms))
        return false;
    if (all_is_committed(consumer))
        return true;
    return send(consumer) && settle(consumer, deadline_ms) && all_is_committed(consumer);
}
