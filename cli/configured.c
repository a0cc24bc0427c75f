/* SPDX-License-Identifier: MIT */
#include "configured.h"

#include "arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report(const char *problem, void *ctx)
{
    const struct cli_arguments *arguments = ctx;
    fprintf(stderr, "kaffe %s: %s\n", arguments->command->name, problem);
}

/* Flags are for one section: "max_bytes" becomes "reader.max_bytes". The names stand behind the
 * settings, in the same block. */
static kaffe_setting *of_section(const kaffe_setting *settings, size_t count, const char *section)
{
    size_t size = count * sizeof *settings + 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(section) + strlen(settings[i].name) + 2;
    kaffe_setting *ours = malloc(size);
    char *name = (char *)(ours + count);
    for (size_t i = 0; ours && i < count; i++) {
        size_t room = strlen(section) + strlen(settings[i].name) + 2;
        snprintf(name, room, "%s.%s", section, settings[i].name);
        ours[i] = settings[i];
        ours[i].name = name;
        name += room;
    }
    return ours;
}

static kaffe_config *load(const struct cli_configured *what, const kaffe_setting *settings,
                          size_t count)
{
    void *ctx = (void *)(uintptr_t)what->arguments;
    kaffe_error err;
    const kaffe_config_sources sources = { .file = cli_value(what->arguments, "--config"),
                                           .environment = (const char *const *)environ,
                                           .settings = settings,
                                           .setting_count = count,
                                           .consumer = what->consumer };
    kaffe_config *config = kaffe_config_load(&sources, report, ctx, &err);
    if (!config && err.status != KAFFE_INVALID)
        report(err.message, ctx);
    return config;
}

kaffe_config *cli_configured_load(const struct cli_configured *what)
{
    size_t count;
    kaffe_config *config = NULL;
    kaffe_setting *given = cli_settings(what->arguments, &count);
    kaffe_setting *settings = given ? of_section(given, count, what->section) : NULL;
    if (settings)
        config = load(what, settings, count);
    else
        fprintf(stderr, "kaffe %s: no memory\n", what->arguments->command->name);
    free(settings);
    free(given);
    return config;
}
