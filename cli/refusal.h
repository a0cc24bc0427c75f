/* SPDX-License-Identifier: MIT
 * Why a command does not run: one line, and the status for the shell. */
#ifndef CLI_REFUSAL_H
#define CLI_REFUSAL_H

#include "command.h"
#include "kaffe.h"

/** Prints "kaffe COMMAND: LINE"; where an option is required, with the flags that stand for it. */
void cli_refuse_line(const struct cli_arguments *arguments, const char *line);

/** The same for an error. @return the status for it */
enum cli_exit cli_refuse(const struct cli_arguments *arguments, const kaffe_error *err);

#endif
