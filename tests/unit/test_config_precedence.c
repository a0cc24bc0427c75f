/* SPDX-License-Identifier: MIT
 * defaults < file < environment < settings, for every option of every table. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_text.h"
#include "configuration.h"

enum source {
    DEFAULTS,
    FROM_FILE,
    FROM_ENVIRONMENT,
    FROM_SETTINGS
};

/* --- a value of each source --------------------------------------------------------------- */

static const char *choice(const char *words, size_t index, char *out, size_t out_size)
{
    size_t count = 1;
    for (const char *c = words; *c; c++)
        count += *c == ',';
    index %= count;
    while (index-- > 0)
        words = strchr(words, ',') + 2;
    snprintf(out, out_size, "%.*s", (int)strcspn(words, ","), words);
    return out;
}

static int64_t number_of(const struct kf_option *option, enum source source)
{
    int64_t least = option->default_number > 0 ? option->default_number : option->min;
    return least + (int64_t)source;
}

/* Valid, and of two sources never the same, as far as there are as many. */
static const char *text_of(const struct kf_option *option, enum source source, char *out,
                           size_t out_size)
{
    switch (option->type) {
    case KF_OPTION_NUMBER:
        snprintf(out, out_size, "%" PRId64, number_of(option, source));
        return out;
    case KF_OPTION_FLAG:
        return source == FROM_ENVIRONMENT || option->refused ? "false" : "true";
    case KF_OPTION_CHOICE:
        return choice(option->choices, source, out, out_size);
    case KF_OPTION_ENDPOINTS:
        snprintf(out, out_size, "kafka:%d", (int)source);
        return out;
    case KF_OPTION_FUNCTION:
        return option->choices ? choice(option->choices, source, out, out_size)
                               : choice("./a.so, ./b.so, ./c.so, ./d.so", source, out, out_size);
    case KF_OPTION_TEXT: /* not a topic's name: dead letters have one, too */
        snprintf(out, out_size, "%d", 10 + (int)source);
        return out;
    case KF_OPTION_LIST:
    case KF_OPTION_PROPERTIES:
        break;
    }
    snprintf(out, out_size, "%d", (int)source);
    return out;
}

/* --- what came of it ---------------------------------------------------------------------- */

union any_options {
    kaffe_consumer_options consumer;
    kaffe_producer_options producer;
    kaffe_reader_options reader;
    kaffe_supervisor_options supervisor;
};

/* The field as it would be written. */
static const char *written(const struct kf_option *option, const union any_options *options,
                           char *out, size_t out_size)
{
    const char *field = (const char *)options + option->field;
    int64_t number;
    const char *text;
    if (option->type == KF_OPTION_NUMBER) {
        memcpy(&number, field, sizeof number);
        snprintf(out, out_size, "%" PRId64, number);
        return out;
    }
    if (option->type == KF_OPTION_FLAG)
        return *(const bool *)field ? "true" : "false";
    memcpy(&text, field, sizeof text);
    return text;
}

static const char *unset(const struct kf_option *option)
{
    return option->type == KF_OPTION_NUMBER ? "0" : option->type == KF_OPTION_FLAG ? "false" : NULL;
}

static void assert_came_of_it(struct kf_section *section, const struct kf_option *option,
                              enum source source)
{
    union any_options options;
    char wanted_room[64];
    char found_room[64];
    const char *wanted = source == DEFAULTS
                             ? unset(option)
                             : text_of(option, source, wanted_room, sizeof wanted_room);
    kf_section_fill(section, &options);
    const char *found = option->type == KF_OPTION_FUNCTION
                            ? kf_section_value(section, option->name)->text
                            : written(option, &options, found_room, sizeof found_room);
    if ((wanted == NULL) != (found == NULL) || (wanted && strcmp(wanted, found) != 0))
        fail_msg("%s: source %d said %s, but %s counts", option->name, (int)source,
                 wanted ? wanted : "nothing", found ? found : "nothing");
}

/* --- one option --------------------------------------------------------------------------- */

static void write_yaml(FILE *out, const struct kf_section *section, const struct kf_option *option,
                       enum source strongest)
{
    char value[64];
    bool is_consumer = section->table->client == KF_CLIENT_CONSUMER;
    fputs(is_consumer ? "consumers:\n  orders:\n" : "", out);
    fprintf(out, "%s", is_consumer ? "" : section->path);
    fputs(is_consumer ? "" : ":\n", out);
    for (size_t i = 0; i < section->table->count; i++) {
        const struct kf_option *other = &section->table->options[i];
        if (other->required && other != option)
            fprintf(out, "    %s: %s\n", other->name, text_of(other, 1, value, sizeof value));
    }
    if (strongest >= FROM_FILE)
        fprintf(out, "    %s: '%s'\n", option->name,
                text_of(option, FROM_FILE, value, sizeof value));
}

