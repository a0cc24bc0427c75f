/* SPDX-License-Identifier: MIT */
#include "assignment.h"

#include "ack_watch.h"
#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "log.h"
#include "source.h"

#include <stdlib.h>
#include <string.h>

/* Above this many threads a worker for each partition costs more than it brings. */
static const size_t default_workers_max = 64;
/* For the last commit, on top of rebalance_delay_ms; when stopping, a part of the time for that. */
static int64_t commit_ms(const kaffe_consumer *consumer)
{
    int64_t quarter_ms = consumer->settings.options.shutdown_timeout_ms / 4;
    return quarter_ms < consumer->source->commit_ms ? quarter_ms : consumer->source->commit_ms;
}

/* --- coming ------------------------------------------------------------------------------- */

static int by_topic(const void *a, const void *b)
{
    const struct kf_partition *left = *(struct kf_partition *const *)a;
    const struct kf_partition *right = *(struct kf_partition *const *)b;
    int topics = strcmp(left->topic, right->topic);
    return topics != 0
               ? topics
               : (left->partition > right->partition) - (left->partition < right->partition);
}

static struct kf_partition *find_late(const kaffe_consumer *consumer,
                                      const struct kf_partition *partition)
{
    for (size_t i = 0; i < consumer->late.count; i++)
        if (by_topic(&consumer->late.items[i], &partition) == 0)
            return consumer->late.items[i];
    return NULL;
}

static bool add(kaffe_consumer *consumer, const struct kf_group_offset *assigned)
{
    struct kf_partition *partition =
        kf_partition_new(consumer, assigned->topic, assigned->partition);
    if (!partition)
        return false;
    if (!kf_partition_vector_add(&consumer->assigned, partition)) {
        kf_partition_free(partition);
        return false;
    }
    partition->predecessor = find_late(consumer, partition);
    if (partition->predecessor)
        partition->phase = KF_PHASE_PREDECESSOR;
    kf_count(&consumer->counters.partitions, 1);
    return true;
}

static kaffe_status add_workers(kaffe_consumer *consumer, kaffe_error *err)
{
    size_t count = (size_t)consumer->settings.options.workers;
    if (count == 0)
        count = consumer->assigned.count < default_workers_max ? consumer->assigned.count
                                                               : default_workers_max;
    return kf_pool_grow(&consumer->pool, count, err);
}

static void call_hooks(const kaffe_consumer *consumer, kaffe_partition_event_fn hook)
{
    for (size_t i = 0; hook && i < consumer->assigned.count; i++)
        hook(consumer->assigned.items[i]->topic, consumer->assigned.items[i]->partition,
             consumer->settings.options.ctx);
}

void kf_assignment_add(kaffe_consumer *consumer, const struct kf_group_offset *partitions,
                       size_t count)
{
    kaffe_error err = { .status = KAFFE_OK };
    consumer->begun = true;
    for (size_t i = 0; i < count && err.status == KAFFE_OK; i++)
        if (!add(consumer, &partitions[i]))
            kf_error_no_memory(&err);
    if (count > 0 && err.status == KAFFE_OK)
        add_workers(consumer, &err);
    if (err.status != KAFFE_OK) {
        kf_consumer_fail(consumer, &err);
        return;
    }
    if (count == 0)
        return;
    qsort(consumer->assigned.items, consumer->assigned.count, sizeof *consumer->assigned.items,
          by_topic);
    call_hooks(consumer, consumer->settings.options.partition_assigned);
    kf_consumer_tell(consumer);
}

/* --- going -------------------------------------------------------------------------------- */

static void stop_all(kaffe_consumer *consumer)
{
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        atomic_store(&partition->revoked, true);
        if (partition->flight)
            kf_flight_revoke(partition->flight);
    }
    for (size_t i = 0; i < consumer->assigned.count; i++)
        kf_pool_stop(&consumer->pool, &consumer->assigned.items[i]->task);
}

/* By when handlers and verdicts in hand have to end; a stop that is asked for meanwhile shortens
 * it, so it is looked for now and then. */
static int64_t drain_deadline_ms(kaffe_consumer *consumer, int64_t end_ms, int64_t now_ms)
{
    int64_t stop_ms = kf_consumer_stop_deadline_ms(consumer, now_ms) - commit_ms(consumer);
    kf_watchdog_step(consumer, now_ms);
    kf_ack_watch_step(consumer, now_ms);
    return stop_ms < end_ms ? stop_ms : end_ms;
}

static bool has_ended(kaffe_consumer *consumer, struct kf_partition *partition,
                      int64_t look_again_ms)
{
    if (!kf_pool_has_stopped(&consumer->pool, &partition->task)) {
        kf_pool_wait_changed(&consumer->pool, &partition->task, look_again_ms);
        return false;
    }
    return !partition->flight || kf_flight_await(partition->flight, look_again_ms);
}

