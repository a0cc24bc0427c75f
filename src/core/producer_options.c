/* SPDX-License-Identifier: MIT
 * The options of a producer, in the order of kaffe_producer_options. The comments of kaffe.h and
 * docs/options.md say the same, and tests hold them to it. */
#include "option_table.h"

#include "kaffe.h"
#include "security_option_rows.h"
#include "shared_options.h"

static const struct kf_option options[] = {
    KF_SHARED_ENDPOINTS(kaffe_producer_options),
    {
        .name = "topics",
        .type = KF_OPTION_LIST,
        .field = offsetof(kaffe_producer_options, topics),
        .help = "The first is the default topic; any other may be given to a call",
    },
    {
        .name = "partition_strategy",
        .type = KF_OPTION_FUNCTION,
        .default_text = "md5",
        .choices = "md5, round_robin, random, murmur2, fnv1a, crc32",
        .help =
            "Which partition a record goes to: a strategy by its name, or a function of yours as "
            "./module.so:symbol; in C, the function",
    },
    {
        .name = "compression",
        .type = KF_OPTION_CHOICE,
        .default_text = "none",
        .choices = "none, gzip, snappy, lz4, zstd",
        .field = offsetof(kaffe_producer_options, compression),
        .help = "The codec of the record batches",
    },
    KF_SHARED_CLIENT_ID(kaffe_producer_options),
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
        .name = "start_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_text = "delivery_timeout_ms",
        .field = offsetof(kaffe_producer_options, start_timeout_ms),
        .help = "A call waits at most this long for brokers that know its topic",
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
    KF_SHARED_KAFKA(kaffe_producer_options),
    KF_SHARED_SECURITY(kaffe_producer_options),
    KF_SHARED_LOG_FORMAT(kaffe_producer_options),
};

static const struct kf_option_relation relations[] = {
    { "linger_ms", "delivery_timeout_ms", 2, "half of " },
    { "max_message_bytes", "queue_max_bytes", 1, "" },
    { "start_timeout_ms", "delivery_timeout_ms", 1, "" },
};

const struct kf_option_table kf_producer_option_table = {
    .section = "producer",
    .client = KF_CLIENT_PRODUCER,
    .options = options,
    .count = sizeof options / sizeof *options,
    .relations = relations,
    .relation_count = sizeof relations / sizeof *relations,
    .struct_size = sizeof(kaffe_producer_options),
};
