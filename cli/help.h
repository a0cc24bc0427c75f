/* SPDX-License-Identifier: MIT
 * Help, for whoever has to print it. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "command.h"

#include <stdio.h>

void cli_help_program(FILE *out);
void cli_help_command(const struct cli_command *command);

#endif
