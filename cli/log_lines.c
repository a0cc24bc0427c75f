/* SPDX-License-Identifier: MIT */
#include "log_lines.h"

#include <stdio.h>

void cli_log_line(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    const struct cli_log *log = ctx;
    if (level <= log->least)
        fprintf(stderr, "kaffe %s: %s %s\n", log->command, event, fields);
}
