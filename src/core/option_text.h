/* SPDX-License-Identifier: MIT
 * Options as text: how files, variables and flags write a value, and how help and documents show
 * one. Here a written 0 is a 0, and `none` is the word for KAFFE_NONE. */
#ifndef KF_OPTION_TEXT_H
#define KF_OPTION_TEXT_H

#include "option_table.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Reads `text` as the option's value into the public options struct. What is text there is lent,
 * not copied; a function has no field of its own and is left alone.
 * What is checked: that a number is one and in range, that a flag is one, that nothing is empty.
 * Choices and lists are checked with the struct.
 * @return false: `why` says what it must be
 */
bool kf_option_read(const struct kf_option *option, const char *text, void *options, char *why,
                    size_t why_size);

/** "number", "list of host:port", ... */
const char *kf_option_type_text(const struct kf_option *option);
/** "1..1024, or none", "earliest, latest, stop"; "": any. @return out */
const char *kf_option_range_text(const struct kf_option *option, char *out, size_t out_size);
/** "1000000", "earliest"; "": none. @return out */
const char *kf_option_default_text(const struct kf_option *option, char *out, size_t out_size);

#endif
