/* SPDX-License-Identifier: MIT */
#include "fetch_round.h"

#include "admission.h"
#include "cluster.h"
#include "error_code.h"
#include "follower.h"
#include "io.h"
#include "placement.h"
#include "slice.h"
#include "stream.h"

#include <stdlib.h>

#define CORRUPT_MESSAGE 2 /* Kafka's code, for what we find out ourselves */

void kf_fetch_round_init(struct kf_fetch_round *round, struct kf_cluster *cluster)
{
    *round = (struct kf_fetch_round){ .cluster = cluster };
}

static void drop_slice(struct kf_fetch_round *round)
{
    if (round->slice)
        kf_slices_free(round->slice);
    round->slice = NULL;
}

void kf_fetch_round_fini(struct kf_fetch_round *round)
{
    drop_slice(round);
    kf_round_fini(&round->round);
    free(round->queries);
    round->queries = NULL;
}

static bool reserve(struct kf_fetch_round *round, size_t count)
{
    if (count <= round->query_capacity)
        return true;
    struct kf_fetch_query *queries = realloc(round->queries, count * sizeof *queries);
    if (!queries)
        return false;
    round->queries = queries;
    round->query_capacity = count;
    return true;
}

/* What may arrive, in capacities. Buffers have up to an eighth of air. */
static void promise(struct kf_fetch_round *round, size_t max_bytes)
{
    size_t asked = 0;
    for (size_t i = 0; i < round->round.count; i++)
        asked += round->round.entries[i].stream->course.ask;
    size_t most = max_bytes + max_bytes / 8;
    round->promised_bytes = asked < most ? asked : most;
    round->cluster->io->allowance.promised_bytes += round->promised_bytes;
}

/* So much of it has arrived, or none of the rest will. */
static void redeem(struct kf_fetch_round *round, size_t bytes)
{
    if (bytes > round->promised_bytes)
        bytes = round->promised_bytes;
    round->promised_bytes -= bytes;
    round->cluster->io->allowance.promised_bytes -= bytes;
}

