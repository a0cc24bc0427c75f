/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    WORD_MAX = 32 /* longer ones are near to nothing */
};

struct cli_nearest cli_nearest_to(const char *meant)
{
    return (struct cli_nearest){ .meant = meant, .distance = SIZE_MAX };
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* max_bytes is --max-bytes. */
static bool same(char a, char b)
{
    return a == b || (a == '-' && b == '_') || (a == '_' && b == '-');
}

/* Letters added, dropped or changed (Levenshtein), a row at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t b_size = strlen(b);
    if (strlen(a) > WORD_MAX || b_size > WORD_MAX)
        return SIZE_MAX;
    for (size_t i = 0; i <= b_size; i++)
        row[i] = i;
    for (; *a; a++) {
        size_t diagonal = row[0]++;
        for (size_t i = 1; i <= b_size; i++) {
            size_t changed = diagonal + !same(*a, b[i - 1]);
            diagonal = row[i];
            row[i] = least(changed, least(row[i - 1], row[i]) + 1);
        }
    }
    return row[b_size];
}

void cli_nearest_try(struct cli_nearest *nearest, const char *word)
{
    size_t steps = distance(nearest->meant, word);
    if (steps >= nearest->distance || steps > strlen(word) / 2)
        return;
    nearest->distance = steps;
    nearest->word = word;
}
