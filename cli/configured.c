/* SPDX-License-Identifier: MIT */
#include "configured.h"

#include "arguments.h"
#include "refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report(const char *problem, void *ctx)
{
    cli_refuse_line(ctx, problem);
}

static kaffe_config *load(const struct cli_arguments *arguments,
                          const kaffe_config_sources *sources)
{
    void *ctx = (void *)(uintptr_t)arguments;
    kaffe_error err;
    kaffe_config *config = kaffe_config_load(sources, report, ctx, &err);
    if (!config && err.status != KAFFE_INVALID)
        report(err.message, ctx);
    return config;
}

static bool is_skipped(const struct cli_configured *what, const char *option)
{
    for (const char *const *skipped = what->skipped; skipped && *skipped; skipped++)
        if (strcmp(*skipped, option) == 0)
            return true;
    return false;
}

/* Settings of one section: "max_bytes" becomes "reader.max_bytes". */
struct settings {
    const char *section;
    kaffe_setting *all; /* [count] with names of their own */
    size_t count;
    bool good;
};

static void add(struct settings *settings, const kaffe_setting *setting)
{
    char *name = NULL;
    if (!settings->good)
        return;
    settings->good = asprintf(&name, "%s.%s", settings->section, setting->name) > 0;
    if (!settings->good)
        return;
    settings->all[settings->count] = *setting;
    settings->all[settings->count++].name = name;
}

static struct settings gather(const struct cli_configured *what)
{
    size_t count;
    kaffe_setting *given = cli_settings(what->arguments, &count);
    struct settings settings = { .section = what->section };
    settings.all = given ? calloc(count + what->added_count + 1, sizeof *given) : NULL;
    settings.good = settings.all != NULL;
    for (size_t i = 0; settings.good && i < count; i++)
        if (!is_skipped(what, given[i].name))
            add(&settings, &given[i]);
    for (size_t i = 0; i < what->added_count; i++)
        add(&settings, &what->added[i]);
    free(given);
    return settings;
}

static void forget(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++)
        free((void *)(uintptr_t)settings->all[i].name);
    free(settings->all);
}

kaffe_config *cli_configured_load(const struct cli_configured *what)
{
    struct settings settings = gather(what);
    const kaffe_config_sources sources = { .file = cli_value(what->arguments, "--config"),
                                           .environment = (const char *const *)environ,
                                           .settings = settings.all,
                                           .setting_count = settings.count,
                                           .consumer = what->consumer };
    kaffe_config *config = NULL;
    if (settings.good)
        config = load(what->arguments, &sources);
    else
        fprintf(stderr, "kaffe %s: no memory\n", what->arguments->command->name);
    forget(&settings);
    return config;
}

static char *name_of_group(const kaffe_config *config, const char *group)
{
    kaffe_error err;
    kaffe_consumer_options options;
    for (size_t i = 0; i < kaffe_config_consumer_count(config); i++) {
        const char *name = kaffe_config_consumer_name(config, i);
        if (kaffe_config_consumer(config, name, &options, &err) == KAFFE_OK &&
            options.consumer_group && strcmp(options.consumer_group, group) == 0)
            return strdup(name);
    }
    return NULL;
}

char *cli_configured_consumer(const struct cli_arguments *arguments, const char *group, bool *good)
{
    const kaffe_config_sources sources = { .file = cli_value(arguments, "--config") };
    *good = true;
    if (!sources.file)
        return NULL;
    kaffe_config *config = load(arguments, &sources);
    *good = config != NULL;
    char *name = config ? name_of_group(config, group) : NULL;
    kaffe_config_free(config);
    return name;
}
