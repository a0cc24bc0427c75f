/* SPDX-License-Identifier: MIT */
#include "broker.h"

#include "backoff.h"
#include "cluster.h"
#include "follower.h"
#include "io.h"
#include "log.h"
#include "placement.h"
#include "random.h"
#include "stream.h"

#include <stdlib.h>
#include <string.h>

#define THROTTLE_LIMIT_MS (5 * 60 * 1000) /* longer than any quota window */
#define WARN_AFTER_FAILURES 5

struct kf_broker *kf_broker_new(struct kf_cluster *cluster, int32_t id, const char *host,
                                uint16_t port)
{
    struct kf_broker *broker = calloc(1, sizeof *broker);
    if (!broker)
        return NULL;
    broker->cluster = cluster;
    broker->id = id;
    broker->later_due_ms = INT64_MAX;
    kf_lane_init(&broker->poll, broker);
    kf_lane_init(&broker->side, broker);
    if (kf_broker_move(broker, host, port))
        return broker;
    kf_broker_free(broker);
    return NULL;
}

void kf_broker_free(struct kf_broker *broker)
{
    if (!broker)
        return;
    kf_lane_fini(&broker->poll);
    kf_lane_fini(&broker->side);
    kf_tls_memory_fini(&broker->tls_memory);
    free(broker->endpoint.host);
    free(broker);
}

bool kf_broker_move(struct kf_broker *broker, const char *host, uint16_t port)
{
    char *copy = strdup(host);
    if (!copy)
        return false;
    kf_tls_memory_fini(&broker->tls_memory);
    free(broker->endpoint.host);
    broker->endpoint = (struct kf_endpoint){ .host = copy, .port = port };
    broker->addresses.count = 0;
    broker->lookup = NULL; /* its answer finds nobody */
    broker->retry_at_ms = 0;
    return true;
}

bool kf_broker_is_at(const struct kf_broker *broker, const char *host, uint16_t port)
{
    return broker->endpoint.port == port && strcmp(broker->endpoint.host, host) == 0;
}

void kf_broker_disconnect(struct kf_broker *broker, const char *why)
{
    kf_channel_close(&broker->poll.channel, why);
    kf_channel_close(&broker->side.channel, why);
}

int64_t kf_broker_ready_at(const struct kf_broker *broker)
{
    bool closed = broker->side.channel.state == KF_CHANNEL_CLOSED;
    int64_t at_ms = closed ? broker->retry_at_ms : 0;
    return at_ms > broker->throttled_until_ms ? at_ms : broker->throttled_until_ms;
}

static void log_broker(const struct kf_broker *broker, kaffe_log_level level, const char *event,
                       const char *why)
{
    char endpoint[300];
    char quoted[300];
    kf_endpoint_text(&broker->endpoint, endpoint, sizeof endpoint);
    if (why)
        kf_log(&broker->cluster->io->log, level, event, "broker=%d endpoint=%s error=\"%s\"",
               broker->id, endpoint, kf_log_quote(quoted, sizeof quoted, why));
    else
        kf_log(&broker->cluster->io->log, level, event, "broker=%d endpoint=%s", broker->id,
               endpoint);
}

/* It does what is wanted of it. */
static void found_good(struct kf_broker *broker)
{
    broker->down = false;
    broker->refused = false;
    kf_cluster_judge(broker->cluster, broker, NULL);
}

/* One that refuses may do so at the first request only: it is to answer one. */
void kf_broker_opened(struct kf_broker *broker)
{
    log_broker(broker, KAFFE_LOG_DEBUG, "broker.connected", NULL);
    if (!broker->refused)
        found_good(broker);
}

void kf_broker_failed(struct kf_broker *broker, bool down, bool refused, const char *why)
{
    struct kf_io *io = broker->cluster->io;
    broker->failures++;
    io->large = NULL; /* it may have been one of ours; who needs it says so again */
    broker->down = broker->down || down;
    broker->refused = refused;
    broker->addresses.count = 0; /* it may have moved */
    broker->retry_at_ms =
        io->now_ms + kf_backoff_ms(io->settings.connection.reconnect_backoff_ms,
                                   io->settings.connection.reconnect_backoff_max_ms,
                                   broker->failures, kf_random_below(UINT32_MAX));
    kf_io_wake_at(io, broker->retry_at_ms);
    log_broker(broker, KAFFE_LOG_DEBUG, "broker.disconnected", why);
    if (broker->side.channel.state == KF_CHANNEL_CLOSED)
        kf_cluster_not_answered(broker->cluster, broker);
    kf_followers_disband(broker->cluster, broker);
    kf_cluster_judge(broker->cluster, broker, why);
    if (broker->stream_count == 0)
        return;
    kf_cluster_refresh(broker->cluster, 0);
    if (broker->failures < WARN_AFTER_FAILURES || broker->warned || broker->cluster->unreachable)
        return;
    broker->warned = true;
    log_broker(broker, KAFFE_LOG_WARN, "broker.failed", why);
}

