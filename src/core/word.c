/* SPDX-License-Identifier: MIT */
#include "word.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum {
    WORD_MAX = 64 /* longer ones are near to nothing */
};

/** Steps to the next word. @return its size; 0: the end */
static size_t next_word(const char **words)
{
    *words += strspn(*words, ", ");
    return strcspn(*words, ", ");
}

bool kf_word_among(const char *words, const char *word)
{
    size_t word_size = strlen(word);
    for (size_t size; (size = next_word(&words)) > 0; words += size)
        if (size == word_size && memcmp(words, word, size) == 0)
            return true;
    return false;
}

bool kf_word_among_any_case(const char *words, const char *word)
{
    size_t word_size = strlen(word);
    for (size_t size; (size = next_word(&words)) > 0; words += size)
        if (size == word_size && strncasecmp(words, word, size) == 0)
            return true;
    return false;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/** Levenshtein's distance, one row at a time; upper case is no difference. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[WORD_MAX + 1];
    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            size_t changed = strncasecmp(&a[i - 1], &b[j - 1], 1) != 0;
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + changed);
            diagonal = above;
        }
    }
    return row[b_size];
}

size_t kf_word_steps(const char *a, const char *b)
{
    return distance(a, strlen(a), b, strlen(b));
}

const char *kf_word_nearest(const char *words, const char *word, char *out, size_t out_size)
{
    size_t word_size = strlen(word);
    size_t best = SIZE_MAX;
    out[0] = '\0';
    for (size_t size; (size = next_word(&words)) > 0; words += size) {
        size_t steps = distance(word, word_size, words, size);
        if (steps >= best || steps * 2 > size || size >= out_size)
            continue;
        best = steps;
        memcpy(out, words, size);
        out[size] = '\0';
    }
    return out;
}
