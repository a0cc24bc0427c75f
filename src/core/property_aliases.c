/* SPDX-License-Identifier: MIT */
#include "property_aliases.h"

#include <string.h>
#include <strings.h>

#include "kafka_properties.h"
#include "options.h"

static const struct kf_known_property *alias_of(const char *name)
{
    const struct kf_known_property *known = name ? kf_known_property_find(name) : NULL;
    return known && known->way == KF_PROPERTY_ALIAS ? known : NULL;
}

bool kf_property_is_alias(const char *name)
{
    return alias_of(name) != NULL;
}

/* librdkafka's word for what is the default here. */
static bool says_nothing(const char *name, const char *value)
{
    return strcmp(name, "ssl.ca.location") == 0 && strcmp(value, "probe") == 0;
}

static bool same(const struct kf_option *option, const char *a, const char *b)
{
    return option->any_case ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

static void apply(const struct kf_option_table *table, const kaffe_property *property,
                  void *options, struct kf_problems *problems)
{
    const struct kf_known_property *alias = alias_of(property->name);
    const struct kf_option *option = alias ? kf_option_find(table, alias->instead) : NULL;
    if (!option || !property->value || says_nothing(property->name, property->value))
        return;
    const char *said = kf_option_text(option, options);
    if (!said)
        memcpy((char *)options + option->field, &property->value, sizeof property->value);
    else if (!same(option, said, property->value))
        kf_problems_add(problems, "kafka.%s: it is another name of %s, which says something else",
                        property->name, option->name);
}

void kf_property_aliases_apply(const struct kf_option_table *table, void *options,
                               struct kf_problems *problems)
{
    const struct kf_option *kafka = kf_option_find(table, "kafka");
    const kaffe_property *properties;
    size_t count;
    memcpy(&properties, (char *)options + kafka->field, sizeof properties);
    memcpy(&count, (char *)options + kafka->count_field, sizeof count);
    for (size_t i = 0; properties && i < count; i++)
        apply(table, &properties[i], options, problems);
}
