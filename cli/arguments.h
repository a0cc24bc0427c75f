/* SPDX-License-Identifier: MIT
 * A command line, read by a command's own table of flags. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "command.h"

#include <stdbool.h>

/** Is help asked for, anywhere among the words behind the command? */
bool cli_arguments_ask_help(char *const *words);

/**
 * @param words  behind the command's name, NULL behind the last
 * @return CLI_DONE; CLI_USAGE: one line on stderr has named the culprit
 */
enum cli_exit cli_arguments_read(const struct cli_command *command, char *const *words,
                                 struct cli_arguments *arguments);

#endif
