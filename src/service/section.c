/* SPDX-License-Identifier: MIT */
#include "section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kaffe_service.h"
#include "log.h"
#include "option_text.h"
#include "secret.h"
#include "word.h"

enum {
    SHOWN_MAX = 96 /* of a wrong value, in a message */
};

/* What all options structs fit into. */
union any_options {
    kaffe_consumer_options consumer;
    kaffe_producer_options producer;
    kaffe_reader_options reader;
    kaffe_supervisor_options supervisor;
};

bool kf_section_init(struct kf_section *section, enum kf_client client, const char *path)
{
    bool failed = false;
    *section = (struct kf_section){ .table = kf_option_table_of(client) };
    section->path = kf_text_copy(path, &failed);
    section->values = calloc(section->table->count, sizeof *section->values);
    if (failed || !section->values)
        return false;
    const char *dot = strrchr(section->path, '.');
    section->name = dot ? dot + 1 : section->path;
    return true;
}

void kf_section_fini(struct kf_section *section)
{
    for (size_t i = 0; section->values && i < section->table->count; i++) {
        kf_secret_free(section->values[i].text);
        free(section->values[i].origin);
    }
    for (size_t i = 0; i < section->property_count; i++) {
        free((char *)(uintptr_t)section->properties[i].name);
        kf_secret_free((char *)(uintptr_t)section->properties[i].value);
        free(section->property_origins[i]);
    }
    free(section->values);
    free(section->properties);
    free(section->property_origins);
    free(section->origin);
    free(section->path);
}

/* --- options ------------------------------------------------------------------------------ */

static bool is_good(const struct kf_option *option, const char *text, const char *origin,
                    struct kf_findings *findings)
{
    union any_options scratch;
    char shown[SHOWN_MAX];
    char why[200];
    if (kf_option_read(option, text, &scratch, why, sizeof why))
        return true;
    if (option->type == KF_OPTION_PROPERTIES) /* a password may be among them */
        kf_findings_add(findings, "%s: %s", origin, why);
    else
        kf_findings_add(findings, "%s = \"%s\": %s", origin,
                        kf_log_quote(shown, sizeof shown, text), why);
    return false;
}

static void replace(char **text, const char *with, struct kf_findings *findings)
{
    kf_secret_free(*text);
    *text = kf_text_copy(with, &findings->no_memory);
}

void kf_section_set(struct kf_section *section, size_t index, const char *text, const char *origin,
                    struct kf_findings *findings)
{
    struct kf_value *value = &section->values[index];
    value->wrong = !is_good(&section->table->options[index], text, origin, findings);
    replace(&value->text, text, findings);
    replace(&value->origin, origin, findings);
}

const struct kf_value *kf_section_value(const struct kf_section *section, const char *name)
{
    const struct kf_option *option = kf_option_find(section->table, name);
    return option ? &section->values[option - section->table->options] : NULL;
}

const char *kf_section_nearest(const struct kf_section *section, const char *name, char *out,
                               size_t out_size)
{
    size_t best = SIZE_MAX;
    *out = '\0';
    for (size_t i = 0; i < section->table->count; i++) {
        const char *word = section->table->options[i].name;
        size_t steps = kf_word_steps(name, word);
        if (steps >= best || steps * 2 > strlen(word))
            continue;
        best = steps;
        snprintf(out, out_size, "%s", word);
    }
    return out;
}

/* --- properties --------------------------------------------------------------------------- */

/* @return its index; property_count: it is new, and there is room for it; SIZE_MAX: no memory */
static size_t place_of(struct kf_section *section, const char *name)
{
    size_t count = section->property_count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(section->properties[i].name, name) == 0)
            return i;
    kaffe_property *properties =
        realloc(section->properties, (count + 1) * sizeof *section->properties);
    if (properties)
        section->properties = properties;
    char **origins = realloc(section->property_origins, (count + 1) * sizeof *origins);
    if (origins)
        section->property_origins = origins;
    return properties && origins ? count : SIZE_MAX;
}

void kf_section_set_property(struct kf_section *section, const char *name, const char *text,
                             const char *origin, struct kf_findings *findings)
{
    size_t i = place_of(section, name);
    bool failed = i == SIZE_MAX;
    char *copies[3] = { kf_text_copy(name, &failed), kf_text_copy(text, &failed),
                        kf_text_copy(origin, &failed) };
    if (failed) {
        findings->no_memory = true;
        for (size_t k = 0; k < 3; k++)
            free(copies[k]);
        return;
    }
    if (i < section->property_count) {
        free((char *)(uintptr_t)section->properties[i].name);
        kf_secret_free((char *)(uintptr_t)section->properties[i].value);
        free(section->property_origins[i]);
    } else {
        section->property_count++;
    }
    section->properties[i] = (kaffe_property){ copies[0], copies[1] };
    section->property_origins[i] = copies[2];
}

/* --- the struct --------------------------------------------------------------------------- */

static void fill_properties(const struct kf_section *section, const struct kf_option *option,
                            void *options)
{
    const kaffe_property *properties = section->properties;
    memcpy((char *)options + option->field, &properties, sizeof properties);
    memcpy((char *)options + option->count_field, &section->property_count,
           sizeof section->property_count);
}

void kf_section_fill(const struct kf_section *section, void *options)
{
    char why[200];
    memset(options, 0, section->table->struct_size);
    for (size_t i = 0; i < section->table->count; i++) {
        const struct kf_option *option = &section->table->options[i];
        const struct kf_value *value = &section->values[i];
        if (option->type == KF_OPTION_PROPERTIES)
            fill_properties(section, option, options);
        else if (value->text && !value->wrong)
            (void)kf_option_read(option, value->text, options, why, sizeof why);
    }
}

/* --- two of them -------------------------------------------------------------------------- */

static bool same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static const char *property_value(const struct kf_section *section, const char *name)
{
    for (size_t i = 0; i < section->property_count; i++)
        if (strcmp(section->properties[i].name, name) == 0)
            return section->properties[i].value;
    return NULL;
}

bool kf_section_is_same(const struct kf_section *section, const struct kf_section *other)
{
    if (section->present != other->present || section->property_count != other->property_count)
        return false;
    for (size_t i = 0; i < section->table->count; i++)
        if (!same_text(section->values[i].text, other->values[i].text))
            return false;
    for (size_t i = 0; i < section->property_count; i++)
        if (!same_text(section->properties[i].value,
                       property_value(other, section->properties[i].name)))
            return false;
    return true;
}
