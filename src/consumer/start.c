/* SPDX-License-Identifier: MIT */
#include "start.h"

#include "consumer_state.h"
#include "error.h"
#include "in_hand.h"
#include "log.h"

static void log_start(const struct kf_partition *partition, int64_t offset)
{
    kf_log(&partition->consumer->settings.log, KAFFE_LOG_INFO, "partition.started",
           "topic=%s partition=%d offset=%lld reason=%s", partition->topic, partition->partition,
           (long long)offset, kf_start_reason_text(partition->reason));
}

void kf_start_at(struct kf_partition *partition, int64_t offset)
{
    log_start(partition, offset);
    kf_in_hand_committed(partition, offset);
    kf_partition_start(partition, offset);
}

void kf_start_pinned(struct kf_partition *partition)
{
    kf_start_at(partition, kf_partition_done(partition));
}

void kf_start_locate(struct kf_partition *partition, enum kf_phase phase, int64_t which)
{
    partition->phase = phase;
    atomic_store(&partition->located, KF_NOT_LOCATED);
    kf_stream_locate(partition->cursor.stream, which);
}

void kf_start_from(struct kf_partition *partition, int64_t committed, int32_t partition_count)
{
    switch (partition->reason) {
    case KF_START_COMMITTED:
    case KF_START_CHOSEN:
        kf_start_at(partition, committed);
        return;
    case KF_START_EARLIEST:
    case KF_START_NEW_PARTITION:
        kf_start_locate(partition, KF_PHASE_LOCATE, KF_OFFSET_EARLIEST);
        return;
    case KF_START_LATEST:
        kf_start_mark(partition->mark, partition_count);
        kf_start_locate(partition, KF_PHASE_LOCATE_END, KF_OFFSET_LATEST);
        return;
    }
}

/* Resolved once; whoever starts next finds it committed. */
static void pin(struct kf_partition *partition, int64_t offset)
{
    partition->phase = KF_PHASE_PIN;
    atomic_store(&partition->done, offset);
    partition->consumer->next_commit_ms = 0;
}

static void gone_on(struct kf_partition *partition, int64_t offset)
{
    int64_t gone = atomic_load(&partition->out_of_range);
    const struct kf_log *log = &partition->consumer->settings.log;
    if (gone < offset)
        kf_log(log, KAFFE_LOG_WARN, "offset.reset",
               "topic=%s partition=%d from=%lld to=%lld lost=%lld..%lld", partition->topic,
               partition->partition, (long long)gone, (long long)offset, (long long)gone,
               (long long)offset - 1);
    else
        kf_log(log, KAFFE_LOG_WARN, "offset.reset", "topic=%s partition=%d from=%lld to=%lld",
               partition->topic, partition->partition, (long long)gone, (long long)offset);
    kf_count(&partition->consumer->counters.offset_resets, 1);
    atomic_store(&partition->out_of_range, -1);
    kf_partition_go_on(partition, offset);
}

static void stop_for_reset(struct kf_partition *partition)
{
    kaffe_error err;
    kf_error_set(&err, KAFFE_FAILED,
                 "topic %s partition %d: offset %lld is no longer there, and offset_reset_policy "
                 "is stop",
                 partition->topic, partition->partition,
                 (long long)atomic_load(&partition->out_of_range));
    kf_consumer_fail(partition->consumer, &err);
}

/* What was fetched before the gap is handled first: it is nowhere else any more. */
static void reset_when_drained(struct kf_partition *partition)
{
    if (!kf_partition_has_come_to(partition, atomic_load(&partition->out_of_range)))
        return;
    switch (partition->consumer->settings.offset_reset_policy) {
    case KF_RESET_EARLIEST:
        kf_start_locate(partition, KF_PHASE_RESET, KF_OFFSET_EARLIEST);
        return;
    case KF_RESET_LATEST:
        kf_start_locate(partition, KF_PHASE_RESET, KF_OFFSET_LATEST);
        return;
    case KF_RESET_STOP:
        stop_for_reset(partition);
        return;
    }
}

static void run(struct kf_partition *partition)
{
    int64_t refetch = atomic_exchange(&partition->refetch, -1);
    if (refetch >= 0) {
        atomic_store(&partition->out_of_range, -1);
        kf_stream_start(partition->cursor.stream, refetch);
    }
    bool gone = atomic_load(&partition->out_of_range) >= 0;
    partition->phase = gone ? KF_PHASE_OUT_OF_RANGE : KF_PHASE_RUNNING;
    if (gone)
        reset_when_drained(partition);
}

static void step(struct kf_partition *partition)
{
    int64_t located = atomic_load(&partition->located);
    switch (partition->phase) {
    case KF_PHASE_LOCATE:
        if (located >= 0)
            kf_start_at(partition, located);
        return;
    case KF_PHASE_LOCATE_END:
        if (located >= 0)
            pin(partition, located);
        return;
    case KF_PHASE_RUNNING:
    case KF_PHASE_OUT_OF_RANGE:
        run(partition);
        return;
    case KF_PHASE_RESET:
        if (located >= 0)
            gone_on(partition, located);
        return;
    case KF_PHASE_PREDECESSOR:
        if (!partition->predecessor)
            partition->phase = KF_PHASE_LOOKUP;
        return;
    case KF_PHASE_LOOKUP:
    case KF_PHASE_PIN:
    case KF_PHASE_SPAN:
    case KF_PHASE_REACHED:
    case KF_PHASE_FINISHED:
        return;
    }
}

/* Draining before a reset is watched, everything else brings news. */
static const int64_t drain_watch_ms = 50;

int64_t kf_start_step(kaffe_consumer *consumer, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        step(consumer->assigned.items[i]);
        if (consumer->assigned.items[i]->phase == KF_PHASE_OUT_OF_RANGE)
            next_ms = now_ms + drain_watch_ms;
    }
    return next_ms;
}
