/* SPDX-License-Identifier: MIT
 * The option tables, as a user of the library sees them. */
#include "kaffe_service.h"

#include <string.h>

#include "option_text.h"
#include "section.h"

static void describe(const struct kf_option_table *table, const struct kf_option *option,
                     kaffe_option *out, size_t out_size)
{
    kaffe_option ours = { .section = table->section,
                          .name = option->name,
                          .type = kf_option_type_text(option),
                          .unit = option->unit ? option->unit : "",
                          .help = option->help,
                          .required = option->required };
    kf_option_default_text(option, ours.default_value, sizeof ours.default_value);
    kf_option_range_text(option, ours.range, sizeof ours.range);
    memset(out, 0, out_size);
    memcpy(out, &ours, out_size < sizeof ours ? out_size : sizeof ours);
}

bool kaffe_option_at_sized(size_t index, kaffe_option *option, size_t option_size)
{
    for (size_t i = 0; i < KF_CLIENTS; i++) {
        const struct kf_option_table *table = kf_option_table_of((enum kf_client)i);
        if (index < table->count) {
            describe(table, &table->options[index], option, option_size);
            return true;
        }
        index -= table->count;
    }
    return false;
}

bool kaffe_option_find_sized(const char *section, const char *name, kaffe_option *option,
                             size_t option_size)
{
    for (size_t i = 0; i < KF_CLIENTS; i++) {
        const struct kf_option_table *table = kf_option_table_of((enum kf_client)i);
        const struct kf_option *found = kf_option_find(table, name);
        if (!found || (section && strcmp(section, table->section) != 0))
            continue;
        describe(table, found, option, option_size);
        return true;
    }
    return false;
}
