/* SPDX-License-Identifier: MIT */
#include "problem_lines.h"

#include <stdio.h>
#include <string.h>

void problem_lines_collect(const char *problem, void *ctx)
{
    struct problem_lines *lines = ctx;
    size_t used = strlen(lines->text);
    snprintf(lines->text + used, sizeof lines->text - used, "%s\n", problem);
    lines->count++;
}
