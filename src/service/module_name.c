/* SPDX-License-Identifier: MIT */
#include "module_name.h"

#include <string.h>

const char *kf_module_symbol(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon && colon > name && colon[1] && !strchr(colon, '/') ? colon + 1 : NULL;
}

static bool ends_with(const char *text, const char *end, size_t *before)
{
    size_t text_size = strlen(text);
    size_t end_size = strlen(end);
    if (text_size < end_size || strcmp(text + text_size - end_size, end) != 0)
        return false;
    *before = text_size - end_size;
    return true;
}

bool kf_module_is_handler(const char *symbol, size_t *prefix_size)
{
    size_t before;
    bool is_handler = ends_with(symbol, "handle_message", &before) ||
                      ends_with(symbol, "handle_messages", &before);
    if (is_handler && prefix_size)
        *prefix_size = before;
    return is_handler;
}
