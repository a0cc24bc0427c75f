/* SPDX-License-Identifier: MIT
 * Words of a list such as "earliest, latest, stop", and which of them a misspelt one meant. */
#ifndef KF_WORD_H
#define KF_WORD_H

#include <stdbool.h>
#include <stddef.h>

bool kf_word_among(const char *words, const char *word);
/** Upper case is no difference. */
bool kf_word_among_any_case(const char *words, const char *word);

/** The word that takes the fewest changed letters, if those are at most half of it.
 *  @return out; "": none is near, or out is too small */
const char *kf_word_nearest(const char *words, const char *word, char *out, size_t out_size);

/** How many letters have to be changed, added or dropped to make one of the other; upper case is no
 *  difference. SIZE_MAX: one of them is no word, but longer than 64 letters. */
size_t kf_word_steps(const char *a, const char *b);

#endif
