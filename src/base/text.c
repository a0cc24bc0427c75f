/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool kf_text_list_add(struct kf_text_list *list, const char *text, size_t size)
{
    char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    char *item = strndup(text, size);
    if (!item)
        return false;
    list->items[list->count++] = item;
    return true;
}

bool kf_text_list_split(struct kf_text_list *list, const char *text)
{
    *list = (struct kf_text_list){ 0 };
    while (*text) {
        size_t size = strcspn(text, ",");
        const char *begin = text;
        const char *end = text + size;
        while (begin < end && isspace((unsigned char)*begin))
            begin++;
        while (end > begin && isspace((unsigned char)end[-1]))
            end--;
        if (begin < end && !kf_text_list_add(list, begin, (size_t)(end - begin))) {
            kf_text_list_fini(list);
            return false;
        }
        text += size + (text[size] == ',');
    }
    return true;
}

bool kf_text_list_has(const struct kf_text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

void kf_text_list_fini(struct kf_text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct kf_text_list){ 0 };
}

char *kf_text_copy(const char *text, bool *failed)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        *failed = true;
    return copy;
}
