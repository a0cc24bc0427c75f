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

enum {
    COLUMN_MAX = 30, /* a flag that is wider has its help on a line of its own */
    LINE_MAX_SIZE = 80
};

/* "  -b, --endpoints HOST:PORT". @return its width */
static size_t flag_text(const struct cli_flag *flag, char *text, size_t text_size)
{
    char letter[] = { '-', flag->letter, ',', ' ', 0 };
    int width = snprintf(text, text_size, "  %s%s%s%s", flag->letter ? letter : "", flag->name,
                         flag->argument ? " " : "", flag->argument ? flag->argument : "");
    return (size_t)width;
}

static size_t column_of(const struct cli_command *command)
{
    char text[128];
    size_t column = 0;
    for (size_t i = 0; i < command->flag_count; i++) {
        size_t width = flag_text(&command->flags[i], text, sizeof text);
        if (!command->flags[i].is_minor && width > column && width <= COLUMN_MAX)
            column = width;
    }
    return column > 0 ? column : 6;
}

static void print_flag(const struct cli_flag *flag, size_t column)
{
    char text[128];
    if (flag_text(flag, text, sizeof text) <= column)
        printf("%-*s  %s\n", (int)column, text, flag->help);
    else
        printf("%s\n%*s  %s\n", text, (int)column, "", flag->help);
}

/* "  -q, --quiet; -F, --config FILE" */
static void print_minor_flags(const struct cli_command *command)
{
    char text[128];
    size_t used = 0;
    for (size_t i = 0; i < command->flag_count; i++) {
        const struct cli_flag *flag = &command->flags[i];
        size_t width = flag_text(flag, text, sizeof text);
        if (!flag->is_minor)
            continue;
        bool fits = used > 0 && used + width < LINE_MAX_SIZE;
        printf("%s%s", used == 0 ? "" : fits ? ";" : ";\n", text + (fits ? 1 : 0));
        used = fits ? used + width : width;
    }
    if (used > 0)
        putchar('\n');
}

static void print_sections(const struct cli_command *command)
{
    if (!command->sections[0])
        return;
    fputs("\nOptions are flags, too (--max-bytes): kaffe options", stdout);
    for (size_t i = 0; i < CLI_SECTIONS_MAX && command->sections[i]; i++)
        printf(" %s", command->sections[i]);
    putchar('\n');
}

void cli_help_command(const struct cli_command *command)
{
    bool flags = command->flag_count > 0 || command->sections[0];
    printf("usage: kaffe %s%s%s%s\n\n%s%s", command->name, flags ? " [FLAGS]" : "",
           command->operands ? " " : "", command->operands ? command->operands : "",
           command->description, command->flag_count > 0 ? "\n" : "");
    size_t column = column_of(command);
    for (size_t i = 0; i < command->flag_count; i++)
        if (!command->flags[i].is_minor)
            print_flag(&command->flags[i], column);
    print_minor_flags(command);
    print_sections(command);
    printf("\nexample: %s\n", command->example);
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    if (arguments->operand_count == 0) {
        cli_help_program(stdout);
        return CLI_DONE;
    }
    const struct cli_command *command = cli_command_find(arguments->operands[0]);
    if (!command)
        return cli_command_unknown(arguments->operands[0]);
    cli_help_command(command);
    return CLI_DONE;
}

const struct cli_command cli_help = {
    .name = "help",
    .summary = "what a command does and takes",
    .description = "What a command does, and the flags it takes; without one, the list of\n"
                   "commands. kaffe COMMAND --help is the same.\n",
    .operands = "[COMMAND]",
    .example = "kaffe help mock",
    .run = run,
};
