/* SPDX-License-Identifier: MIT */
#include "list_offsets_round.h"

#include "channel.h"
#include "cluster.h"
#include "io.h"
#include "list_offsets.h"
#include "placement.h"
#include "round.h"
#include "stream.h"

#include <stdlib.h>

bool kf_list_offsets_round_write(const struct kf_round *round, struct kf_channel *channel)
{
    struct kf_list_offsets_query *queries = malloc(round->count * sizeof *queries);
    if (!queries)
        return false;
    for (size_t i = 0; i < round->count; i++) {
        const struct kf_entry *entry = &round->entries[i];
        queries[i] = (struct kf_list_offsets_query){ .topic = entry->stream->topic,
                                                     .partition = entry->stream->partition,
                                                     .timestamp = entry->offset };
    }
    kf_list_offsets_request(&channel->request, channel->versions.list_offsets,
                            kf_channel_next_id(channel), channel->io->settings.client_id, queries,
                            round->count);
    free(queries);
    return true;
}

struct answering {
    struct kf_cluster *cluster;
    struct kf_round *round;
};

static void take_answer(const struct kf_list_offsets_answer *answer, void *ctx)
{
    const struct answering *answering = ctx;
    struct kf_cluster *cluster = answering->cluster;
    struct kf_entry *entry = kf_round_answer(answering->round, answer->topic, answer->partition);
    if (!entry || !kf_round_awaits(answering->round, entry))
        return;
    struct kf_stream *stream = entry->stream;
    if (answer->error) {
        kf_place_refused(cluster, stream, answer->error);
        return;
    }
    if (answer->offset < 0 && entry->offset < 0)
        return; /* no answer: asked again; for a time it is one: no such message */
    stream->course.failures = 0;
    stream->course.wish.kind = KF_WISH_REST;
    kf_place(cluster, stream, KF_PLACE_BACK);
    kf_stream_tell_located(stream, answer->offset < 0 ? KF_LOCATED_NONE : answer->offset);
}

kaffe_status kf_list_offsets_round_apply(struct kf_cluster *cluster, struct kf_round *round,
                                         kaffe_bytes body, int16_t version, int32_t *throttle_ms,
                                         kaffe_error *err)
{
    struct answering answering = { cluster, round };
    return kf_list_offsets_decode(body, version, take_answer, &answering, throttle_ms, err);
}

void kf_list_offsets_round_end(struct kf_cluster *cluster, struct kf_round *round)
{
    for (size_t i = 0; i < round->count; i++)
        if (kf_round_awaits(round, &round->entries[i]))
            kf_place_later(cluster, round->entries[i].stream);
    kf_round_clear(round);
}
