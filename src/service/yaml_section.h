/* SPDX-License-Identifier: MIT
 * What stands in one section of a file: names of options, and their values in the forms that YAML
 * has for them. */
#ifndef KF_YAML_SECTION_H
#define KF_YAML_SECTION_H

#include "configuration.h"
#include "log.h"
#include "word.h"

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/* A file being read. */
struct kf_yaml {
    kaffe_config *config;
    struct kf_findings *findings;
    const char *name; /* "kaffe.yaml" */
    yaml_document_t *document;
};

const yaml_node_t *kf_yaml_node(const struct kf_yaml *file, int index);
size_t kf_yaml_line(const yaml_node_t *node);

/** The text of a scalar. @return NULL: it is none, or empty, and that has been said */
const char *kf_yaml_text(const struct kf_yaml *file, const yaml_node_t *node, const char *what);

/** Was this name given before in the mapping? Then that has been said. */
bool kf_yaml_is_repeated(const struct kf_yaml *file, const yaml_node_t *mapping,
                         const yaml_node_pair_t *pair, const char *path);

/** @param key  the section's name, where it begins */
void kf_yaml_section(const struct kf_yaml *file, struct kf_section *section, const yaml_node_t *key,
                     const yaml_node_t *value);

#endif
