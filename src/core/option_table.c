/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <string.h>

const struct kf_option *kf_option_find(const struct kf_option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->options[i].name, name) == 0)
            return &table->options[i];
    return NULL;
}
