/* SPDX-License-Identifier: MIT
 * Which of some words a misspelt one meant. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

struct cli_nearest {
    const char *meant;
    const char *word; /* the nearest so far; NULL: none is near */
    size_t distance;
};

struct cli_nearest cli_nearest_to(const char *meant);
/** Near is: at most half of the letters differ. */
void cli_nearest_try(struct cli_nearest *nearest, const char *word);

#endif
