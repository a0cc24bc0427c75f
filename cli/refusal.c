/* SPDX-License-Identifier: MIT */
#include "refusal.h"

#include <stdio.h>
#include <string.h>

static bool is_missing(const struct cli_flag *flag, const char *line)
{
    char words[80];
    if (!flag->option || !flag->letter)
        return false;
    snprintf(words, sizeof words, "%s is required", flag->option);
    return strstr(line, words) != NULL;
}

void cli_refuse_line(const struct cli_arguments *arguments, const char *line)
{
    const struct cli_command *command = arguments->command;
    const char *before = " (";
    fprintf(stderr, "kaffe %s: %s", command->name, line);
    for (size_t i = 0; i < command->flag_count; i++) {
        if (!is_missing(&command->flags[i], line))
            continue;
        fprintf(stderr, "%s-%c", before, command->flags[i].letter);
        before = ", ";
    }
    fputs(*before == ',' ? ")\n" : "\n", stderr);
}

enum cli_exit cli_refuse(const struct cli_arguments *arguments, const kaffe_error *err)
{
    cli_refuse_line(arguments, err->message);
    return err->status == KAFFE_INVALID ? CLI_USAGE : CLI_FAILED;
}