bool kf_fetch_round_write(struct kf_fetch_round *round, struct kf_channel *channel, bool waits,
                          size_t max_bytes)
{
    const struct kf_fetcher_settings *settings = &round->cluster->io->settings;
    size_t count = round->round.count;
    if (!reserve(round, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct kf_entry *entry = &round->round.entries[i];
        round->queries[i] = (struct kf_fetch_query){
            .topic = entry->stream->topic,
            .partition = entry->stream->partition,
            .max_bytes = (int32_t)(entry->asked_bytes < INT32_MAX ? entry->asked_bytes : INT32_MAX),
            .offset = entry->offset,
        };
    }
    bool any_replica = true;
    for (size_t i = 0; i < count && any_replica; i++)
        any_replica = kf_follower_allowed(round->cluster, round->round.entries[i].stream);
    struct kf_fetch_ask ask = { .queries = round->queries,
                                .query_count = count,
                                .max_wait_ms = waits ? settings->max_wait_ms : 0,
                                .min_bytes = waits ? settings->min_bytes : 0,
                                .max_bytes = (int32_t)max_bytes,
                                .rack = any_replica ? settings->client_rack : NULL };
    kf_fetch_request(&channel->request, channel->versions.fetch, kf_channel_next_id(channel),
                     settings->client_id, &ask);
    round->version = channel->versions.fetch;
    round->begun = false;
    round->got_records = false;
    round->skip_bytes = 0;
    round->throttle_ms = 0;
    promise(round, max_bytes);
    return true;
}

static void count_stale(struct kf_fetch_round *round)
{
    atomic_fetch_add_explicit(&round->cluster->io->stale_responses, 1, memory_order_relaxed);
}

static void finish_slice(struct kf_fetch_round *round)
{
    struct kf_slice *slice = round->slice;
    struct kf_entry *entry = round->entry;
    struct kf_stream *stream = entry->stream;
    round->slice = NULL;
    if (!kf_round_awaits(&round->round, entry)) { /* its leader changed, say */
        kf_slices_free(slice);
        count_stale(round);
        return;
    }
    struct kf_slice_look look = kf_slice_look(slice);
    stream->course.asked_by = NULL;
    switch (kf_stream_deliver(stream, slice, entry->asked_bytes, &look)) {
    case KF_DELIVERED:
        stream->course.failures = 0;
        stream->course.too_large = false;
        stream->course.wish.offset = look.next_offset;
        if (look.unreadable) /* its owner finds out, and decides */
            stream->course.wish.kind = KF_WISH_REST;
        kf_place(round->cluster, stream, KF_PLACE_BACK);
        return;
    case KF_DELIVERY_STALE: /* the new wish is in the mailbox */
        count_stale(round);
        return;
    case KF_DELIVERY_CUT:
        kf_place(round->cluster, stream, KF_PLACE_BACK);
        return;
    case KF_DELIVERY_USELESS:
        kf_place_refused(round->cluster, stream, CORRUPT_MESSAGE);
    }
}

/* Records follow. */
static void begin_records(struct kf_fetch_round *round, struct kf_input *input, size_t size)
{
    const struct kf_fetch_partition *partition = &round->parser.partition;
    const struct kf_entry *entry = round->entry;
    round->got_records = true;
    round->skip_bytes = size;
    if (partition->error)
        return;
    if (!kf_round_awaits(&round->round, entry)) {
        count_stale(round);
        return;
    }
    if (!kf_admit_arrival(round->cluster, entry->stream, entry->asked_bytes, size))
        return;
    struct kf_slice *slice = kf_slice_new(round->cluster->io->pool, size);
    if (!slice) {
        kf_place_later(round->cluster, entry->stream);
        return;
    }
    redeem(round, kf_slice_capacity(slice));
    slice->from = entry->offset;
    slice->high_watermark = partition->high_watermark;
    round->slice = slice;
    round->skip_bytes = 0;
    kf_input_direct(input, kf_slice_room(slice), size);
}

/* Records that came along are taken first. Only a leader is to name a replica. */
static void follow(struct kf_fetch_round *round, const struct kf_fetch_partition *partition)
{
    struct kf_stream *stream = round->entry->stream;
    if (partition->preferred_replica == -1)
        return;
    if (stream->course.follower)
        kf_follower_give_up(round->cluster, stream);
    else
        kf_follower_take(round->cluster, stream, partition->preferred_replica);
    if (partition->records_size == 0)
        kf_place(round->cluster, stream, KF_PLACE_FRONT);
}

static bool begin_partition(struct kf_fetch_round *round, struct kf_input *input)
{
    const struct kf_fetch_partition *partition = &round->parser.partition;
    struct kf_entry *entry = kf_round_answer(&round->round, partition->topic, partition->partition);
    if (!entry)
        return false;
    round->entry = entry;
    if (partition->error && kf_round_awaits(&round->round, entry))
        kf_place_refused(round->cluster, entry->stream, partition->error);
    if (partition->records_size > 0) {
        begin_records(round, input, (size_t)partition->records_size);
        return true;
    }
    entry->empty = true;
    entry->behind = !partition->error && partition->high_watermark > entry->offset;
    entry->end = partition->high_watermark;
    if (!partition->error && kf_round_awaits(&round->round, entry))
        entry->stream->course.failures = 0;
    return true;
}

/* @return what is wrong; NULL: nothing */
static const char *read_partition(struct kf_fetch_round *round, struct kf_input *input)
{
    if (!begin_partition(round, input))
        return "malformed: a fetch response about a partition that was not asked for";
    const struct kf_fetch_partition *partition = &round->parser.partition;
    if (!partition->error && kf_round_awaits(&round->round, round->entry))
        follow(round, partition);
    return NULL;
}

/* @return what is wrong; NULL: nothing */
static const char *handle(struct kf_fetch_round *round, enum kf_fetch_event event,
                          struct kf_input *input)
{
    const struct kf_fetch_parser *parser = &round->parser;
    switch (event) {
    case KF_FETCH_NEED_MORE:
        return kf_input_make_room(input) ? NULL : "out of memory";
    case KF_FETCH_HEADER:
        round->throttle_ms = parser->throttle_ms;
        return parser->error ? kf_error_code_name(parser->error) : NULL;
    case KF_FETCH_PARTITION:
        return read_partition(round, input);
    case KF_FETCH_MALFORMED:
        return parser->malformed;
    case KF_FETCH_END:
        return NULL;
    }
    return NULL;
}

/* Records first, those that are wanted and those that are not. @return false: more must arrive */
static bool take_records(struct kf_fetch_round *round, struct kf_input *input)
{
    round->skip_bytes -= kf_input_skip(input, round->skip_bytes);
    if (round->skip_bytes || input->direct_left)
        return false;
    if (round->slice)
        finish_slice(round);
    return true;
}

/* A broker whose storage stands elsewhere answers the same while it has not got there in time. */
#define GAP_BELIEVED_AFTER_MS 3000

static bool is_believed(struct kf_stream_course *course, int64_t now_ms)
{
    if (course->gap_since_ms == 0 || course->gap_offset != course->wish.offset) {
        course->gap_offset = course->wish.offset;
        course->gap_since_ms = now_ms;
    }
    return now_ms - course->gap_since_ms >= GAP_BELIEVED_AFTER_MS;
}

/* A broker gives somebody a batch, whatever the limits. So where the log goes on and yet whole
 * responses are empty, for some time, nothing is left of the log's end. Who was sent to a replica
 * is not among them: it has a place already. */
static void tell_gaps(struct kf_fetch_round *round)
{
    int64_t now_ms = round->cluster->io->now_ms;
    for (size_t i = 0; i < round->round.count; i++) {
        const struct kf_entry *entry = &round->round.entries[i];
        if (!entry->behind || !kf_round_awaits(&round->round, entry))
            continue;
        if (entry->stream->course.follower) /* its leader knows better */
            kf_follower_lost(round->cluster, entry->stream);
        else if (is_believed(&entry->stream->course, now_ms))
            kf_stream_tell_gap(entry->stream, entry->end);
    }
}

enum kf_arrival kf_fetch_round_take(struct kf_fetch_round *round, struct kf_input *input,
                                    size_t body_size, const char **why)
{
    if (!round->begun)
        kf_fetch_parser_init(&round->parser, round->version, body_size);
    round->begun = true;
    while (take_records(round, input)) {
        size_t consumed = 0;
        enum kf_fetch_event event =
            kf_fetch_parse(&round->parser, kf_input_at(input), kf_input_size(input), &consumed);
        kf_input_consume(input, consumed);
        *why = handle(round, event, input);
        if (*why)
            return KF_ARRIVAL_BROKEN;
        if (event == KF_FETCH_END && !round->got_records)
            tell_gaps(round);
        if (event == KF_FETCH_END)
            return KF_ARRIVAL_DONE;
        if (event == KF_FETCH_NEED_MORE)
            return KF_ARRIVAL_MORE;
    }
    return KF_ARRIVAL_MORE;
}

void kf_fetch_round_end(struct kf_fetch_round *round, bool drained)
{
    drop_slice(round);
    redeem(round, round->promised_bytes);
    for (size_t i = round->round.count; i-- > 0;) {
        const struct kf_entry *entry = &round->round.entries[i];
        if (!kf_round_awaits(&round->round, entry))
            continue;
        /* Behind, in a response that had no room for it: not drained, and first next time. */
        bool wait = drained && !(entry->behind && round->got_records);
        kf_place(round->cluster, entry->stream, wait ? KF_PLACE_DRAINED : KF_PLACE_FRONT);
    }
    kf_round_clear(&round->round);
}
