/* SPDX-License-Identifier: MIT
 * The topics of a producer, and which partition a record goes to. How many partitions there are is
 * found out in partition_count.c. */
#include "error.h"
#include "producer_state.h"

#include <stdlib.h>
#include <string.h>

static size_t bucket_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash % KF_TOPIC_BUCKETS;
}

static struct kf_target *make_topic(const char *name)
{
    struct kf_target *topic = calloc(1, sizeof *topic);
    if (!topic)
        return NULL;
    topic->name = strdup(name);
    if (!topic->name || pthread_mutex_init(&topic->strategy_lock, NULL)) {
        free(topic->name);
        free(topic);
        return NULL;
    }
    topic->current_partition = -1;
    topic->timeout_ms = KF_ASK_FIRST_MS;
    return topic;
}

static struct kf_target *find_locked(struct kaffe_producer *producer, const char *name)
{
    struct kf_target **at = &producer->topics[bucket_of(name)];
    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->name, name) == 0)
            return *at;
    struct kf_target *topic = make_topic(name);
    if (topic) {
        topic->index = producer->topic_count++;
        *at = topic;
        pthread_cond_signal(&producer->work);
    }
    return topic;
}

struct kf_target *kf_target_find(struct kaffe_producer *producer, const char *name)
{
    pthread_mutex_lock(&producer->lock);
    struct kf_target *topic = find_locked(producer, name);
    pthread_mutex_unlock(&producer->lock);
    return topic;
}

static void free_topic(struct kf_target *topic)
{
    pthread_mutex_destroy(&topic->strategy_lock);
    free(topic->name);
    free(topic);
}

void kf_targets_free(struct kaffe_producer *producer)
{
    for (size_t i = 0; i < KF_TOPIC_BUCKETS; i++) {
        while (producer->topics[i]) {
            struct kf_target *topic = producer->topics[i];
            producer->topics[i] = topic->next;
            free_topic(topic);
        }
    }
}

int32_t kf_target_partition_count(const struct kf_target *topic)
{
    return atomic_load_explicit(&topic->partition_count, memory_order_acquire);
}

kaffe_status kf_target_no_partition(const struct kf_target *topic, int32_t needed, kaffe_error *err)
{
    return kf_error_set(err, KAFFE_INVALID, "topic %s: there is no partition %d, only 0..%d",
                        topic->name, needed - 1, kf_target_partition_count(topic) - 1);
}

kaffe_partition_fn kf_producer_strategy(const struct kaffe_producer *producer)
{
    kaffe_partition_fn strategy = producer->settings.options.partition_strategy;
    return strategy ? strategy : kaffe_partition_md5;
}

kaffe_status kf_target_choose(struct kaffe_producer *producer, struct kf_target *topic,
                              const kaffe_record *record, int32_t *partition, kaffe_error *err)
{
    int32_t count = kf_target_partition_count(topic);
    if (*partition != KAFFE_ANY_PARTITION)
        return *partition < count ? KAFFE_OK : kf_target_no_partition(topic, *partition + 1, err);
    kaffe_partition_fn strategy = kf_producer_strategy(producer);
    pthread_mutex_lock(&topic->strategy_lock);
    int32_t chosen = strategy(topic->name, topic->current_partition, count, record->key,
                              record->value, producer->settings.options.partition_strategy_ctx);
    bool good = chosen >= 0 && chosen < count;
    if (good)
        topic->current_partition = chosen;
    pthread_mutex_unlock(&topic->strategy_lock);
    if (!good)
        return kf_error_set(err, KAFFE_INVALID,
                            "topic %s: partition_strategy chose %d: must be 0..%d", topic->name,
                            chosen, count - 1);
    *partition = chosen;
    return KAFFE_OK;
}
