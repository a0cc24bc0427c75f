/* SPDX-License-Identifier: MIT
 * The library's log on the terminal of someone who works with commands. */
#ifndef CLI_LOG_LINES_H
#define CLI_LOG_LINES_H

#include "kaffe.h"

struct cli_log {
    const char *command; /* each line begins with it */
    kaffe_log_level least; /* what is less than it is not said */
};

/** A kaffe_log_fn. @param ctx  a struct cli_log */
void cli_log_line(kaffe_log_level level, const char *event, const char *fields, void *ctx);

#endif
