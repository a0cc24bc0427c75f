/* SPDX-License-Identifier: MIT
 * What holds for every options struct: taking in a caller's struct of another size, checking each
 * field by its table, filling in the defaults. What one struct means is settings.h's. */
#ifndef KF_OPTIONS_H
#define KF_OPTIONS_H

#include "option_table.h"
#include "problems.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Copies a caller's struct of `their_size` bytes to ours of table->struct_size. What an older
 * caller does not know is 0; what a newer one knows must be 0.
 * @return false: a problem was added, nothing was copied
 */
bool kf_options_import(const struct kf_option_table *table, void *ours, const void *theirs,
                       size_t their_size, struct kf_problems *problems);

/** Each field by itself, then the relations between them. What lists hold is the caller's. */
void kf_options_check(const struct kf_option_table *table, const void *options,
                      struct kf_problems *problems);

/**
 * Replaces strings and properties by copies, and leaves all as it was said.
 * @return false: out of memory, there is nothing to fini
 */
bool kf_options_own(const struct kf_option_table *table, void *options);

/**
 * Fills in defaults, turns KAFFE_NONE into 0 and replaces strings and properties by copies. For
 * checked options.
 * @return false: out of memory, there is nothing to fini
 */
bool kf_options_complete(const struct kf_option_table *table, void *options);
/** Frees the copies. */
void kf_options_fini(const struct kf_option_table *table, void *options);

const char *kf_option_text(const struct kf_option *option, const void *options);
int64_t kf_option_number(const struct kf_option *option, const void *options);
/** One field from one struct to another that has it too; strings stay where they are. */
void kf_option_copy(const struct kf_option *from_option, const void *from,
                    const struct kf_option *to_option, void *to);

#endif
