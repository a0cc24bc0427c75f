/* SPDX-License-Identifier: MIT */
#include "partition.h"

#include "consumer_state.h"
#include "given_up.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The events run on the I/O thread, the stream's lock held. */

static void on_ready(void *ctx)
{
    struct kf_partition *partition = ctx;
    kf_pool_ready(&partition->consumer->pool, &partition->task);
}

static void on_located(void *ctx, int64_t offset)
{
    struct kf_partition *partition = ctx;
    atomic_store(&partition->located, offset);
    kf_consumer_tell(partition->consumer);
}

static void on_out_of_range(void *ctx, int64_t offset)
{
    struct kf_partition *partition = ctx;
    atomic_store(&partition->out_of_range, offset);
    kf_consumer_tell(partition->consumer);
}

static void on_gap(void *ctx, int64_t offset, int64_t end)
{
    struct kf_partition *partition = ctx;
    if (end < partition->cursor.stop)
        return;
    atomic_store(&partition->gap, offset);
    kf_consumer_tell(partition->consumer);
}

void kf_partition_granted(struct kf_scratch_wait *wait)
{
    void *start = (char *)wait - offsetof(struct kf_partition, cursor.wait);
    struct kf_partition *partition = start;
    kf_pool_ready(&partition->consumer->pool, &partition->task);
}

struct kf_partition *kf_partition_new(kaffe_consumer *consumer, const char *topic,
                                      int32_t partition)
{
    static const struct kf_stream_events events = {
        .ready = on_ready, .located = on_located, .out_of_range = on_out_of_range, .gap = on_gap
    };
    struct kf_partition *new = calloc(1, sizeof *new);
    if (!new)
        return NULL;
    new->consumer = consumer;
    new->partition = partition;
    new->topic = strdup(topic);
    new->phase = KF_PHASE_LOOKUP;
    new->budget = 1;
    new->committed = -1;
    new->sent = -1;
    new->commit_limit = INT64_MAX;
    atomic_init(&new->refetch, -1);
    atomic_init(&new->done, -1);
    atomic_init(&new->withheld, -1);
    atomic_init(&new->in_hand, KF_NO_CALL);
    atomic_init(&new->located, KF_NOT_LOCATED);
    atomic_init(&new->out_of_range, -1);
    atomic_init(&new->gap, INT64_MIN);
    struct kf_stream *stream =
        new->topic ? kf_stream_open(consumer->fetcher, topic, partition, &events, new) : NULL;
    if (!stream) {
        free(new->topic);
        free(new);
        return NULL;
    }
    kf_cursor_init(&new->cursor, stream, -1);
    if (!consumer->settings.options.async_message_ack)
        return new;
    new->flight = kf_flights_take(consumer, new);
    if (new->flight)
        return new;
    kf_partition_free(new);
    return NULL;
}

void kf_partition_free(struct kf_partition *partition)
{
    kf_stream_close(partition->cursor.stream);
    if (partition->flight)
        kf_flight_leave(partition->flight);
    kf_given_up_forget(partition);
    kf_cursor_fini(&partition->cursor);
    kf_stream_free(partition->cursor.stream);
    free(partition->topic);
    free(partition);
}

void kf_partition_start(struct kf_partition *partition, int64_t offset)
{
    partition->committed = offset;
    partition->cursor.position = offset; /* still ours: there was no turn yet */
    atomic_store(&partition->done, offset);
    kf_partition_go_on(partition, offset);
}

bool kf_partition_has_come_to(struct kf_partition *partition, int64_t offset)
{
    return kf_partition_handled(partition) == offset ||
           atomic_load(&partition->cursor.restart) == offset;
}

void kf_partition_go_on(struct kf_partition *partition, int64_t offset)
{
    bool runs = offset < partition->cursor.stop;
    partition->phase = runs ? KF_PHASE_RUNNING : KF_PHASE_REACHED;
    atomic_store(&partition->cursor.restart, offset);
    if (runs)
        kf_stream_start(partition->cursor.stream, offset);
}
