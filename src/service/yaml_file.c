/* SPDX-License-Identifier: MIT
 * The file's outline: documents, sections, names. What stands in a section is yaml_section.c's. */
#include "yaml_file.h"

#include "yaml_section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES ((size_t)1024 * 1024)

static const char sections[] = "consumers, producer, reader, supervisor";

/* --- sections ----------------------------------------------------------------------------- */

static void read_consumer(struct kf_yaml *file, const yaml_node_t *key, const yaml_node_t *value)
{
    char shown[96];
    const char *name = kf_yaml_text(file, key, "the name of a consumer");
    if (!name)
        return;
    if (!kf_configuration_is_name(name)) {
        kf_findings_add(file->findings, "%s:%zu: consumers: \"%s\": %s", file->name,
                        kf_yaml_line(key), kf_log_quote(shown, sizeof shown, name),
                        kf_configuration_names);
        return;
    }
    struct kf_consumer_section *consumer = kf_configuration_add_consumer(file->config, name);
    if (consumer)
        kf_yaml_section(file, &consumer->section, key, value);
    else
        file->findings->no_memory = true;
}

static void read_consumers(struct kf_yaml *file, const yaml_node_t *value)
{
    if (value->type != YAML_MAPPING_NODE) {
        kf_findings_add(file->findings,
                        "%s:%zu: consumers: must be names, each with its options below it",
                        file->name, kf_yaml_line(value));
        return;
    }
    for (const yaml_node_pair_t *pair = value->data.mapping.pairs.start;
         pair < value->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = kf_yaml_node(file, pair->key);
        if (!kf_yaml_is_repeated(file, value, pair, "consumers."))
            read_consumer(file, key, kf_yaml_node(file, pair->value));
    }
}

/* One that there is once. @return NULL: no such section */
static struct kf_section *section_of(kaffe_config *config, const char *name)
{
    struct kf_section *single[] = { &config->producer, &config->reader, &config->supervisor };
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (strcmp(name, single[i]->path) == 0)
            return single[i];
    return NULL;
}

static void read_section(struct kf_yaml *file, const yaml_node_t *key, const yaml_node_t *value)
{
    char shown[96];
    char nearest[32];
    const char *name = kf_yaml_text(file, key, "the name of a section");
    if (!name)
        return;
    struct kf_section *section = section_of(file->config, name);
    if (section) {
        kf_yaml_section(file, section, key, value);
    } else if (strcmp(name, "consumers") == 0) {
        read_consumers(file, value);
    } else {
        kf_word_nearest(sections, name, nearest, sizeof nearest);
        kf_findings_add(file->findings, "%s:%zu: %s: no such section: %s%s%s", file->name,
                        kf_yaml_line(key), kf_log_quote(shown, sizeof shown, name),
                        *nearest ? "did you mean " : "there are ", *nearest ? nearest : sections,
                        *nearest ? "?" : "");
    }
}

static void read_root(struct kf_yaml *file, const yaml_node_t *root)
{
    if (root->type != YAML_MAPPING_NODE) {
        kf_findings_add(file->findings, "%s:%zu: must begin with a section: %s", file->name,
                        kf_yaml_line(root), sections);
        return;
    }
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++) {
        if (!kf_yaml_is_repeated(file, root, pair, ""))
            read_section(file, kf_yaml_node(file, pair->key), kf_yaml_node(file, pair->value));
    }
}

/* --- documents ---------------------------------------------------------------------------- */

static void say_syntax(const struct kf_yaml *file, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "is no YAML";
    if (parser->error == YAML_MEMORY_ERROR)
        file->findings->no_memory = true;
    else if (parser->error == YAML_READER_ERROR)
        kf_findings_add(file->findings, "%s: is no text in UTF-8: %s at byte %zu", file->name,
                        problem, parser->problem_offset);
    else if (parser->context)
        kf_findings_add(file->findings, "%s:%zu: %s, %s that began in line %zu", file->name,
                        parser->problem_mark.line + 1, problem, parser->context,
                        parser->context_mark.line + 1);
    else
        kf_findings_add(file->findings, "%s:%zu: %s", file->name, parser->problem_mark.line + 1,
                        problem);
}

/* @return false: there is no further document */
static bool read_document(struct kf_yaml *file, yaml_parser_t *parser, size_t index)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document)) {
        say_syntax(file, parser);
        return false;
    }
    file->document = &document;
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    if (root && index > 0)
        kf_findings_add(file->findings, "%s:%zu: a second document: a file has one", file->name,
                        kf_yaml_line(root));
    else if (root)
        read_root(file, root);
    file->document = NULL;
    yaml_document_delete(&document);
    return root && index == 0;
}

void kf_yaml_parse(kaffe_config *config, const char *name, const char *bytes, size_t size,
                   struct kf_findings *findings)
{
    yaml_parser_t parser;
    struct kf_yaml file = { .config = config, .findings = findings, .name = name };
    if (!yaml_parser_initialize(&parser)) {
        findings->no_memory = true;
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, size);
    for (size_t i = 0; read_document(&file, &parser, i); i++)
        ;
    yaml_parser_delete(&parser);
}

/* --- bytes -------------------------------------------------------------------------------- */

static void read_stream(kaffe_config *config, const char *path, FILE *stream,
                        struct kf_findings *findings)
{
    char *bytes = malloc(FILE_MAX_BYTES + 1);
    if (!bytes) {
        findings->no_memory = true;
        return;
    }
    size_t size = fread(bytes, 1, FILE_MAX_BYTES + 1, stream);
    if (ferror(stream))
        kf_findings_add(findings, "%s: can not be read: %s", path, strerror(errno));
    else if (size > FILE_MAX_BYTES)
        kf_findings_add(findings, "%s: is larger than 1 MiB: is this the right file?", path);
    else
        kf_yaml_parse(config, path, bytes, size, findings);
    free(bytes);
}

void kf_yaml_read(kaffe_config *config, const char *path, struct kf_findings *findings)
{
    FILE *stream = fopen(path, "rbe");
    if (!stream) {
        kf_findings_add(findings, "%s: can not be read: %s", path, strerror(errno));
        return;
    }
    read_stream(config, path, stream, findings);
    fclose(stream);
}
