/* SPDX-License-Identifier: MIT
 * kaffe help: the program's and each command's help, printed from their tables. */
#include "help.h"

#include <stdio.h>

void cli_help_program(FILE *out)
{
    fputs("usage: kaffe COMMAND [FLAGS]\n"
          "\n"
          "Kaffe, a Kafka client: you write a handler, it does the rest.\n"
          "\n",
          out);
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        fprintf(out, "  %-10s %s\n", (*command)->name, (*command)->summary);
    fputs("\n"
          "Exit status: 0 done, 1 it went wrong, 2 the command line is wrong.\n"
          "\n"
          "example: kaffe demo\n",
          out);
}

void cli_help_command(const struct cli_command *command)
{
    printf("usage: kaffe %s%s%s%s\n\n%s", command->name, command->operand ? " " : "",
           command->operand ? command->operand : "", command->flag_count > 0 ? " [FLAGS]" : "",
           command->description);
    if (command->flag_count > 0)
        putchar('\n');
    for (size_t i = 0; i < command->flag_count; i++)
        printf("  %s %s\n        %s\n", command->flags[i].name, command->flags[i].argument,
               command->flags[i].help);
    printf("\nexample: %s\n", command->example);
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    if (!arguments->operand) {
        cli_help_program(stdout);
        return CLI_DONE;
    }
    const struct cli_command *command = cli_command_find(arguments->operand);
    if (!command)
        return cli_command_unknown(arguments->operand);
    cli_help_command(command);
    return CLI_DONE;
}

const struct cli_command cli_help = {
    .name = "help",
    .summary = "what a command does and takes",
    .description = "What a command does, and the flags it takes; without one, the list of\n"
                   "commands. kaffe COMMAND --help is the same.\n",
    .operand = "[COMMAND]",
    .example = "kaffe help mock",
    .run = run,
};
