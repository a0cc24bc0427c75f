/* SPDX-License-Identifier: MIT
 * Configurations out of a text in a test: it is written to kaffe.yaml in a folder of its own, which
 * becomes the working directory. */
#ifndef TEST_CONFIG_TEXT_H
#define TEST_CONFIG_TEXT_H

#include "kaffe_service.h"
#include "problem_lines.h"

/** For a group's setup and teardown. */
int config_text_begin(void **state);
int config_text_end(void **state);

/** Writes kaffe.yaml and loads it with the other sources. Problems are gathered in *lines.
 *  @param yaml  NULL: no file
 *  @param sources  the other sources; NULL: none */
kaffe_config *config_text_load(const char *yaml, const kaffe_config_sources *sources,
                               struct problem_lines *lines);

/** Loads it, and requires exactly these problems, a line each; "": none. */
void config_text_requires(const char *yaml, const kaffe_config_sources *sources,
                          const char *problems);

#endif
