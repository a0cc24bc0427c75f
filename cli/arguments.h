/* SPDX-License-Identifier: MIT
 * A command line, read by a command's own table of flags and the option tables of its sections. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "command.h"
#include "kaffe_service.h"

#include <stdbool.h>

/**
 * Reads "-b host", "-bhost", "-qe", "--name value", "--name=value"; "--" ends the flags, "-" is an
 * operand, and in long names "_" is "-".
 * @param words      behind the command's name, NULL behind the last; lent until cli_arguments_free
 * @param arguments  written always
 * @return CLI_DONE; CLI_USAGE: one line on stderr has named the culprit
 */
enum cli_exit cli_arguments_read(const struct cli_command *command, const char *const *words,
                                 struct cli_arguments *arguments);
void cli_arguments_free(struct cli_arguments *arguments);

/** Was this flag of the command's own ("--topics") given? */
bool cli_has(const struct cli_arguments *arguments, const char *name);

/** Its value, the last one; NULL: it was not given. */
const char *cli_value(const struct cli_arguments *arguments, const char *name);

/** What stands for this option ("endpoints") in the command line, the last one; NULL: nothing. */
const char *cli_setting_value(const struct cli_arguments *arguments, const char *option);

/**
 * All that stands for an option, in order. The strings are lent until cli_arguments_free.
 * @return [*count], for free(); NULL: no memory
 */
kaffe_setting *cli_settings(const struct cli_arguments *arguments, size_t *count);

#endif
