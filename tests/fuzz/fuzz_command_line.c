/* SPDX-License-Identifier: MIT
 * A command line, a word a line, it is read for every command, nothing runs, and
 * what was read can be asked for. */
#include "arguments.h"
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#define MOST 64

static void touch_text(const char *text)
{
    if (text)
        fuzz_touch(kaffe_text(text));
}

static void ask(const struct cli_arguments *arguments)
{
    size_t count = 0;
    kaffe_setting *settings = cli_settings(arguments, &count);
    for (size_t i = 0; i < count; i++) {
        touch_text(settings[i].name);
        touch_text(settings[i].value);
        touch_text(settings[i].origin);
    }
    for (size_t i = 0; i < arguments->command->flag_count; i++)
        touch_text(cli_value(arguments, arguments->command->flags[i].name));
    touch_text(cli_setting_value(arguments, "endpoints"));
    for (size_t i = 0; i < arguments->operand_count; i++)
        touch_text(arguments->operands[i]);
    free(settings);
}

static void read_as(const struct cli_command *command, const char *const *words)
{
    struct cli_arguments arguments;
    if (cli_arguments_read(command, words, &arguments) == CLI_DONE)
        ask(&arguments);
    cli_arguments_free(&arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *words[MOST + 1] = { NULL };
    FILE *usual = stderr;
    FILE *nowhere = fopen("/dev/null", "w");
    char *text = strndup((const char *)data, size);
    char *rest = text;
    fuzz_require(text && nowhere);
    for (size_t i = 0; i < MOST && (words[i] = strsep(&rest, "\n")) != NULL; i++)
        ;
    stderr = nowhere; /* a line for each mistake */
    for (size_t i = 0; cli_commands[i]; i++)
        read_as(cli_commands[i], words);
    stderr = usual;
    fclose(nowhere);
    free(text);
    return 0;
}