void kf_broker_answered(struct kf_broker *broker, int32_t throttle_ms)
{
    broker->failures = 0;
    broker->warned = false;
    if (broker->refused)
        found_good(broker);
    if (throttle_ms < 0)
        throttle_ms = 0;
    if (throttle_ms > THROTTLE_LIMIT_MS)
        throttle_ms = THROTTLE_LIMIT_MS;
    broker->throttle_ms = throttle_ms;
    int64_t until_ms = broker->cluster->io->now_ms + throttle_ms;
    if (until_ms > broker->throttled_until_ms)
        broker->throttled_until_ms = until_ms;
}

static void look_up(struct kf_broker *broker)
{
    struct kf_io *io = broker->cluster->io;
    if (!broker->lookup) {
        broker->lookup =
            kf_lookup_start(io->mailbox, &broker->endpoint, io->settings.connection.address_family);
        broker->lookup_deadline_ms = io->now_ms + io->settings.connection.connect_timeout_ms;
        if (!broker->lookup)
            kf_broker_failed(broker, true, false, "no memory or no thread to look its name up");
    }
    if (broker->lookup && io->now_ms >= broker->lookup_deadline_ms) {
        kf_broker_failed(broker, true, false, "the name server does not answer");
        return;
    }
    kf_io_wake_at(io, broker->lookup_deadline_ms);
}

void kf_broker_resolved(struct kf_broker *broker, const struct kf_lookup *lookup)
{
    broker->lookup = NULL;
    if (lookup->failure[0])
        kf_broker_failed(broker, true, false, lookup->failure);
    else
        broker->addresses = lookup->addresses;
}

static void connect_lane(struct kf_broker *broker, struct kf_lane *lane)
{
    struct kf_io *io = broker->cluster->io;
    if (io->now_ms < broker->retry_at_ms) {
        kf_io_wake_at(io, broker->retry_at_ms);
        return;
    }
    if (!kf_tokens_ready(&io->tokens, io)) {
        const char *why = kf_tokens_why(&io->tokens, io);
        if (why)
            kf_broker_failed(broker, true, true, why);
        return;
    }
    if (!broker->addresses.count)
        kf_resolve_number(&broker->endpoint, io->settings.connection.address_family,
                          &broker->addresses);
    if (broker->addresses.count)
        kf_channel_open(&lane->channel, &broker->addresses, broker->endpoint.host);
    else
        look_up(broker);
}

static void look_after(struct kf_broker *broker, struct kf_lane *lane, bool wanted)
{
    kf_channel_tick(&lane->channel);
    kf_lane_renew(lane);
    if (wanted && lane->channel.state == KF_CHANNEL_CLOSED)
        connect_lane(broker, lane);
}

static void call_back_later_ones(struct kf_broker *broker)
{
    struct kf_io *io = broker->cluster->io;
    if (io->now_ms >= broker->later_due_ms) {
        struct kf_stream_queue waiting = { 0 };
        kf_stream_queue_append(&waiting, &broker->later);
        broker->later_due_ms = INT64_MAX;
        while (waiting.first) /* not due yet: aside again */
            kf_place(broker->cluster, waiting.first, KF_PLACE_BACK);
    }
    kf_io_wake_at(io, broker->later_due_ms);
}

void kf_broker_tick(struct kf_broker *broker)
{
    struct kf_io *io = broker->cluster->io;
    bool leads = broker->stream_count > 0;
    look_after(broker, &broker->poll, leads);
    look_after(broker, &broker->side, leads || broker->cluster->asker == broker);
    call_back_later_ones(broker);
    if (io->now_ms < broker->throttled_until_ms) {
        kf_io_wake_at(io, broker->throttled_until_ms);
        kf_cluster_not_answered(broker->cluster, broker);
        return;
    }
    kf_lane_poll(&broker->poll);
    kf_lane_side(&broker->side);
}
