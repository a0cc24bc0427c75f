/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include "nearest.h"

#include <stdio.h>
#include <string.h>

bool cli_arguments_ask_help(char *const *words)
{
    for (; *words; words++)
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return true;
    return false;
}

/* @return the flag's index; flag_count: there is none of the first `size` letters of `word` */
static size_t find_flag(const struct cli_command *command, const char *word, size_t size)
{
    size_t i = 0;
    while (i < command->flag_count && (strlen(command->flags[i].name) != size ||
                                       strncmp(command->flags[i].name, word, size) != 0))
        i++;
    return i;
}

static enum cli_exit unknown_flag(const struct cli_command *command, const char *word, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, word);
    struct cli_nearest nearest = cli_nearest_to(name);
    for (size_t i = 0; i < command->flag_count; i++)
        cli_nearest_try(&nearest, command->flags[i].name);
    if (nearest.word)
        fprintf(stderr, "kaffe %s: no flag %s: did you mean %s?\n", command->name, name,
                nearest.word);
    else
        fprintf(stderr, "kaffe %s: no flag %s: kaffe help %s lists them\n", command->name, name,
                command->name);
    return CLI_USAGE;
}

/* "--flag value" or "--flag=value"; *words then stands on the last word used. */
static enum cli_exit read_flag(const struct cli_command *command, char *const **words,
                               struct cli_arguments *arguments)
{
    const char *word = **words;
    size_t size = strcspn(word, "=");
    size_t i = find_flag(command, word, size);
    if (i == command->flag_count)
        return unknown_flag(command, word, size);
    const struct cli_flag *flag = &command->flags[i];
    const char *value = word[size] == '=' ? word + size + 1 : *++*words;
    if (!value) {
        --*words;
        fprintf(stderr, "kaffe %s: %s wants a value: %s %s\n", command->name, flag->name,
                flag->name, flag->argument);
        return CLI_USAGE;
    }
    if (arguments->flags[i]) {
        fprintf(stderr, "kaffe %s: %s is given twice\n", command->name, flag->name);
        return CLI_USAGE;
    }
    arguments->flags[i] = value;
    return CLI_DONE;
}

static enum cli_exit read_operand(const struct cli_command *command, const char *word,
                                  struct cli_arguments *arguments)
{
    if (!command->operand || arguments->operand) {
        fprintf(stderr, "kaffe %s: \"%s\" is too much: kaffe help %s shows what it takes\n",
                command->name, word, command->name);
        return CLI_USAGE;
    }
    arguments->operand = word;
    return CLI_DONE;
}

enum cli_exit cli_arguments_read(const struct cli_command *command, char *const *words,
                                 struct cli_arguments *arguments)
{
    for (; *words; words++) {
        enum cli_exit status = **words == '-' ? read_flag(command, &words, arguments)
                                              : read_operand(command, *words, arguments);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}
