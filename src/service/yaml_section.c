/* SPDX-License-Identifier: MIT */
#include "yaml_section.h"

#include "kafka_properties.h"
#include "secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATH_SIZE = 256, /* section and option: both have names of bounded length */
    ORIGIN_SIZE = 512
};

/* --- nodes -------------------------------------------------------------------------------- */

const yaml_node_t *kf_yaml_node(const struct kf_yaml *file, int index)
{
    return yaml_document_get_node(file->document, index);
}

size_t kf_yaml_line(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

static const char *scalar(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

/* "max_bytes:" and "max_bytes: ~" say nothing; "" in quotes is an empty text. */
static bool is_null(const yaml_node_t *node)
{
    return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           kf_word_among("~, null", *scalar(node) ? scalar(node) : "~");
}

const char *kf_yaml_text(const struct kf_yaml *file, const yaml_node_t *node, const char *what)
{
    const char *why = NULL;
    if (node->type == YAML_SEQUENCE_NODE)
        why = "must be one value, not a list";
    else if (node->type == YAML_MAPPING_NODE)
        why = "must be one value, not names with values of their own";
    else if (strlen(scalar(node)) != node->data.scalar.length)
        why = "must have no zero byte in it";
    else if (is_null(node))
        why = "has no value: leave the name away, or say what it is";
    if (!why)
        return scalar(node);
    kf_findings_add(file->findings, "%s:%zu: %s: %s", file->name, kf_yaml_line(node), what, why);
    return NULL;
}

bool kf_yaml_is_repeated(const struct kf_yaml *file, const yaml_node_t *mapping,
                         const yaml_node_pair_t *pair, const char *path)
{
    char shown[96];
    const yaml_node_t *key = kf_yaml_node(file, pair->key);
    if (key->type != YAML_SCALAR_NODE)
        return false;
    for (const yaml_node_pair_t *before = mapping->data.mapping.pairs.start; before < pair;
         before++) {
        const yaml_node_t *other = kf_yaml_node(file, before->key);
        if (other->type != YAML_SCALAR_NODE || strcmp(scalar(other), scalar(key)) != 0)
            continue;
        kf_findings_add(file->findings, "%s:%zu: %s%s: given already in line %zu", file->name,
                        kf_yaml_line(key), path, kf_log_quote(shown, sizeof shown, scalar(key)),
                        kf_yaml_line(other));
        return true;
    }
    return false;
}

/* --- lists -------------------------------------------------------------------------------- */

/* An element of a list as text: a word, or of endpoints the seed's form, kafka: 9092.
 * @return NULL: it is neither, and that has been said; else to be freed */
static char *element(const struct kf_yaml *file, const struct kf_option *option,
                     const yaml_node_t *node, const char *path)
{
    char *text = NULL;
    const yaml_node_pair_t *pair =
        node->type == YAML_MAPPING_NODE ? node->data.mapping.pairs.start : NULL;
    if (option->type == KF_OPTION_ENDPOINTS && pair && pair + 1 == node->data.mapping.pairs.top) {
        const char *host = kf_yaml_text(file, kf_yaml_node(file, pair->key), path);
        const char *port = kf_yaml_text(file, kf_yaml_node(file, pair->value), path);
        if (host && port && asprintf(&text, "%s:%s", host, port) < 0)
            file->findings->no_memory = true;
        return text;
    }
    const char *word = kf_yaml_text(file, node, path);
    if (word && strchr(word, ',')) {
        kf_findings_add(file->findings, "%s:%zu: %s: an element of a list has no comma in it",
                        file->name, kf_yaml_line(node), path);
        return NULL;
    }
    return kf_text_copy(word, &file->findings->no_memory);
}

/* @return the elements with commas between them, to be freed; NULL: something was wrong */
static char *joined(const struct kf_yaml *file, const struct kf_option *option,
                    const yaml_node_t *list, const char *path)
{
    char *text = NULL;
    size_t size = 0;
    bool whole = true;
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        file->findings->no_memory = true;
        return NULL;
    }
    for (const int *item = list->data.sequence.items.start; item < list->data.sequence.items.top;
         item++) {
        char *word = element(file, option, kf_yaml_node(file, *item), path);
        whole = whole && word;
        if (word)
            fprintf(out, "%s%s", item > list->data.sequence.items.start ? "," : "", word);
        free(word);
    }
    bool closed = fclose(out) == 0; /* only memory can be missing */
    file->findings->no_memory = file->findings->no_memory || !closed;
    if (closed && whole)
        return text;
    free(text);
    return NULL;
}

/* --- options ------------------------------------------------------------------------------ */

static void read_list(const struct kf_yaml *file, struct kf_section *section, size_t index,
                      const yaml_node_t *value, const char *origin)
{
    const char *path = strstr(origin, section->path);
    char *text = joined(file, &section->table->options[index], value, path ? path : origin);
    if (text)
        kf_section_set(section, index, text, origin, file->findings);
    else
        section->values[index].wrong = true;
    free(text);
}

/* Relative paths begin at the file's folder. @return to be freed; NULL: out of memory, said */
static char *located(const struct kf_yaml *file, const struct kf_option *option, const char *text)
{
    char *path = NULL;
    const char *slash = strrchr(file->name, '/');
    bool moves = option && option->is_path && *text != '/' && *text != '\0' && slash;
    if (asprintf(&path, "%.*s%s", moves ? (int)(slash + 1 - file->name) : 0, file->name, text) <
        0) {
        file->findings->no_memory = true;
        return NULL;
    }
    return path;
}

/* What a property is another name of. @return NULL: nothing of ours, or no place for a path */
static const struct kf_option *option_of(const struct kf_section *section, const char *name,
                                         const char *text)
{
    const struct kf_known_property *known = kf_known_property_find(name);
    bool is_alias = known && known->way == KF_PROPERTY_ALIAS && strcmp(text, "probe") != 0;
    return is_alias ? kf_option_find(section->table, known->instead) : NULL;
}

static void read_property(const struct kf_yaml *file, struct kf_section *section,
                          const yaml_node_pair_t *pair)
{
    char origin[ORIGIN_SIZE];
    const yaml_node_t *key = kf_yaml_node(file, pair->key);
    const char *name = kf_yaml_text(file, key, "the name of a property");
    if (!name)
        return;
    snprintf(origin, sizeof origin, "%s.kafka.%s", section->path, name);
    const char *text = kf_yaml_text(file, kf_yaml_node(file, pair->value), origin);
    snprintf(origin, sizeof origin, "%s:%zu: %s.kafka.%s", file->name, kf_yaml_line(key),
             section->path, name);
    char *value = text ? located(file, option_of(section, name, text), text) : NULL;
    if (value)
        kf_section_set_property(section, name, value, origin, file->findings);
    kf_secret_free(value);
}

static void read_properties(const struct kf_yaml *file, struct kf_section *section,
                            const yaml_node_t *value, const char *origin)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s.kafka.", section->path);
    if (value->type != YAML_MAPPING_NODE) {
        kf_findings_add(file->findings, "%s: must be names of properties with their values",
                        origin);
        return;
    }
    for (const yaml_node_pair_t *pair = value->data.mapping.pairs.start;
         pair < value->data.mapping.pairs.top; pair++)
        if (!kf_yaml_is_repeated(file, value, pair, path))
            read_property(file, section, pair);
}

