/* SPDX-License-Identifier: MIT
 * The table of commands. */
#include "command.h"
#include "nearest.h"

#include <stdio.h>
#include <string.h>

const struct cli_command *const cli_commands[] = {
    &cli_run,  &cli_consume, &cli_produce, &cli_options, &cli_partition,
    &cli_mock, &cli_demo,    &cli_version, &cli_help,    NULL,
};

const struct cli_command *cli_command_find(const char *name)
{
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

enum cli_exit cli_command_unknown(const char *name)
{
    struct cli_nearest nearest = cli_nearest_to(name);
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        cli_nearest_try(&nearest, (*command)->name);
    if (nearest.word)
        fprintf(stderr, "kaffe: no command \"%s\": did you mean %s?\n", name, nearest.word);
    else
        fprintf(stderr, "kaffe: no command \"%s\": kaffe help lists them\n", name);
    return CLI_USAGE;
}
