/* SPDX-License-Identifier: MIT
 * The options of a reader, in the order of kaffe_reader_options. The comments of kaffe.h and
 * docs/options.md say the same, and tests hold them to it. */
#include "option_table.h"

#include "kaffe.h"
#include "security_option_rows.h"
#include "shared_options.h"

static const struct kf_option options[] = {
    KF_SHARED_ENDPOINTS(kaffe_reader_options),
    {
        .name = "topics",
        .type = KF_OPTION_LIST,
        .required = true,
        .field = offsetof(kaffe_reader_options, topics),
        .help = "Topics to read",
    },
    {
        .name = "partitions",
        .type = KF_OPTION_LIST,
        .field = offsetof(kaffe_reader_options, partitions),
        .help = "Partitions to read, of each topic, such as 0,3-5; without it, all",
    },
    {
        .name = "start_at",
        .type = KF_OPTION_TEXT,
        .default_text = "earliest",
        .field = offsetof(kaffe_reader_options, start_at),
        .help =
            "Where each partition begins: earliest, latest, an offset, -10 for the last ten, or "
            "@1700000000000 for a time in milliseconds since 1970",
    },
    {
        .name = "stop_at",
        .type = KF_OPTION_TEXT,
        .default_text = "never",
        .field = offsetof(kaffe_reader_options, stop_at),
        .help =
            "Where each partition ends: never, end for what is there at the start, or before an "
            "offset or an @time",
    },
    {
        .name = "max_count",
        .type = KF_OPTION_NUMBER,
        .unit = "messages",
        .min = 1,
        .max = INT64_MAX,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_reader_options, max_count),
        .help = "Reading ends after so many messages in all",
    },
    KF_SHARED_OFFSET_RESET_POLICY(kaffe_reader_options),
    KF_SHARED_WORKERS(kaffe_reader_options),
    KF_SHARED_MAX_BYTES(kaffe_reader_options),
    KF_SHARED_MIN_BYTES(kaffe_reader_options),
    KF_SHARED_MAX_WAIT_TIME_MS(kaffe_reader_options),
    KF_SHARED_MAX_BATCH_COUNT(kaffe_reader_options),
    KF_SHARED_MAX_BATCH_WAIT_MS(kaffe_reader_options),
    KF_SHARED_RETRY_BACKOFF_MS(kaffe_reader_options),
    KF_SHARED_RETRY_BACKOFF_MAX_MS(kaffe_reader_options),
    {
        .name = "start_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_reader_options, start_timeout_ms),
        .help = "The topics are found within this time, or the reader ends with an error",
    },
    {
        .name = "shutdown_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_number = 10000,
        .field = offsetof(kaffe_reader_options, shutdown_timeout_ms),
        .help = "Stopping waits for handlers at most this long",
    },
    KF_SHARED_CLIENT_ID(kaffe_reader_options),
    KF_SHARED_CLIENT_RACK(kaffe_reader_options),
    KF_SHARED_KAFKA(kaffe_reader_options),
    KF_SHARED_SECURITY(kaffe_reader_options),
    KF_SHARED_MEMORY_LIMIT_BYTES(kaffe_reader_options),
    KF_SHARED_LOG_FORMAT(kaffe_reader_options),
};

static const struct kf_option_relation relations[] = {
    { "retry_backoff_ms", "retry_backoff_max_ms", 1, "" },
};

const struct kf_option_table kf_reader_option_table = {
    .section = "reader",
    .client = KF_CLIENT_READER,
    .options = options,
    .count = sizeof options / sizeof *options,
    .relations = relations,
    .relation_count = sizeof relations / sizeof *relations,
    .struct_size = sizeof(kaffe_reader_options),
};
