/* SPDX-License-Identifier: MIT
 * The options of a consumer, in the order of kaffe_consumer_options. The comments of kaffe.h and
 * docs/options.md say the same, and tests hold them to it. */
#include "option_table.h"

#include "kaffe.h"
#include "security_option_rows.h"
#include "shared_options.h"

static const struct kf_option options[] = {
    KF_SHARED_ENDPOINTS(kaffe_consumer_options),
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
        .name = "message_handler",
        .type = KF_OPTION_FUNCTION,
        .help = "The handler as ./module.so or ./module.so:symbol, for kaffe run; a program in C "
                "sets handle_message or handle_messages instead",
    },
    {
        .name = "start_with_earliest_message",
        .type = KF_OPTION_FLAG,
        .field = offsetof(kaffe_consumer_options, start_with_earliest_message),
        .help = "Where a group without commits starts: at the earliest message, or, by default, "
                "behind the newest",
    },
    {
        .name = "async_message_ack",
        .type = KF_OPTION_FLAG,
        .field = offsetof(kaffe_consumer_options, async_message_ack),
        .help =
            "Messages are acknowledged by a call, later, instead of by what the handler returns",
    },
    {
        .name = "dead_letter_topic_create",
        .type = KF_OPTION_FLAG,
        .field = offsetof(kaffe_consumer_options, dead_letter_topic_create),
        .help = "A dead-letter topic that is missing is made, with as many partitions as the "
                "message's topic and the brokers' own replication",
    },
    KF_SHARED_OFFSET_RESET_POLICY(kaffe_consumer_options),
    KF_SHARED_WORKERS(kaffe_consumer_options),
    KF_SHARED_MAX_BYTES(kaffe_consumer_options),
    KF_SHARED_MIN_BYTES(kaffe_consumer_options),
    KF_SHARED_MAX_WAIT_TIME_MS(kaffe_consumer_options),
    KF_SHARED_MAX_BATCH_COUNT(kaffe_consumer_options),
    KF_SHARED_MAX_BATCH_WAIT_MS(kaffe_consumer_options),
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
    KF_SHARED_RETRY_BACKOFF_MS(kaffe_consumer_options),
    KF_SHARED_RETRY_BACKOFF_MAX_MS(kaffe_consumer_options),
    {
        .name = "max_attempts",
        .type = KF_OPTION_NUMBER,
        .unit = "attempts",
        .min = 1,
        .max = 1000000,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, max_attempts),
        .help = "How often a message is handed out before on_failure decides what becomes of it",
    },
    {
        .name = "on_failure",
        .type = KF_OPTION_CHOICE,
        .default_text = "stop",
        .choices = "stop, dead_letter, skip",
        .field = offsetof(kaffe_consumer_options, on_failure),
        .help = "After max_attempts: end the consumer with an error, produce the message to "
                "dead_letter_topic and go on, or go on without it",
    },
    {
        .name = "dead_letter_topic",
        .type = KF_OPTION_TEXT,
        .field = offsetof(kaffe_consumer_options, dead_letter_topic),
        .help =
            "Where on_failure dead_letter produces to, which has to exist unless "
            "dead_letter_topic_create is set; without it, the message's topic with .dlq behind it",
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
        .name = "start_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 3600000,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, start_timeout_ms),
        .help = "The group is joined within this time, or the consumer ends with an error",
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
    KF_SHARED_CLIENT_ID(kaffe_consumer_options),
    KF_SHARED_CLIENT_RACK(kaffe_consumer_options),
    KF_SHARED_KAFKA(kaffe_consumer_options),
    {
        .name = "handler_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 86400000,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, handler_timeout_ms),
        .help = "A handler call that runs longer is reported: in the log, a counter and the health",
    },
    {
        .name = "on_handler_timeout",
        .type = KF_OPTION_CHOICE,
        .default_text = "report",
        .choices = "report, exit",
        .field = offsetof(kaffe_consumer_options, on_handler_timeout),
        .help = "After handler_timeout_ms: wait on, or end the process with status 3, for its "
                "supervisor to start another",
    },
    KF_SHARED_SECURITY(kaffe_consumer_options),
    KF_SHARED_MEMORY_LIMIT_BYTES(kaffe_consumer_options),
    KF_SHARED_LOG_FORMAT(kaffe_consumer_options),
    {
        .name = "max_in_flight",
        .type = KF_OPTION_NUMBER,
        .unit = "messages",
        .min = 1,
        .max = 100000,
        .default_number = 1000,
        .field = offsetof(kaffe_consumer_options, max_in_flight),
        .help = "With async_message_ack, the most messages of a partition from the first "
                "unfinished one to the last one handed out; 1 is strict order",
    },
    {
        .name = "ack_timeout_ms",
        .type = KF_OPTION_NUMBER,
        .unit = "ms",
        .min = 100,
        .max = 86400000,
        .default_text = "no limit",
        .none_allowed = true,
        .field = offsetof(kaffe_consumer_options, ack_timeout_ms),
        .help = "With async_message_ack, a message without a verdict for longer is reported: in "
                "the log, a counter and the health",
    },
};

static const struct kf_option_relation relations[] = {
    { "heartbeat_interval_ms", "session_timeout_ms", 3, "a third of " },
    { "retry_backoff_ms", "retry_backoff_max_ms", 1, "" },
};

const struct kf_option_table kf_consumer_option_table = {
    .section = "consumer",
    .client = KF_CLIENT_CONSUMER,
    .options = options,
    .count = sizeof options / sizeof *options,
    .relations = relations,
    .relation_count = sizeof relations / sizeof *relations,
    .struct_size = sizeof(kaffe_consumer_options),
};
