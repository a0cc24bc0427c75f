/* SPDX-License-Identifier: MIT
 * A kaffe_report_fn for tests: gathers the problems of a configuration, one a line. */
#ifndef TEST_PROBLEM_LINES_H
#define TEST_PROBLEM_LINES_H

#include <stddef.h>

struct problem_lines {
    size_t count;
    char text[8192];
};

/** @param ctx  a struct problem_lines, zeroed at first */
void problem_lines_collect(const char *problem, void *ctx);

#endif
