/* SPDX-License-Identifier: MIT */
#include "lane.h"

#include "admission.h"
#include "broker.h"
#include "cluster.h"
#include "io.h"
#include "list_offsets_round.h"
#include "metadata_round.h"
#include "stream_queue.h"

/* Of a whole response. Large ones are cheapest for both sides, and a stream's part is bounded by
 * its own limit; only where metadata could have to wait behind it, it is kept short. */
#define POLL_MAX_BYTES ((size_t)50 << 20)
#define SIDE_MAX_BYTES ((size_t)4 << 20)
#define EMPTY_PAUSE_MS 10 /* between fetches that come back empty though they could have waited */
#define SIDE_PAUSE_MS 8 /* between looks at drained streams, doubling */
#define SIDE_PAUSE_MAX_MS 64

static struct kf_io *io_of(const struct kf_lane *lane)
{
    return lane->broker->cluster->io;
}

static bool is_poll(const struct kf_lane *lane)
{
    return lane == &lane->broker->poll;
}

/* Broken off: whoever waited for an answer looks elsewhere. */
static void abandon(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    enum kf_errand errand = lane->errand;
    lane->errand = KF_ERRAND_NONE;
    if (errand == KF_ERRAND_FETCH)
        kf_fetch_round_end(&lane->fetch, false);
    if (errand == KF_ERRAND_LIST_OFFSETS)
        kf_list_offsets_round_end(broker->cluster, &lane->fetch.round);
    if (errand == KF_ERRAND_METADATA)
        kf_cluster_not_answered(broker->cluster, broker);
}

static void settle(struct kf_lane *lane, int32_t throttle_ms)
{
    lane->errand = KF_ERRAND_NONE;
    lane->useful = true;
    kf_broker_answered(lane->broker, throttle_ms);
}

static void opened(void *ctx)
{
    struct kf_lane *lane = ctx;
    lane->useful = false;
    kf_broker_opened(lane->broker);
}

static void closed(void *ctx, enum kf_channel_state was, const char *why)
{
    struct kf_lane *lane = ctx;
    bool idle = was == KF_CHANNEL_IDLE && lane->useful; /* brokers hang up on those */
    bool down = was < KF_CHANNEL_IDLE || lane->channel.refused;
    abandon(lane);
    if (!idle)
        kf_broker_failed(lane->broker, down, lane->channel.refused, why);
}

/* Not merely hung up on. */
static void reject(struct kf_lane *lane, const char *why)
{
    lane->useful = false;
    kf_channel_close(&lane->channel, why);
}

static void metadata_answered(struct kf_lane *lane, kaffe_bytes body)
{
    kaffe_error err;
    int32_t throttle_ms = 0;
    if (kf_metadata_round_apply(lane->broker->cluster, body, lane->channel.versions.metadata,
                                &throttle_ms, &err) != KAFFE_OK) {
        reject(lane, err.message);
        return;
    }
    settle(lane, throttle_ms);
    kf_cluster_refreshed(lane->broker->cluster);
}

static void list_offsets_answered(struct kf_lane *lane, kaffe_bytes body)
{
    kaffe_error err;
    int32_t throttle_ms = 0;
    struct kf_round *round = &lane->fetch.round;
    if (kf_list_offsets_round_apply(lane->broker->cluster, round, body,
                                    lane->channel.versions.list_offsets, &throttle_ms,
                                    &err) != KAFFE_OK) {
        reject(lane, err.message);
        return;
    }
    kf_list_offsets_round_end(lane->broker->cluster, round);
    settle(lane, throttle_ms);
}

static void answered(void *ctx, const uint8_t *body, size_t size)
{
    struct kf_lane *lane = ctx;
    if (lane->errand == KF_ERRAND_METADATA)
        metadata_answered(lane, (kaffe_bytes){ body, size });
    else
        list_offsets_answered(lane, (kaffe_bytes){ body, size });
}

static void poll_answered(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    kf_fetch_round_end(&lane->fetch, false);
    broker->poll_at_ms = lane->fetch.got_records ? 0 : lane->sent_at_ms + EMPTY_PAUSE_MS;
}

static void side_answered(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    bool others_wait = broker->drained.first != NULL; /* with a time of their own */
    kf_fetch_round_end(&lane->fetch, true);
    if (others_wait || !broker->drained.first)
        return;
    if (broker->side_pause_ms == 0)
        broker->side_pause_ms = SIDE_PAUSE_MS;
    else if (broker->side_pause_ms < SIDE_PAUSE_MAX_MS)
        broker->side_pause_ms *= 2;
    broker->side_at_ms = io_of(lane)->now_ms + broker->side_pause_ms;
}

