/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include "flags.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words that are left, and what has become of those before. */
struct reading {
    struct cli_arguments *arguments;
    const char *const *words;
};

/* @return CLI_USAGE, always; the line is "kaffe COMMAND: ..." */
KAFFE_PRINTF(2, 3)
static enum cli_exit refuse(const struct reading *reading, const char *what, ...)
{
    va_list values;
    va_start(values, what);
    fprintf(stderr, "kaffe %s: ", reading->arguments->command->name);
    vfprintf(stderr, what, values);
    fputc('\n', stderr);
    va_end(values);
    return CLI_USAGE;
}

static enum cli_exit no_memory(void)
{
    fputs("kaffe: no memory\n", stderr);
    return CLI_FAILED;
}

static bool same_meaning(const struct cli_given *given, const struct cli_meant *meant)
{
    if (given->setting && meant->setting)
        return strcmp(given->setting, meant->setting) == 0;
    return given->flag && given->flag == meant->flag;
}

static enum cli_exit refuse_twice(const struct reading *reading, const struct cli_meant *meant,
                                  const char *origin)
{
    const struct cli_arguments *arguments = reading->arguments;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct cli_given *given = &arguments->given[i];
        if (cli_flag_may_repeat(meant) || !same_meaning(given, meant))
            continue;
        if (strcmp(given->origin, origin) == 0)
            return refuse(reading, "%s is given twice", origin);
        return refuse(reading, "%s and %s say the same: give one of them", given->origin, origin);
    }
    return CLI_DONE;
}

/* "debug=all" for -X is the setting kafka.debug, and messages call it "-X debug".
 * @return false: no memory */
static bool name_pair(const struct cli_meant *meant, const char *origin, const char *equals,
                      struct cli_given *given)
{
    const char *pair = given->value;
    int size = (int)(equals - pair);
    given->value = equals + 1;
    if (asprintf(&given->origin, "%s %.*s", origin, size, pair) < 0)
        given->origin = NULL;
    if (asprintf(&given->setting, "%s%s%.*s", meant->setting, *meant->setting ? "." : "", size,
                 pair) < 0)
        given->setting = NULL;
    return given->origin && given->setting;
}

static bool name(const struct cli_meant *meant, const char *origin, struct cli_given *given)
{
    given->origin = strdup(origin);
    given->setting = meant->setting ? strdup(meant->setting) : NULL;
    return given->origin && (given->setting || !meant->setting);
}

static bool takes_a_pair(const struct cli_meant *meant)
{
    return meant->setting && (!*meant->setting || strcmp(meant->setting, "kafka") == 0);
}

