/* SPDX-License-Identifier: MIT */
#include "log_lines.h"

#include "monotonic.h"

#include <stdio.h>

enum {
    STARTING_MS = 11000 /* what commands give a start, and its end */
};

void cli_log_init(struct cli_log *log, const char *command, bool quiet)
{
    *log = (struct cli_log){ .command = command, .quiet = quiet, .start_ms = cli_now_ms() };
}

kaffe_log_fn cli_log_function(const char *log_format)
{
    return log_format && strcmp(log_format, "json") == 0 ? NULL : cli_log_line;
}

/* What kaffe_reader_new and kaffe_consumer_wait return is told by who called them. */
static bool is_told_otherwise(const char *event)
{
    return strcmp(event, "options.invalid") == 0 || strcmp(event, "consumer.failed") == 0;
}

void cli_log_line(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    const struct cli_log *log = ctx;
    bool errors_only = log->quiet || cli_now_ms() - log->start_ms < STARTING_MS;
    if (level > (errors_only ? KAFFE_LOG_ERROR : KAFFE_LOG_WARN) || atomic_load(&log->is_muted) ||
        is_told_otherwise(event))
        return;
    fprintf(stderr, "kaffe %s: %s %s\n", log->command, event, fields);
}
