/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include "consumer_state.h"
#include "log.h"
#include "start.h"

void kf_reading_begin(kaffe_consumer *consumer, bool newcomers)
{
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        if (partition->phase != KF_PHASE_LOOKUP)
            continue;
        partition->reason = newcomers ? KF_START_NEW_PARTITION : KF_START_CHOSEN;
        kf_span_init(&partition->span);
    }
}

/* "Latest" was meant of the time when the reader started. */
static struct kf_position start_of(const struct kf_partition *partition)
{
    const struct kf_position *start = &partition->consumer->reader.start_at;
    bool at_end = start->kind == KF_POSITION_LATEST || start->kind == KF_POSITION_LAST;
    if (partition->reason == KF_START_NEW_PARTITION && at_end)
        return (struct kf_position){ .kind = KF_POSITION_EARLIEST };
    return *start;
}

static int64_t which(const struct kf_reader_settings *reader, enum kf_span_question question)
{
    switch (question) {
    case KF_SPAN_BEGIN:
        return KF_OFFSET_EARLIEST;
    case KF_SPAN_START_TIME:
        return reader->start_at.number;
    case KF_SPAN_STOP_TIME:
        return reader->stop_at.number;
    case KF_SPAN_END:
    case KF_SPAN_SETTLED:
        return KF_OFFSET_LATEST;
    }
    return KF_OFFSET_LATEST;
}

static void ask_or_start(struct kf_partition *partition)
{
    const struct kf_reader_settings *reader = &partition->consumer->reader;
    struct kf_position start = start_of(partition);
    partition->question = kf_span_next(&partition->span, &start, &reader->stop_at);
    if (partition->question != KF_SPAN_SETTLED) {
        kf_start_locate(partition, KF_PHASE_SPAN, which(reader, partition->question));
        return;
    }
    partition->cursor.stop = partition->span.to;
    kf_start_at(partition, partition->span.from);
}

static void take_answer(struct kf_partition *partition)
{
    int64_t located = atomic_load(&partition->located);
    if (located == KF_NOT_LOCATED)
        return;
    partition->span.answers[partition->question] = located;
    ask_or_start(partition);
}

static bool has_reached_its_stop(struct kf_partition *partition)
{
    int64_t gap = atomic_load(&partition->gap);
    return partition->phase == KF_PHASE_REACHED ||
           kf_partition_handled(partition) >= partition->cursor.stop ||
           (gap >= 0 && kf_partition_has_come_to(partition, gap));
}

static void finish(struct kf_partition *partition)
{
    partition->phase = KF_PHASE_FINISHED;
    kf_pool_stop(&partition->consumer->pool, &partition->task);
    kf_stream_close(partition->cursor.stream);
    kf_log(&partition->consumer->settings.log, KAFFE_LOG_INFO, "partition.finished",
           "topic=%s partition=%d offset=%lld", partition->topic, partition->partition,
           (long long)partition->cursor.stop);
}

/* Before it has started there is nothing for a worker, and its cursor is ours. */
static bool has_started(const struct kf_partition *partition)
{
    return partition->phase != KF_PHASE_LOOKUP && partition->phase != KF_PHASE_SPAN;
}

/* @return false: it goes on */
static bool step(struct kf_partition *partition)
{
    if (partition->phase == KF_PHASE_LOOKUP)
        ask_or_start(partition);
    else if (partition->phase == KF_PHASE_SPAN)
        take_answer(partition);
    if (partition->phase != KF_PHASE_FINISHED && has_started(partition) &&
        has_reached_its_stop(partition))
        finish(partition);
    return partition->phase == KF_PHASE_FINISHED;
}

void kf_reading_step(kaffe_consumer *consumer)
{
    bool finished = true;
    for (size_t i = 0; i < consumer->assigned.count; i++)
        finished = step(consumer->assigned.items[i]) && finished;
    if (finished || kf_quota_is_spent(&consumer->quota)) {
        kf_consumer_request_stop(consumer);
        return;
    }
    if (!kf_quota_renewed(&consumer->quota))
        return;
    for (size_t i = 0; i < consumer->assigned.count; i++)
        if (has_started(consumer->assigned.items[i]))
            kf_pool_ready(&consumer->pool, &consumer->assigned.items[i]->task);
}
