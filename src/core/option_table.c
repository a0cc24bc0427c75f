/* SPDX-License-Identifier: MIT
 * The options themselves, in the order of the public structs. The comments of kaffe.h and
 * docs/options.md say the same, and tests hold them to it. */
#include "option_table.h"

#include <string.h>

#include "kaffe.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What the fields mean stands in option_table.h. */
static const struct kf_option consumer_options[] = {
    {
        .name = "endpoints",
        .type = KF_OPTION_ENDPOINTS,
        .required = true,
        .field = offsetof(kaffe_consumer_options, endpoints),
        .help = "Brokers to ask first, as host:port; IPv6 as [::1]:9092",
    },
    {
        .name = "topics",
        .type = KF_OPTION_LIST,
        .required = true,
        .field = offsetof(kaffe_consumer_options, topics),
        .help = "Topics to consume, all by one group member",
    },
    {
        .name = "consumer_group",
        .type = KF_OPTION_TEXT,
        .required = true,
        .field = offsetof(kaffe_consumer_options, consumer_group),
        .help = "The group whose members share the partitions and whose commits say where to go on",
    },
    {
        .name = "start_with_earliest_message",
        .type = KF_OPTION_FLAG,
        .field = offsetof(kaffe_consumer_options, start_with_earliest_message),
        .help = "Where a group without commits starts: at the earliest message, or, by default, "
                "behind the newest",
    },
    {
        .name = "offset_reset_policy",
        .type = KF_OPTION_CHOICE,
        .default_text = "earliest",
        .choices = "earliest, latest, stop",
        .field = offsetof(kaffe_consumer_options, offset_reset_policy),
        .help = "What happens when a committed offset is gone from the log; stop ends the consumer "
                "with an error",
    },
    {
        .name = "workers",
        .type = KF_OPTION_NUMBER,
        .unit = "threads",
        .min = 1,
        .max = 1024,
        .default_number = 0,
        .default_text = "one per assigned partition, at most 64",
        .field = offsetof(kaffe_consumer_options, workers),
        .help = "Threads that run handlers; 1 handles everything one after another",
    },
    {
        .name = "max_bytes",
        .type = KF_OPTION_NUMBER,
        .unit = "bytes",
        .min = 4096,
        .max = 1073741824,
        .default_number = 1000000,
        .field = offsetof(kaffe_consumer_options, max_bytes),
        .help = "Fetched ahead of the handler, per partition; a larger single message still comes "
                "through",
    },
    {
        .name = "min_bytes",
        .type = KF_OPTION_NUMBER,
        .unit = "bytes",
        .min = 1,
        .max = 1073741824,
        .default_number = 1,
        .field = offsetof(kaffe_consumer_options, min_bytes),
        .help = "A fetch waits until the broker has so much for it",
    },
    {
        .name = "max_wait_time_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 30000,
        .default_number = 500,
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, max_wait_time_ms),
        .help = "A fetch waits for min_bytes at most this long",
    },
    {
        .name = "max_batch_count",
        .type = KF_OPTION_NUMBER,
        .unit = "messages",
        .min = 1,
        .max = 100000,
        .default_number = 1000,
        .field = offsetof(kaffe_consumer_options, max_batch_count),
        .help = "The most messages that a handle_messages call gets",
    },
    {
        .name = "max_batch_wait_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 60000,
        .default_number = 0,
        .field = offsetof(kaffe_consumer_options, max_batch_wait_ms),
        .help = "How long a batch that is not full waits for more",
    },
    {
        .name = "offset_commit_interval_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 10,
        .max = 3600000,
        .default_number = 5000,
        .field = offsetof(kaffe_consumer_options, offset_commit_interval_ms),
        .help = "The most time between a finished message and its commit",
    },
    {
        .name = "rebalance_delay_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 10000,
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, rebalance_delay_ms),
        .help = "How long running handlers may take to finish when a partition is taken away",
    },
    {
        .name = "retry_backoff_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 100,
        .field = offsetof(kaffe_consumer_options, retry_backoff_ms),
        .help = "The pause after the first failure of a message; it doubles with each further one",
    },
    {
        .name = "retry_backoff_max_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 30000,
        .field = offsetof(kaffe_consumer_options, retry_backoff_max_ms),
        .help = "The longest pause between two attempts",
    },
    {
        .name = "session_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1000,
        .max = 3600000,
        .default_number = 30000,
        .field = offsetof(kaffe_consumer_options, session_timeout_ms),
        .help = "A member that is silent for so long loses its partitions to the others",
    },
    {
        .name = "heartbeat_interval_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 1000,
        .field = offsetof(kaffe_consumer_options, heartbeat_interval_ms),
        .help =
            "How often the group is asked for news: the time until a member hears of a rebalance",
    },
    {
        .name = "shutdown_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_number = 10000,
        .field = offsetof(kaffe_consumer_options, shutdown_timeout_ms),
        .help = "Stopping drains, commits and leaves within this time",
    },
    {
        .name = "partition_assignment_strategy",
        .type = KF_OPTION_CHOICE,
        .default_text = "roundrobin",
        .choices = "roundrobin, range",
        .refused = "cooperative-sticky",
        .refused_why = "its hand-over repeats messages",
        .field = offsetof(kaffe_consumer_options, partition_assignment_strategy),
        .help = "How the group shares out the partitions; all of its members need the same",
    },
    {
        .name = "group_instance_id",
        .type = KF_OPTION_TEXT,
        .field = offsetof(kaffe_consumer_options, group_instance_id),
        .help =
            "The name of a static member: a restart within session_timeout_ms moves no partition",
    },
    {
        .name = "client_id",
        .type = KF_OPTION_TEXT,
        .default_text = "kaffe",
        .field = offsetof(kaffe_consumer_options, client_id),
        .help = "What the brokers' logs and quotas call this client",
    },
};