static void variable_of(const char *path, const char *name, char *out, size_t out_size)
{
    snprintf(out, out_size, "KAFFE_%s%s%s", path, *path ? "_" : "", name);
    for (char *c = out; *c; c++)
        *c = *c == '.' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
}

/* @param path  "": the general name; else the name for this section alone */
static void assert_precedence(const struct kf_section *section, size_t index, const char *path,
                              enum source strongest)
{
    const struct kf_option *option = &section->table->options[index];
    struct problem_lines lines = { 0 };
    char value[64];
    char name[128];
    char variable[300];
    char *yaml = NULL;
    size_t yaml_size = 0;
    FILE *out = open_memstream(&yaml, &yaml_size);
    write_yaml(out, section, option, strongest);
    fclose(out);
    variable_of(path, option->name, name, sizeof name);
    snprintf(variable, sizeof variable, "%s=%s", name,
             text_of(option, FROM_ENVIRONMENT, value, sizeof value));
    const char *environment[] = { "PATH=/bin", variable, NULL };
    snprintf(name, sizeof name, "%s%s%s", path, *path ? "." : "", option->name);
    kaffe_setting setting = { name, text_of(option, FROM_SETTINGS, value, sizeof value), NULL };
    kaffe_config_sources sources = { .environment =
                                         strongest >= FROM_ENVIRONMENT ? environment : NULL,
                                     .settings = &setting,
                                     .setting_count = strongest >= FROM_SETTINGS };
    kaffe_config *config = config_text_load(yaml, &sources, &lines);
    assert_string_equal(lines.text, "");
    struct kf_section *loaded = NULL;
    for (size_t i = 0; !loaded || loaded->table != section->table; i++)
        loaded = kf_configuration_section(config, i);
    assert_came_of_it(loaded, option, strongest);
    kaffe_config_free(config);
    free(yaml);
}

/* --- all of them -------------------------------------------------------------------------- */

/* They make sense together only, and secrets are no settings: test_security_options.c has them. */
static bool is_of_security(const char *name)
{
    return strncmp(name, "ssl_", 4) == 0 || strncmp(name, "sasl_", 5) == 0 ||
           strcmp(name, "security_protocol") == 0 || strcmp(name, "heroku_kafka_env") == 0;
}

static void assert_section(enum kf_client client, const char *path)
{
    struct kf_section section;
    assert_true(kf_section_init(&section, client, path));
    for (size_t i = 0; i < section.table->count; i++) {
        if (section.table->options[i].type == KF_OPTION_PROPERTIES)
            continue; /* has no value of its own */
        if (is_of_security(section.table->options[i].name))
            continue;
        for (enum source source = DEFAULTS; source <= FROM_SETTINGS; source++) {
            if (source == DEFAULTS && section.table->options[i].required)
                continue;
            assert_precedence(&section, i, "", source);
            assert_precedence(&section, i, path, source);
        }
    }
    kf_section_fini(&section);
}

static void every_option_of_a_consumer_is_decided_by_the_strongest_source(void **state)
{
    (void)state;
    assert_section(KF_CLIENT_CONSUMER, "consumers.orders");
}

static void every_option_of_a_producer_is_decided_by_the_strongest_source(void **state)
{
    (void)state;
    assert_section(KF_CLIENT_PRODUCER, "producer");
}

static void every_option_of_a_reader_is_decided_by_the_strongest_source(void **state)
{
    (void)state;
    assert_section(KF_CLIENT_READER, "reader");
}

static void every_option_of_a_supervisor_is_decided_by_the_strongest_source(void **state)
{
    (void)state;
    assert_section(KF_CLIENT_SUPERVISOR, "supervisor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_of_a_consumer_is_decided_by_the_strongest_source),
        cmocka_unit_test(every_option_of_a_producer_is_decided_by_the_strongest_source),
        cmocka_unit_test(every_option_of_a_reader_is_decided_by_the_strongest_source),
        cmocka_unit_test(every_option_of_a_supervisor_is_decided_by_the_strongest_source),
    };
    return cmocka_run_group_tests(tests, config_text_begin, config_text_end);
}
