/* SPDX-License-Identifier: MIT
 * A YAML file as sections: what libyaml makes of it, held against the option tables. It decides
 * what forms a value may have and what a mistake in the file is called; what a value may be is the
 * table's. */
#ifndef KF_YAML_FILE_H
#define KF_YAML_FILE_H

#include "configuration.h"

#include <stddef.h>

/** Reads the file of that path. What is wrong becomes findings with file:line. */
void kf_yaml_read(kaffe_config *config, const char *path, struct kf_findings *findings);

/** The same for bytes in memory. @param name  what messages call it */
void kf_yaml_parse(kaffe_config *config, const char *name, const char *bytes, size_t size,
                   struct kf_findings *findings);

#endif