static enum kf_arrival arriving(void *ctx, struct kf_input *input, const char **why)
{
    struct kf_lane *lane = ctx;
    enum kf_arrival arrival =
        kf_fetch_round_take(&lane->fetch, input, lane->channel.body_size, why);
    if (arrival != KF_ARRIVAL_DONE)
        return arrival;
    if (is_poll(lane))
        poll_answered(lane);
    else
        side_answered(lane);
    settle(lane, lane->fetch.throttle_ms);
    return arrival;
}

void kf_lane_init(struct kf_lane *lane, struct kf_broker *broker)
{
    static const struct kf_channel_events events = { opened, closed, answered, arriving };
    *lane = (struct kf_lane){ .broker = broker };
    kf_channel_init(&lane->channel, broker->cluster->io, &events, lane, &broker->tls_memory);
    kf_fetch_round_init(&lane->fetch, broker->cluster);
}

void kf_lane_fini(struct kf_lane *lane)
{
    abandon(lane);
    kf_channel_fini(&lane->channel);
    kf_fetch_round_fini(&lane->fetch);
}

void kf_lane_renew(struct kf_lane *lane)
{
    struct kf_io *io = io_of(lane);
    int64_t max_idle_ms = io->settings.connection.max_idle_ms;
    if (max_idle_ms == 0 || lane->channel.state != KF_CHANNEL_IDLE)
        return;
    int64_t until_ms = lane->channel.idle_since_ms + max_idle_ms;
    if (io->now_ms < until_ms) {
        kf_io_wake_at(io, until_ms);
        return;
    }
    lane->useful = true; /* no failure of the broker's */
    kf_channel_close(&lane->channel, "idle");
}

static void send_errand(struct kf_lane *lane, enum kf_errand errand, int64_t wait_ms)
{
    lane->errand = errand;
    lane->sent_at_ms = io_of(lane)->now_ms;
    kf_channel_send(&lane->channel, wait_ms + lane->broker->throttle_ms, errand == KF_ERRAND_FETCH);
}

static void out_of_memory(struct kf_lane *lane)
{
    reject(lane, "out of memory");
}

static void ask_fetch(struct kf_lane *lane)
{
    bool waits = is_poll(lane);
    struct kf_stream_queue chosen = { 0 };
    struct kf_stream_queue *fetchable = &lane->broker->fetchable;
    size_t max_bytes = kf_admit(lane->broker->cluster, fetchable, &chosen,
                                waits ? POLL_MAX_BYTES : SIDE_MAX_BYTES);
    if (max_bytes == 0)
        return;
    if (kf_round_gather(&lane->fetch.round, &chosen) &&
        kf_fetch_round_write(&lane->fetch, &lane->channel, waits, max_bytes)) {
        send_errand(lane, KF_ERRAND_FETCH, waits ? io_of(lane)->settings.max_wait_ms : 0);
        return;
    }
    kf_stream_queue_append(fetchable, &chosen);
    kf_fetch_round_end(&lane->fetch, false);
    out_of_memory(lane);
}

static void ask_list_offsets(struct kf_lane *lane)
{
    struct kf_round *round = &lane->fetch.round;
    if (kf_round_gather(round, &lane->broker->locating) &&
        kf_list_offsets_round_write(round, &lane->channel)) {
        send_errand(lane, KF_ERRAND_LIST_OFFSETS, 0);
        return;
    }
    kf_list_offsets_round_end(lane->broker->cluster, round);
    out_of_memory(lane);
}

static void ask_metadata(struct kf_lane *lane)
{
    if (kf_metadata_round_write(lane->broker->cluster, &lane->channel))
        send_errand(lane, KF_ERRAND_METADATA, 0);
    else
        out_of_memory(lane);
}

void kf_lane_poll(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    struct kf_io *io = io_of(lane);
    if (lane->channel.state != KF_CHANNEL_IDLE ||
        (!broker->fetchable.first && !broker->drained.first))
        return;
    if (io->now_ms < broker->poll_at_ms) {
        kf_io_wake_at(io, broker->poll_at_ms);
        return;
    }
    kf_stream_queue_append(&broker->fetchable, &broker->drained);
    broker->side_pause_ms = 0;
    ask_fetch(lane);
}

/* Only what the other lane can not ask for at once. */
static void ask_side_fetch(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    struct kf_io *io = io_of(lane);
    if (!broker->drained.first)
        broker->side_pause_ms = 0;
    else if (io->now_ms >= broker->side_at_ms)
        kf_stream_queue_append(&broker->fetchable, &broker->drained);
    if (broker->fetchable.first)
        ask_fetch(lane);
    else if (broker->drained.first)
        kf_io_wake_at(io, broker->side_at_ms);
}

void kf_lane_side(struct kf_lane *lane)
{
    struct kf_broker *broker = lane->broker;
    if (lane->channel.state != KF_CHANNEL_IDLE)
        return;
    if (broker->cluster->asker == broker)
        ask_metadata(lane);
    else if (broker->locating.first)
        ask_list_offsets(lane);
    else
        ask_side_fetch(lane);
}
