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

void cli_log_line(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    const struct cli_log *log = ctx;
    bool errors_only = log->quiet || cli_now_ms() - log->start_ms < STARTING_MS;
    /* The last one is what kaffe_consumer_wait returns, and is told as that. */
    if (level > (errors_only ? KAFFE_LOG_ERROR : KAFFE_LOG_WARN) || atomic_load(&log->is_muted) ||
        strcmp(event, "consumer.failed") == 0)
        return;
    fprintf(stderr, "kaffe %s: %s %s\n", log->command, event, fields);
}
