/* SPDX-License-Identifier: MIT
 * The options of a supervisor, in the order of kaffe_supervisor_options. The comments of
 * kaffe_service.h and docs/options.md say the same, and tests hold them to it. */
#include "option_table.h"
#include "shared_options.h"

#include "kaffe_service.h"
#include "restarts.h"

static const struct kf_option options[] = {
    {
        .name = "max_restarts",
        .type = KF_OPTION_NUMBER,
        .unit = "restarts",
        .min = 1,
        .max = KF_RESTARTS_MAX,
        .default_number = 3,
        .none_allowed = true,
        .field = offsetof(kaffe_supervisor_options, max_restarts),
        .help = "How often a consumer that failed is started again within max_seconds; one failure "
                "more stops all with its error",
    },
    {
        .name = "max_seconds",
        .type = KF_OPTION_NUMBER,
        .unit = "s",
        .min = 1,
        .max = 86400,
        .default_number = 60,
        .field = offsetof(kaffe_supervisor_options, max_seconds),
        .help = "The time in which max_restarts are too many",
    },
    {
        .name = "restart_backoff_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 1000,
        .field = offsetof(kaffe_supervisor_options, restart_backoff_ms),
        .help = "The pause before a consumer is started again; it doubles with each failure, until "
                "the consumer has run for max_seconds",
    },
    {
        .name = "restart_backoff_max_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 1,
        .max = 3600000,
        .default_number = 30000,
        .field = offsetof(kaffe_supervisor_options, restart_backoff_max_ms),
        .help = "The longest pause before a consumer is started again",
    },
    {
        .name = "processes",
        .type = KF_OPTION_NUMBER,
        .unit = "processes",
        .min = 1,
        .max = 64,
        .default_text = "no worker processes",
        .field = offsetof(kaffe_supervisor_options, processes),
        .help = "kaffe run starts so many worker processes, each with all consumers, so that a "
                "handler that crashes ends only one of them",
    },
    KF_SHARED_LOG_FORMAT(kaffe_supervisor_options),
};

static const struct kf_option_relation relations[] = {
    { "restart_backoff_ms", "restart_backoff_max_ms", 1, "" },
};

const struct kf_option_table kf_supervisor_option_table = {
    .section = "supervisor",
    .client = KF_CLIENT_SUPERVISOR,
    .options = options,
    .count = sizeof options / sizeof *options,
    .relations = relations,
    .relation_count = sizeof relations / sizeof *relations,
    .struct_size = sizeof(kaffe_supervisor_options),
};
