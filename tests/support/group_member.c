/* SPDX-License-Identifier: MIT */
#include "group_member.h"

#include "clock.h"
#include "thread.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 30000

static void on_assigned(void *ctx, const struct kf_group_offset *partitions, size_t count)
{
    struct group_member *member = ctx;
    (void)partitions;
    member->assigned++;
    member->partitions = (int)count;
}

static void on_revoked(void *ctx, bool lost)
{
    struct group_member *member = ctx;
    member->revoked++;
    member->revoked_lost += lost;
    if (member->while_revoked)
        member->while_revoked(member);
    member->partitions = 0;
}

static void on_committed(void *ctx, const struct kf_group_offset *offsets, size_t count,
                         const kaffe_error *failed)
{
    struct group_member *member = ctx;
    member->committed++;
    if (failed) {
        member->commits_failed++;
        member->commit_error = *failed;
    }
    member->offset_count = count < MEMBER_ENTRIES ? count : MEMBER_ENTRIES;
    memcpy(member->offsets, offsets, member->offset_count * sizeof *offsets);
    for (size_t i = 0; i < member->offset_count; i++)
        member->offsets[i].topic = NULL;
}

static void on_reachable(void *ctx, kaffe_status status, const char *why)
{
    struct group_member *member = ctx;
    (void)why;
    if (status == KAFFE_OK)
        member->reachable++;
    else
        member->unreachable++;
}

static void on_failed(void *ctx, const kaffe_error *err)
{
    struct group_member *member = ctx;
    member->failed++;
    member->failure = *err;
}

static void on_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct group_member *member = ctx;
    if (strcmp(event, "topic.unknown") == 0)
        member->unknown_topics++;
    if (level < KAFFE_LOG_DEBUG || getenv("KAFFE_TEST_DEBUG"))
        fprintf(stderr, "%s %s\n", event, fields);
}

static const struct kf_group_events events = { .assigned = on_assigned,
                                               .revoked = on_revoked,
                                               .committed = on_committed,
                                               .reachable = on_reachable,
                                               .failed = on_failed };

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "group member: %s\n", what);
    abort();
}

void group_member_start(struct group_member *member, const char *endpoints, const char *group_name,
                        const char *topics, const char *instance_id)
{
    kaffe_error err;
    *member = (struct group_member){ .wake_fd = kf_wake_open(),
                                     .log = { .write = on_log, .ctx = member } };
    require(member->wake_fd >= 0, "no descriptor");
    require(kf_text_list_split(&member->topics, topics), "out of memory");
    struct kf_group_settings settings = { .endpoints = endpoints,
                                          .consumer_group = group_name,
                                          .client_id = "test",
                                          .group_instance_id = instance_id,
                                          .partition_assignment_strategy = "roundrobin",
                                          .topics = &member->topics,
                                          .session_timeout_ms = 4000,
                                          .heartbeat_interval_ms = 200,
                                          .max_poll_interval_ms = 300000,
                                          .metadata_max_age_ms = 500 };
    member->group = kf_group_new(&settings, &member->log, &events, member, member->wake_fd, &err);
    require(member->group != NULL, err.message);
    require(kf_group_subscribe(member->group, &err) == KAFFE_OK, err.message);
}

static void serve(struct group_member *member, int wait_ms)
{
    struct pollfd woken = { .fd = member->wake_fd, .events = POLLIN };
    poll(&woken, 1, wait_ms);
    kf_wake_clear(member->wake_fd);
    kf_group_serve(member->group);
    member->served++;
}

bool group_member_until(struct group_member *member, bool (*reached)(struct group_member *member))
{
    int64_t deadline_ms = kf_clock_ms() + PATIENCE_MS;
    while (!reached(member)) {
        if (kf_clock_ms() > deadline_ms)
            return false;
        serve(member, 500);
    }
    return true;
}

bool group_members_until(struct group_member *a, struct group_member *b,
                         bool (*reached)(struct group_member *a, struct group_member *b))
{
    int64_t deadline_ms = kf_clock_ms() + PATIENCE_MS;
    while (!reached(a, b)) {
        if (kf_clock_ms() > deadline_ms)
            return false;
        serve(a, 50);
        serve(b, 50);
    }
    return true;
}

void group_member_free(struct group_member *member)
{
    kf_group_free(member->group, kf_clock_ms() + 60000);
    kf_text_list_fini(&member->topics);
    close(member->wake_fd);
}

bool group_member_holds(struct group_member *member)
{
    return member->partitions > 0;
}

bool group_member_answered(struct group_member *member)
{
    return !kf_group_commit_in_flight(member->group);
}

bool group_member_left(struct group_member *member)
{
    return kf_group_left(member->group);
}
