/* SPDX-License-Identifier: MIT */
#include "flags.h"

#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum {
    NAME_MAX_SIZE = 64 /* no option has a longer name */
};

static bool same_name(const char *known, const char *name, size_t size)
{
    if (strlen(known) != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (known[i] != name[i] && !(known[i] == '-' && name[i] == '_'))
            return false;
    return true;
}

static void mean(struct cli_meant *meant, const struct cli_command *command,
                 const struct cli_flag *flag)
{
    *meant = (struct cli_meant){ .flag = flag, .setting = flag->option };
    if (!flag->option || !*flag->option)
        return;
    for (size_t i = 0; i < CLI_SECTIONS_MAX && command->sections[i]; i++)
        if (kaffe_option_find(command->sections[i], flag->option, &meant->option))
            return;
}

/* "--max-bytes" is the option max_bytes of one of the sections. */
static bool find_option(const struct cli_command *command, const char *name, size_t size,
                        struct cli_meant *meant)
{
    char option[NAME_MAX_SIZE];
    if (size < 3 || size - 2 >= sizeof option)
        return false;
    for (size_t i = 0; i < size - 2; i++)
        option[i] = name[i + 2] == '-' ? '_' : name[i + 2];
    option[size - 2] = 0;
    *meant = (struct cli_meant){ 0 };
    for (size_t i = 0; i < CLI_SECTIONS_MAX && command->sections[i]; i++) {
        if (kaffe_option_find(command->sections[i], option, &meant->option)) {
            meant->setting = meant->option.name;
            return true;
        }
    }
    return false;
}

bool cli_flag_find(const struct cli_command *command, const char *name, size_t size,
                   struct cli_meant *meant)
{
    for (size_t i = 0; i < command->flag_count; i++) {
        if (same_name(command->flags[i].name, name, size)) {
            mean(meant, command, &command->flags[i]);
            return true;
        }
    }
    return find_option(command, name, size, meant);
}

bool cli_flag_find_letter(const struct cli_command *command, char letter, struct cli_meant *meant)
{
    for (size_t i = 0; i < command->flag_count; i++) {
        if (command->flags[i].letter == letter) {
            mean(meant, command, &command->flags[i]);
            return true;
        }
    }
    return false;
}

static bool is(const struct cli_meant *meant, const char *type)
{
    return meant->option.type && strcmp(meant->option.type, type) == 0;
}

bool cli_flag_wants_value(const struct cli_meant *meant)
{
    return meant->flag ? meant->flag->argument != NULL : !is(meant, "flag");
}

bool cli_flag_takes_value(const struct cli_meant *meant)
{
    return meant->flag ? meant->flag->argument != NULL : true;
}

bool cli_flag_may_repeat(const struct cli_meant *meant)
{
    return (meant->flag && meant->flag->repeated) || is(meant, "properties");
}

static struct cli_nearest nearest_flag(const struct cli_command *command, const char *bare_name)
{
    kaffe_option option;
    struct cli_nearest nearest = cli_nearest_to(bare_name);
    for (size_t i = 0; i < command->flag_count; i++)
        cli_nearest_try(&nearest, command->flags[i].name + 2);
    for (size_t i = 0; kaffe_option_at(i, &option); i++)
        for (size_t s = 0; s < CLI_SECTIONS_MAX && command->sections[s]; s++)
            if (strcmp(option.section, command->sections[s]) == 0)
                cli_nearest_try(&nearest, option.name);
    return nearest;
}

static void hyphenate(char *to, size_t to_size, const char *name)
{
    snprintf(to, to_size, "%s", name);
    for (; *to; to++)
        if (*to == '_')
            *to = '-';
}

enum cli_exit cli_flag_unknown(const struct cli_command *command, const char *name, size_t size)
{
    char meant[NAME_MAX_SIZE];
    snprintf(meant, sizeof meant, "%.*s", (int)size, name);
    struct cli_nearest nearest = { 0 };
    if (strncmp(meant, "--", 2) == 0)
        nearest = nearest_flag(command, meant + 2);
    fprintf(stderr, "kaffe %s: no flag %s: ", command->name, meant);
    if (nearest.word) {
        hyphenate(meant, sizeof meant, nearest.word);
        fprintf(stderr, "did you mean --%s?\n", meant);
    } else {
        fprintf(stderr, "kaffe help %s lists them\n", command->name);
    }
    return CLI_USAGE;
}
