/* SPDX-License-Identifier: MIT
 * What has the group committed? Asked for all partitions that wait to know, at once; where one has
 * nothing, for its whole topic too. An answer that did not come is asked for again, never taken for
 * "nothing". */
#include "backoff.h"
#include "consumer_state.h"
#include "error.h"
#include "log.h"
#include "random.h"
#include "start.h"

#include <stdlib.h>
#include <string.h>

/* A rebalance that comes meanwhile waits as long. */
static const int ask_ms = 500;

struct lookup {
    struct kf_partition **partitions; /* [count] that wait to know */
    struct kf_group_offset *offsets; /* [count] */
    size_t count;
    /* Of the topic asked for last: those of one topic stand side by side. */
    const char *topic;
    struct kf_topic_commits commits;
    int32_t partition_count;
};

static bool gather(struct lookup *lookup, const struct kf_partition_vector *assigned)
{
    lookup->partitions = calloc(assigned->count, sizeof *lookup->partitions);
    lookup->offsets = calloc(assigned->count, sizeof *lookup->offsets);
    if (!lookup->partitions || !lookup->offsets)
        return false;
    for (size_t i = 0; i < assigned->count; i++) {
        struct kf_partition *partition = assigned->items[i];
        if (partition->phase != KF_PHASE_LOOKUP)
            continue;
        lookup->partitions[lookup->count] = partition;
        lookup->offsets[lookup->count++] =
            (struct kf_group_offset){ .topic = partition->topic,
                                      .partition = partition->partition };
    }
    return true;
}

/* @return a status of kf_group_committed */
static kaffe_status ask_topic(kaffe_consumer *consumer, struct lookup *lookup, const char *topic,
                              kaffe_error *err)
{
    if (lookup->topic && strcmp(lookup->topic, topic) == 0)
        return KAFFE_OK;
    lookup->topic = NULL;
    kaffe_status status =
        kf_group_partition_count(consumer->group, topic, ask_ms, &lookup->partition_count, err);
    if (status != KAFFE_OK)
        return status;
    struct kf_group_offset *all = calloc((size_t)lookup->partition_count, sizeof *all);
    if (!all)
        return kf_error_no_memory(err);
    for (int32_t i = 0; i < lookup->partition_count; i++)
        all[i] = (struct kf_group_offset){ .topic = topic, .partition = i };
    size_t count = (size_t)lookup->partition_count;
    status = kf_group_committed(consumer->group, all, count, ask_ms, err);
    lookup->commits = (struct kf_topic_commits){ 0 };
    for (size_t i = 0; status == KAFFE_OK && i < count; i++)
        kf_topic_commits_add(&lookup->commits, all[i].offset, all[i].metadata);
    if (status == KAFFE_OK)
        lookup->topic = topic;
    free(all);
    return status;
}

/* Before the topics are asked for: metadata is lent until the next question. */
static void keep_marks(const struct lookup *lookup)
{
    for (size_t i = 0; i < lookup->count; i++)
        kf_start_mark_kept(lookup->partitions[i]->mark, lookup->offsets[i].metadata);
}

static kaffe_status decide(kaffe_consumer *consumer, struct lookup *lookup, size_t i,
                           kaffe_error *err)
{
    struct kf_partition *partition = lookup->partitions[i];
    bool earliest = consumer->settings.options.start_with_earliest_message;
    int64_t committed = lookup->offsets[i].offset;
    if (committed < 0 && !earliest) {
        kaffe_status status = ask_topic(consumer, lookup, partition->topic, err);
        if (status != KAFFE_OK)
            return status;
    }
    partition->reason =
        kf_start_decide(committed, partition->partition, &lookup->commits, earliest);
    kf_start_from(partition, committed, lookup->partition_count);
    return KAFFE_OK;
}

static kaffe_status ask(kaffe_consumer *consumer, struct lookup *lookup, kaffe_error *err)
{
    if (!gather(lookup, &consumer->assigned))
        return kf_error_no_memory(err);
    if (lookup->count == 0)
        return KAFFE_OK;
    kaffe_status status =
        kf_group_committed(consumer->group, lookup->offsets, lookup->count, ask_ms, err);
    if (status == KAFFE_OK)
        keep_marks(lookup);
    for (size_t i = 0; status == KAFFE_OK && i < lookup->count; i++)
        status = decide(consumer, lookup, i, err);
    return status;
}

static void log_failure(const kaffe_consumer *consumer, const kaffe_error *err)
{
    char text[300];
    if (consumer->lookup_failures == 1)
        kf_log(&consumer->settings.log, KAFFE_LOG_WARN, "offsets.lookup_failed",
               "group=%s error=\"%s\"", consumer->settings.options.consumer_group,
               kf_log_quote(text, sizeof text, err->message));
}

static bool waits_to_know(const kaffe_consumer *consumer)
{
    for (size_t i = 0; i < consumer->assigned.count; i++)
        if (consumer->assigned.items[i]->phase == KF_PHASE_LOOKUP)
            return true;
    return false;
}

int64_t kf_lookup_step(kaffe_consumer *consumer, int64_t now_ms)
{
    if (!waits_to_know(consumer))
        return INT64_MAX;
    if (now_ms < consumer->next_lookup_ms)
        return consumer->next_lookup_ms;
    kaffe_error err;
    struct lookup lookup = { 0 };
    kaffe_status status = ask(consumer, &lookup, &err);
    free(lookup.partitions);
    free(lookup.offsets);
    if (status == KAFFE_OK) {
        consumer->lookup_failures = 0;
        return INT64_MAX;
    }
    consumer->lookup_failures++;
    log_failure(consumer, &err);
    consumer->next_lookup_ms =
        now_ms + kf_backoff_ms(100, 5000, consumer->lookup_failures, kf_random_below(UINT32_MAX));
    return consumer->next_lookup_ms;
}
