/* SPDX-License-Identifier: MIT
 * The library's log on the terminal of someone who works with commands. */
#ifndef CLI_LOG_LINES_H
#define CLI_LOG_LINES_H

#include "kaffe.h"

#include <stdatomic.h>

struct cli_log {
    const char *command; /* each line begins with it */
    bool quiet; /* errors only */
    int64_t start_ms;
    atomic_bool is_muted; /* what comes now is known */
};

void cli_log_init(struct cli_log *log, const char *command, bool quiet);

/** What the library is to log with: json is for programs, so it is the library's own, whole. */
kaffe_log_fn cli_log_function(const char *log_format);

/**
 * A kaffe_log_fn: warnings and errors. While a command starts, errors only: what is wrong then ends
 * it or goes away, and the command's own last words are enough for both.
 * @param ctx  a struct cli_log
 */
void cli_log_line(kaffe_log_level level, const char *event, const char *fields, void *ctx);

#endif