/* @return NULL: no memory */
static struct cli_given *append(struct cli_arguments *arguments)
{
    struct cli_given *grown =
        realloc(arguments->given, (arguments->given_count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    arguments->given = grown;
    grown[arguments->given_count] = (struct cli_given){ 0 };
    return &grown[arguments->given_count++];
}

static const char *silent_value(const struct cli_meant *meant)
{
    if (!meant->setting)
        return "";
    return meant->flag && meant->flag->value ? meant->flag->value : "true";
}

/* Keeps what was given; `value` NULL: it has none. */
static enum cli_exit keep(const struct reading *reading, const struct cli_meant *meant,
                          const char *origin, const char *value)
{
    enum cli_exit status = refuse_twice(reading, meant, origin);
    const char *equals = value && takes_a_pair(meant) ? strchr(value, '=') : NULL;
    if (status != CLI_DONE)
        return status;
    if (takes_a_pair(meant) && (!equals || equals == value))
        return refuse(reading, "%s: must be NAME=VALUE", origin); /* it may hold a password */
    struct cli_given *given = append(reading->arguments);
    if (!given)
        return no_memory();
    given->flag = meant->flag;
    given->value = value ? value : silent_value(meant);
    bool named = equals ? name_pair(meant, origin, equals, given) : name(meant, origin, given);
    return named ? CLI_DONE : no_memory();
}

/* @param rest  the value if it stands in the same word, else NULL: it is the next word */
static enum cli_exit keep_with_value(struct reading *reading, const struct cli_meant *meant,
                                     const char *origin, const char *rest)
{
    const char *value = rest ? rest : *reading->words;
    if (!value && meant->flag)
        return refuse(reading, "%s wants a value: %s %s", origin, origin, meant->flag->argument);
    if (!value)
        return refuse(reading, "%s wants a value: %s%s%s", origin, meant->option.type,
                      *meant->option.range ? ", " : "", meant->option.range);
    if (!rest)
        reading->words++;
    return keep(reading, meant, origin, value);
}

/* "--flag value" or "--flag=value". */
static enum cli_exit read_long(struct reading *reading, const char *word)
{
    struct cli_meant meant;
    char origin[64];
    size_t size = strcspn(word, "=");
    const char *rest = word[size] == '=' ? word + size + 1 : NULL;
    if (!cli_flag_find(reading->arguments->command, word, size, &meant))
        return cli_flag_unknown(reading->arguments->command, word, size);
    snprintf(origin, sizeof origin, "%.*s", (int)size, word);
    if (cli_flag_wants_value(&meant))
        return keep_with_value(reading, &meant, origin, rest);
    if (rest && !cli_flag_takes_value(&meant))
        return refuse(reading, "%s: %s takes no value", word, origin);
    return keep(reading, &meant, origin, rest);
}

/* "-qb host", "-qbhost": letters, of which the last one may have a value. */
static enum cli_exit read_letters(struct reading *reading, const char *word)
{
    while (*++word) {
        struct cli_meant meant;
        const char origin[] = { '-', *word, 0 };
        if (!cli_flag_find_letter(reading->arguments->command, *word, &meant)) {
            if (*word != 'h')
                return cli_flag_unknown(reading->arguments->command, origin, 2);
            reading->arguments->help = true;
            return CLI_DONE;
        }
        if (cli_flag_wants_value(&meant))
            return keep_with_value(reading, &meant, origin, word[1] ? word + 1 : NULL);
        enum cli_exit status = keep(reading, &meant, origin, NULL);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

static enum cli_exit read_operand(const struct reading *reading, const char *word)
{
    struct cli_arguments *arguments = reading->arguments;
    const char *operands = arguments->command->operands;
    if (!operands || (arguments->operand_count > 0 && !strstr(operands, "...")))
        return refuse(reading, "\"%s\" is too much: kaffe help %s shows what it takes", word,
                      arguments->command->name);
    arguments->operands[arguments->operand_count++] = word;
    return CLI_DONE;
}

static enum cli_exit read_words(struct reading *reading)
{
    bool flags_ended = false;
    enum cli_exit status = CLI_DONE;
    while (status == CLI_DONE && *reading->words && !reading->arguments->help) {
        const char *word = *reading->words++;
        if (flags_ended || word[0] != '-' || !word[1])
            status = read_operand(reading, word);
        else if (strcmp(word, "--") == 0)
            flags_ended = true;
        else if (strcmp(word, "--help") == 0)
            reading->arguments->help = true;
        else
            status = word[1] == '-' ? read_long(reading, word) : read_letters(reading, word);
    }
    return status;
}

enum cli_exit cli_arguments_read(const struct cli_command *command, const char *const *words,
                                 struct cli_arguments *arguments)
{
    struct reading reading = { .arguments = arguments, .words = words };
    size_t count = 0;
    while (words[count])
        count++;
    *arguments =
        (struct cli_arguments){ .command = command, .operands = calloc(count + 1, sizeof(char *)) };
    if (!arguments->operands)
        return no_memory();
    enum cli_exit status = read_words(&reading);
    bool wanted = command->operands && command->operands[0] != '[';
    if (status == CLI_DONE && wanted && arguments->operand_count == 0 && !arguments->help)
        return refuse(&reading, "%s is missing: kaffe help %s shows what it takes",
                      command->operands, command->name);
    return status;
}

void cli_arguments_free(struct cli_arguments *arguments)
{
    for (size_t i = 0; i < arguments->given_count; i++) {
        free(arguments->given[i].origin);
        free(arguments->given[i].setting);
    }
    free(arguments->given);
    free(arguments->operands);
}

const char *cli_value(const struct cli_arguments *arguments, const char *name)
{
    for (size_t i = arguments->given_count; i-- > 0;) {
        const struct cli_given *given = &arguments->given[i];
        if (given->flag && strcmp(given->flag->name, name) == 0)
            return given->value;
    }
    return NULL;
}

bool cli_has(const struct cli_arguments *arguments, const char *name)
{
    return cli_value(arguments, name) != NULL;
}

const char *cli_setting_value(const struct cli_arguments *arguments, const char *option)
{
    for (size_t i = arguments->given_count; i-- > 0;) {
        const struct cli_given *given = &arguments->given[i];
        if (given->setting && strcmp(given->setting, option) == 0)
            return given->value;
    }
    return NULL;
}

kaffe_setting *cli_settings(const struct cli_arguments *arguments, size_t *count)
{
    kaffe_setting *settings = calloc(arguments->given_count + 1, sizeof *settings);
    *count = 0;
    for (size_t i = 0; settings && i < arguments->given_count; i++) {
        const struct cli_given *given = &arguments->given[i];
        if (given->setting)
            settings[(*count)++] = (kaffe_setting){ given->setting, given->value, given->origin };
    }
    return settings;
}
