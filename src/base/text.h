/* SPDX-License-Identifier: MIT
 * Lists in one string ("orders, refunds") and copies of strings. */
#ifndef KF_TEXT_H
#define KF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct kf_text_list {
    char **items; /* [count], each its own allocation */
    size_t count;
};

/** Splits at commas, trims white space, drops what is empty. @return false: out of memory, empty */
bool kf_text_list_split(struct kf_text_list *list, const char *text);
/** Appends a copy. @return false: out of memory, nothing changed */
bool kf_text_list_add(struct kf_text_list *list, const char *text, size_t size);
bool kf_text_list_has(const struct kf_text_list *list, const char *text);
void kf_text_list_fini(struct kf_text_list *list);

/** A copy to free(), NULL for NULL (and when out of memory: *failed is then set, never cleared). */
char *kf_text_copy(const char *text, bool *failed);

#endif
