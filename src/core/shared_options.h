/* SPDX-License-Identifier: MIT
 * Options that several sections have, written once: what they mean stands in option_table.h. */
#ifndef KF_SHARED_OPTIONS_H
#define KF_SHARED_OPTIONS_H

#include "option_table.h"

#define KF_SHARED_ENDPOINTS(section)                                                               \
    {                                                                                              \
        .name = "endpoints", .type = KF_OPTION_ENDPOINTS, .required = true,                        \
        .unless = "heroku_kafka_env", .field = offsetof(section, endpoints),                       \
        .help = "Brokers to ask first, as host:port; IPv6 as [::1]:9092",                          \
    }

#define KF_SHARED_OFFSET_RESET_POLICY(section)                                                     \
    {                                                                                              \
        .name = "offset_reset_policy", .type = KF_OPTION_CHOICE, .default_text = "earliest",       \
        .choices = "earliest, latest, stop", .field = offsetof(section, offset_reset_policy),      \
        .help =                                                                                    \
            "What happens when a committed offset is gone from the log; stop ends the consumer "   \
            "with an error",                                                                       \
    }

#define KF_SHARED_WORKERS(section)                                                                 \
    {                                                                                              \
        .name = "workers", .type = KF_OPTION_NUMBER, .unit = "threads", .min = 1, .max = 1024,     \
        .default_number = 0, .default_text = "one per assigned partition, at most 64",             \
        .field = offsetof(section, workers),                                                       \
        .help = "Threads that run handlers; 1 handles everything one after another",               \
    }

#define KF_SHARED_MAX_BYTES(section)                                                               \
    {                                                                                              \
        .name = "max_bytes", .type = KF_OPTION_NUMBER, .unit = "bytes", .min = 4096,               \
        .max = 1073741824, .default_number = 1000000, .field = offsetof(section, max_bytes),       \
        .help = "Fetched ahead of handlers, per partition; a larger message still comes through",  \
    }

#define KF_SHARED_MIN_BYTES(section)                                                               \
    {                                                                                              \
        .name = "min_bytes", .type = KF_OPTION_NUMBER, .unit = "bytes", .min = 1,                  \
        .max = 1073741824, .default_number = 1, .field = offsetof(section, min_bytes),             \
        .help = "A fetch waits until the broker has so much for it",                               \
    }

#define KF_SHARED_MAX_WAIT_TIME_MS(section)                                                        \
    {                                                                                              \
        .name = "max_wait_time_ms", .type = KF_OPTION_NUMBER, .unit = "ms", .min = 1,              \
        .max = 30000, .default_number = 500, .none_allowed = true,                                 \
        .field = offsetof(section, max_wait_time_ms),                                              \
        .help = "A fetch waits for min_bytes at most this long",                                   \
    }

#define KF_SHARED_MAX_BATCH_COUNT(section)                                                         \
    {                                                                                              \
        .name = "max_batch_count", .type = KF_OPTION_NUMBER, .unit = "messages", .min = 1,         \
        .max = 100000, .default_number = 1000, .field = offsetof(section, max_batch_count),        \
        .help = "The most messages that a handle_messages call gets",                              \
    }

#define KF_SHARED_MAX_BATCH_WAIT_MS(section)                                                       \
    {                                                                                              \
        .name = "max_batch_wait_ms", .type = KF_OPTION_NUMBER, .unit = "ms", .min = 1,             \
        .max = 60000, .default_number = 0, .field = offsetof(section, max_batch_wait_ms),          \
        .help = "How long a batch that is not full waits for more",                                \
    }

#define KF_SHARED_RETRY_BACKOFF_MS(section)                                                        \
    {                                                                                              \
        .name = "retry_backoff_ms", .type = KF_OPTION_NUMBER, .unit = "ms", .min = 1,              \
        .max = 3600000, .default_number = 100, .field = offsetof(section, retry_backoff_ms),       \
        .help = "The pause after a message's first failure; it doubles with each further one",     \
    }

#define KF_SHARED_RETRY_BACKOFF_MAX_MS(section)                                                    \
    {                                                                                              \
        .name = "retry_backoff_max_ms", .type = KF_OPTION_NUMBER, .unit = "ms", .min = 1,          \
        .max = 3600000, .default_number = 30000, .field = offsetof(section, retry_backoff_max_ms), \
        .help = "The longest pause between two attempts",                                          \
    }

#define KF_SHARED_CLIENT_ID(section)                                                               \
    {                                                                                              \
        .name = "client_id", .type = KF_OPTION_TEXT, .default_text = "kaffe",                      \
        .field = offsetof(section, client_id),                                                     \
        .help = "What the brokers' logs and quotas call this client",                              \
    }

#define KF_SHARED_CLIENT_RACK(section)                                                             \
    {                                                                                              \
        .name = "client_rack", .type = KF_OPTION_TEXT, .field = offsetof(section, client_rack),    \
        .help =                                                                                    \
            "Where this client stands: brokers that know racks let it read from a replica there",  \
    }

#define KF_SHARED_LOG_FORMAT(section)                                                              \
    {                                                                                              \
        .name = "log_format", .type = KF_OPTION_CHOICE, .default_text = "logfmt",                  \
        .choices = "logfmt, json", .field = offsetof(section, log_format),                         \
        .help = "How events are written to stderr, a line for each",                               \
    }

#define KF_SHARED_MEMORY_LIMIT_BYTES(section)                                                      \
    {                                                                                              \
        .name = "memory_limit_bytes", .type = KF_OPTION_NUMBER, .unit = "bytes", .min = 16777216,  \
        .max = 1099511627776, .default_number = 268435456, .none_allowed = true,                   \
        .field = offsetof(section, memory_limit_bytes),                                            \
        .help = "Memory of all that is fetched, waiting, decompressed or being handled",           \
    }

#define KF_SHARED_KAFKA(section)                                                                   \
    {                                                                                              \
        .name = "kafka", .type = KF_OPTION_PROPERTIES, .field = offsetof(section, kafka),          \
        .count_field = offsetof(section, kafka_count),                                             \
        .help = "Properties of librdkafka by their names there; those that would break a promise " \
                "are refused",                                                                     \
    }

#endif
