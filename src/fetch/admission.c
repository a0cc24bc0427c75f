/* SPDX-License-Identifier: MIT */
#include "admission.h"

#include "broker.h"
#include "buffer_pool.h"
#include "cluster.h"
#include "io.h"
#include "log.h"
#include "placement.h"
#include "slice.h"
#include "stream.h"
#include "stream_queue.h"

#include <stdint.h>

#define RESPONSE_LEAST ((size_t)1 << 20)
#define TOO_LARGE_PAUSE_MS 5000

struct choice {
    struct kf_cluster *cluster;
    const struct kf_allowance *allowance;
    size_t used;
    size_t common; /* left */
    size_t share;
    size_t large; /* capacities of large batches among the chosen */
    size_t shares; /* capacities of those that are asked for out of their share */
    bool open; /* the common half is, for everybody */
};

/* Lanes wait at brokers with what they have been promised: none may have it all. */
static size_t lane_part(const struct kf_cluster *cluster, const struct kf_allowance *allowance)
{
    size_t brokers = 0;
    for (const struct kf_broker *each = cluster->brokers; each; each = each->next)
        brokers += each->stream_count > 0;
    size_t part = kf_allowance_largest(allowance) / (2 * (brokers ? brokers : 1));
    return part < RESPONSE_LEAST ? RESPONSE_LEAST : part;
}

/* Said once, and the partition stands still: nothing is skipped. */
static void refuse_too_large(struct kf_cluster *cluster, struct kf_stream *stream, size_t size)
{
    struct kf_io *io = cluster->io;
    if (!stream->course.too_large)
        kf_log(&io->log, KAFFE_LOG_ERROR, "batch.too_large",
               "topic=%s partition=%d offset=%lld size=%zu error=\"a batch of this size does not "
               "fit into memory_limit_bytes: raise it\"",
               stream->topic, stream->partition, (long long)stream->course.wish.offset, size);
    stream->course.too_large = true;
    kf_place_aside(cluster, stream, TOO_LARGE_PAUSE_MS);
}

static void choose(struct kf_stream *stream, size_t ask, struct kf_stream_queue *chosen)
{
    stream->course.ask = ask;
    kf_stream_queue_push(chosen, stream);
}

/* A batch that needs more than the usual. While one waits for room, nobody else gets any of the
 * common half: else small ones would take what becomes free for ever. */
static void consider_large(struct choice *choice, struct kf_stream *stream,
                           struct kf_stream_queue *chosen)
{
    struct kf_io *io = choice->cluster->io;
    size_t capacity = stream->course.capacity;
    if (capacity > kf_allowance_largest(choice->allowance)) {
        refuse_too_large(choice->cluster, stream, capacity);
        return;
    }
    if (capacity > choice->common || (io->large && io->large != stream)) {
        if (!io->large)
            io->large = stream;
        return;
    }
    io->large = NULL;
    choice->common -= capacity;
    choice->large += capacity;
    choose(stream, capacity, chosen);
}

static void consider(struct choice *choice, struct kf_stream *stream,
                     struct kf_stream_queue *chosen)
{
    size_t capacity = stream->course.capacity;
    if (stream->course.grown && capacity > choice->share) {
        consider_large(choice, stream, chosen);
    } else if (choice->open) {
        choose(stream, capacity, chosen);
    } else if (choice->share && !kf_stream_holds(stream)) {
        size_t ask = capacity < choice->share ? capacity : choice->share;
        choice->shares += ask;
        choose(stream, ask, chosen);
    }
}

static size_t response_bytes(const struct choice *choice, size_t most)
{
    size_t common = choice->open ? choice->common / 9 * 8 : 0;
    size_t part = lane_part(choice->cluster, choice->allowance);
    size_t usual = common < part ? common : part;
    size_t bytes = usual + choice->large + choice->shares;
    return bytes < most ? bytes : choice->large > most ? choice->large : most;
}

static struct choice begin(struct kf_cluster *cluster)
{
    const struct kf_io *io = cluster->io;
    struct choice choice = { .cluster = cluster,
                             .allowance = &io->allowance,
                             .used = kf_buffer_pool_used(io->pool) };
    choice.common = kf_allowance_common(choice.allowance, choice.used);
    choice.share = kf_allowance_share(choice.allowance);
    choice.open =
        !io->large && choice.common > 0 && choice.common >= kf_allowance_least(choice.allowance);
    return choice;
}

/* Somebody has to wait: how far must what is used come down? */
static void await_room(const struct choice *choice)
{
    struct kf_io *io = choice->cluster->io;
    size_t wanted = kf_allowance_least(choice->allowance);
    if (io->large && io->large->course.capacity > wanted)
        wanted = io->large->course.capacity;
    size_t taken = wanted + io->allowance.promised_bytes;
    size_t half = kf_allowance_largest(choice->allowance);
    atomic_fetch_add_explicit(&io->memory_waits, 1, memory_order_relaxed);
    if (taken > half) /* an answer has to come first, and that wakes us anyway */
        return;
    if (choice->used > half - taken && !kf_buffer_pool_await(io->pool, half - taken))
        kf_io_wake_at(io, io->now_ms); /* it has come down meanwhile */
}

size_t kf_admit(struct kf_cluster *cluster, struct kf_stream_queue *queue,
                struct kf_stream_queue *chosen, size_t most)
{
    struct choice choice = begin(cluster);
    struct kf_stream *next;
    for (struct kf_stream *stream = queue->first; stream; stream = next) {
        next = stream->course.next;
        consider(&choice, stream, chosen);
    }
    if (queue->first)
        await_room(&choice);
    return chosen->first ? response_bytes(&choice, most) : 0;
}

bool kf_admit_arrival(struct kf_cluster *cluster, struct kf_stream *stream, size_t asked_bytes,
                      size_t size)
{
    struct kf_io *io = cluster->io;
    size_t capacity = kf_buffer_class_above(KF_SLICE_HEAD + size);
    if (kf_allowance_admits(&io->allowance, kf_buffer_pool_used(io->pool), stream->course.held,
                            capacity))
        return true;
    atomic_fetch_add_explicit(&io->memory_waits, 1, memory_order_relaxed);
    if (size > asked_bytes) /* a batch larger than all that was asked for */
        kf_stream_grow(stream, size);
    kf_place(cluster, stream, KF_PLACE_FRONT);
    return false;
}

void kf_admission_count(struct kf_cluster *cluster, int change)
{
    struct kf_io *io = cluster->io;
    io->allowance.stream_count += (size_t)change;
    kf_buffer_pool_limit(io->pool, kf_allowance_total(&io->allowance));
    bool crowded = kf_allowance_is_crowded(&io->allowance);
    if (crowded && !io->crowded)
        kf_log(&io->log, KAFFE_LOG_ERROR, "memory.crowded",
               "partitions=%zu error=\"memory_limit_bytes is too small for so many: it can not be "
               "kept, raise it to %zu or more\"",
               io->allowance.stream_count, io->allowance.stream_count * KF_STREAM_COST * 4);
    io->crowded = crowded;
}

void kf_admission_forget(struct kf_cluster *cluster, const struct kf_stream *stream)
{
    if (cluster->io->large == stream)
        cluster->io->large = NULL;
}
