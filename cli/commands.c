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

/* Who comes from kcat has its modes at hand. @return NULL: it is none that is a command here */
static const char *command_of_kcat_mode(const char *name)
{
    static const struct {
        const char *mode, *command;
    } modes[] = {
        { "-C", "consume" }, { "-P", "produce" }, { "-G", "consume -g" }, { "-M", "mock" }
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i].mode, name) == 0)
            return modes[i].command;
    return NULL;
}

enum cli_exit cli_command_unknown(const char *name)
{
    const char *meant = command_of_kcat_mode(name);
    struct cli_nearest nearest = cli_nearest_to(name);
    if (meant) {
        fprintf(stderr, "kaffe: no command \"%s\": did you mean %s?\n", name, meant);
        return CLI_USAGE;
    }
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        cli_nearest_try(&nearest, (*command)->name);
    if (nearest.word)
        fprintf(stderr, "kaffe: no command \"%s\": did you mean %s?\n", name, nearest.word);
    else
        fprintf(stderr, "kaffe: no command \"%s\": kaffe help lists them\n", name);
    return CLI_USAGE;
}