static void read_option(const struct kf_yaml *file, struct kf_section *section, size_t index,
                        const yaml_node_t *key, const yaml_node_t *value)
{
    const struct kf_option *option = &section->table->options[index];
    bool is_list = option->type == KF_OPTION_LIST || option->type == KF_OPTION_ENDPOINTS;
    char path[PATH_SIZE];
    char origin[ORIGIN_SIZE];
    snprintf(path, sizeof path, "%s.%s", section->path, option->name);
    snprintf(origin, sizeof origin, "%s:%zu: %s", file->name, kf_yaml_line(key), path);
    if (option->type == KF_OPTION_PROPERTIES) {
        read_properties(file, section, value, origin);
    } else if (is_list && value->type == YAML_SEQUENCE_NODE) {
        read_list(file, section, index, value, origin);
    } else if (is_list && value->type == YAML_MAPPING_NODE) {
        kf_findings_add(file->findings, "%s: must be a list: [one, two]", origin);
        section->values[index].wrong = true;
    } else {
        const char *text = kf_yaml_text(file, value, path);
        char *said = text ? located(file, option, text) : NULL;
        if (said)
            kf_section_set(section, index, said, origin, file->findings);
        else
            section->values[index].wrong = true;
        kf_secret_free(said);
    }
}

static void say_unknown(const struct kf_yaml *file, const struct kf_section *section,
                        const yaml_node_t *key)
{
    char shown[96];
    char nearest[64];
    const char *best = kf_section_nearest(section, scalar(key), nearest, sizeof nearest);
    kf_log_quote(shown, sizeof shown, scalar(key));
    if (*best)
        kf_findings_add(file->findings, "%s:%zu: %s.%s: no such option: did you mean %s?",
                        file->name, kf_yaml_line(key), section->path, shown, best);
    else
        kf_findings_add(file->findings,
                        "%s:%zu: %s.%s: no such option: kaffe options %s lists them", file->name,
                        kf_yaml_line(key), section->path, shown, section->table->section);
}

static void read_pair(const struct kf_yaml *file, struct kf_section *section,
                      const yaml_node_t *key, const yaml_node_t *value)
{
    if (!kf_yaml_text(file, key, section->path))
        return;
    const struct kf_option *option = kf_option_find(section->table, scalar(key));
    if (option)
        read_option(file, section, (size_t)(option - section->table->options), key, value);
    else
        say_unknown(file, section, key);
}

static bool is_empty(const yaml_node_t *value)
{
    return value->type == YAML_SCALAR_NODE && is_null(value);
}

/* @return false: nothing can be said of the section as a whole */
static bool begin(const struct kf_yaml *file, struct kf_section *section, const yaml_node_t *key,
                  const yaml_node_t *value)
{
    free(section->origin);
    if (asprintf(&section->origin, "%s:%zu: %s", file->name, kf_yaml_line(key), section->path) <
        0) {
        section->origin = NULL;
        file->findings->no_memory = true;
    }
    /* An empty one misses what is required. */
    section->present = value->type == YAML_MAPPING_NODE || is_empty(value);
    if (!section->present)
        kf_findings_add(file->findings, "%s: must be options with their values",
                        section->origin ? section->origin : section->path);
    return value->type == YAML_MAPPING_NODE;
}

void kf_yaml_section(const struct kf_yaml *file, struct kf_section *section, const yaml_node_t *key,
                     const yaml_node_t *value)
{
    char path[PATH_SIZE];
    if (!begin(file, section, key, value))
        return;
    snprintf(path, sizeof path, "%s.", section->path);
    for (const yaml_node_pair_t *pair = value->data.mapping.pairs.start;
         pair < value->data.mapping.pairs.top; pair++)
        if (!kf_yaml_is_repeated(file, value, pair, path))
            read_pair(file, section, kf_yaml_node(file, pair->key),
                      kf_yaml_node(file, pair->value));
}