static const struct kf_option_relation consumer_relations[] = {
    { "heartbeat_interval_ms", "session_timeout_ms", 3, "a third of " },
    { "retry_backoff_ms", "retry_backoff_max_ms", 1, "" },
};

static const struct kf_option producer_options[] = {
    {
        .name = "endpoints",
        .type = KF_OPTION_ENDPOINTS,
        .required = true,
        .field = offsetof(kaffe_producer_options, endpoints),
        .help = "Brokers to ask first, as host:port; IPv6 as [::1]:9092",
    },
    {
        .name = "topics",
        .type = KF_OPTION_LIST,
        .field = offsetof(kaffe_producer_options, topics),
        .help = "The first is the default topic; any other may be given to a call",
    },
    {
        .name = "compression",
        .type = KF_OPTION_CHOICE,
        .default_text = "none",
        .choices = "none, gzip, snappy, lz4, zstd",
        .field = offsetof(kaffe_producer_options, compression),
        .help = "The codec of the record batches",
    },
    {
        .name = "client_id",
        .type = KF_OPTION_TEXT,
        .default_text = "kaffe",
        .field = offsetof(kaffe_producer_options, client_id),
        .help = "What the brokers' logs and quotas call this client",
    },
    {
        .name = "delivery_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_number = 120000,
        .field = offsetof(kaffe_producer_options, delivery_timeout_ms),
        .help = "Every call ends within this time, written or not",
    },
    {
        .name = "linger_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 60000,
        .default_number = 5,
        .none_allowed = true,
        .field = offsetof(kaffe_producer_options, linger_ms),
        .help = "How long kaffe_produce gathers records into a batch; kaffe_produce_sync does not",
    },
    {
        .name = "max_message_bytes",
        .type = KF_OPTION_NUMBER,
        .unit = "bytes",
        .min = 1000,
        .max = 1000000000,
        .default_number = 1000000,
        .field = offsetof(kaffe_producer_options, max_message_bytes),
        .help = "A larger record is refused before it is sent",
    },
    {
        .name = "queue_max_bytes",
        .type = KF_OPTION_NUMBER,
        .unit = "bytes",
        .min = 1048576,
        .max = 2147483647,
        .default_number = 268435456,
        .field = offsetof(kaffe_producer_options, queue_max_bytes),
        .help = "The most that kaffe_produce holds; beyond it says KAFFE_QUEUE_FULL",
    },
    {
        .name = "metadata_max_age_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_number = 300000,
        .field = offsetof(kaffe_producer_options, metadata_max_age_ms),
        .help = "Partition counts are asked for again after this time",
    },
    {
        .name = "shutdown_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_number = 10000,
        .field = offsetof(kaffe_producer_options, shutdown_timeout_ms),
        .help = "Flushing and freeing wait at most this long",
    },
};

static const struct kf_option_relation producer_relations[] = {
    { "linger_ms", "delivery_timeout_ms", 2, "half of " },
    { "max_message_bytes", "queue_max_bytes", 1, "" },
};

const struct kf_option_table kf_consumer_option_table = {
    .section = "consumer",
    .options = consumer_options,
    .count = COUNT(consumer_options),
    .relations = consumer_relations,
    .relation_count = COUNT(consumer_relations),
    .struct_size = sizeof(kaffe_consumer_options),
};

const struct kf_option_table kf_producer_option_table = {
    .section = "producer",
    .options = producer_options,
    .count = COUNT(producer_options),
    .relations = producer_relations,
    .relation_count = COUNT(producer_relations),
    .struct_size = sizeof(kaffe_producer_options),
};

const struct kf_option *kf_option_find(const struct kf_option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->options[i].name, name) == 0)
            return &table->options[i];
    return NULL;
}