/* Waits for the handlers in hand, and for verdicts. @return false: some are still awaited */
static bool drain(kaffe_consumer *consumer)
{
    int64_t end_ms = kf_clock_ms() + consumer->settings.options.rebalance_delay_ms;
    for (size_t i = 0; i < consumer->assigned.count;) {
        int64_t now_ms = kf_clock_ms();
        int64_t deadline_ms = drain_deadline_ms(consumer, end_ms, now_ms);
        int64_t look_again_ms = now_ms + 100 < deadline_ms ? now_ms + 100 : deadline_ms;
        if (has_ended(consumer, consumer->assigned.items[i], look_again_ms))
            i++;
        else if (now_ms >= deadline_ms)
            return false;
    }
    return true;
}

static void log_fenced(const struct kf_partition *partition, const char *error, size_t out)
{
    kf_log(&partition->consumer->settings.log, KAFFE_LOG_WARN, "partition.fenced",
           "topic=%s partition=%d offset=%lld unacknowledged=%zu error=\"%s\"", partition->topic,
           partition->partition, (long long)kf_partition_done(partition), out, error);
}

static void fence(kaffe_consumer *consumer)
{
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        bool runs = !kf_pool_has_stopped(&consumer->pool, &partition->task);
        size_t out = partition->flight ? kf_flight_fence(partition->flight) : 0;
        if (runs)
            atomic_store(&partition->fenced, true);
        if (runs || out > 0)
            log_fenced(partition,
                       runs ? "its handler still runs" : "its messages are not acknowledged", out);
    }
}

/* Nothing of it runs or is waited for. */
static bool is_over(kaffe_consumer *consumer, struct kf_partition *partition)
{
    return kf_pool_has_stopped(&consumer->pool, &partition->task) &&
           (!partition->flight || kf_flight_is_over(partition->flight));
}

/* A reader commits nothing. */
static int64_t uncommitted(const kaffe_consumer *consumer, const struct kf_partition *partition)
{
    int64_t count = kf_partition_done(partition) - partition->committed;
    return consumer->group && partition->committed >= 0 && count > 0 ? count : 0;
}

/* Those whose handlers run, or whose messages are out, are counted later. */
static void note_left_behind(kaffe_consumer *consumer)
{
    struct kf_left_behind *left = &consumer->left;
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        int64_t count = uncommitted(consumer, partition);
        size_t out = 0;
        size_t overdue = 0;
        if (partition->flight)
            kf_flight_count(partition->flight, &out, &overdue);
        left->uncommitted += count;
        left->partitions += (count > 0 || out > 0) && is_over(consumer, partition);
    }
}

static void free_stopped(kaffe_consumer *consumer, struct kf_partition *partition)
{
    kf_watchdog_forget(consumer, partition);
    kf_partition_free(partition);
}

static void let_go(kaffe_consumer *consumer)
{
    consumer->in_commit.count = 0;
    for (size_t i = 0; i < consumer->assigned.count; i++) {
        struct kf_partition *partition = consumer->assigned.items[i];
        kf_stream_close(partition->cursor.stream);
        if (is_over(consumer, partition)) {
            free_stopped(consumer, partition);
            continue;
        }
        if (kf_pool_has_stopped(&consumer->pool, &partition->task))
            kf_cursor_discard(&partition->cursor, NULL); /* what was lent is kept elsewhere */
        if (!kf_partition_vector_add(&consumer->late, partition))
            consumer->left_work = true; /* out of memory: it is never freed */
    }
    consumer->assigned.count = 0;
    atomic_store(&consumer->counters.partitions, 0);
}

void kf_assignment_give_up(kaffe_consumer *consumer, bool lost)
{
    size_t count = consumer->assigned.count;
    stop_all(consumer);
    struct kf_hand_over how = { .count = count, .lost = lost };
    how.drained = !lost && drain(consumer);
    fence(consumer);
    call_hooks(consumer, consumer->settings.options.partition_revoked);
    int64_t deadline_ms = kf_clock_ms() + consumer->source->commit_ms;
    how.committed = !lost && consumer->source->commit(consumer, deadline_ms);
    bool stopping = kf_consumer_stop_deadline_ms(consumer, kf_clock_ms()) != INT64_MAX;
    if (!(how.drained && how.committed) && count > 0 && stopping) {
        consumer->left_work = true;
        note_left_behind(consumer);
    }
    consumer->source->gave_up(consumer, &how);
    let_go(consumer);
}

static void release_successors(kaffe_consumer *consumer, const struct kf_partition *gone)
{
    for (size_t i = 0; i < consumer->assigned.count; i++)
        if (consumer->assigned.items[i]->predecessor == gone)
            consumer->assigned.items[i]->predecessor = NULL;
}

void kf_assignment_bury_late(kaffe_consumer *consumer)
{
    for (size_t i = consumer->late.count; i-- > 0;) {
        struct kf_partition *partition = consumer->late.items[i];
        if (!is_over(consumer, partition))
            continue;
        release_successors(consumer, partition);
        kf_partition_vector_remove(&consumer->late, i);
        free_stopped(consumer, partition);
    }
}
