/* SPDX-License-Identifier: MIT
 * Judges properties by the two tables: which client may set which, to what. */
#include "kafka_properties.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "secret.h"
#include "word.h"

enum {
    SHOWN_MAX = 96 /* of an unknown name, in a message */
};

static const struct kf_property_table *const tables[] = { &kf_kafka_property_table,
                                                          &kf_security_property_table };

#define TABLE_COUNT (sizeof tables / sizeof tables[0])

const struct kf_known_property *kf_known_property_find(const char *name)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            if (strcmp(tables[t]->properties[i].name, name) == 0)
                return &tables[t]->properties[i];
    return NULL;
}

const struct kf_known_property *kf_known_property_nearest(const char *name)
{
    const struct kf_known_property *nearest = NULL;
    size_t best = strlen(name) / 3 + 1; /* names are long, and many: half would be any of them */
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            size_t steps = kf_word_steps(tables[t]->properties[i].name, name);
            if (steps >= best)
                continue;
            best = steps;
            nearest = &tables[t]->properties[i];
        }
    }
    return nearest;
}

/* @return why a property of that domain means nothing to this client; NULL: it does */
static const char *foreign(enum kf_property_domain domain, enum kf_client client)
{
    if (client == KF_CLIENT_SUPERVISOR)
        return "a supervisor is no client";
    switch (domain) {
    case KF_DOMAIN_ANY:
    case KF_DOMAIN_SECURITY:
        return NULL;
    case KF_DOMAIN_GROUP:
        if (client == KF_CLIENT_READER)
            return "a reader has no group";
        return client == KF_CLIENT_PRODUCER ? "it is a consumer's" : NULL;
    case KF_DOMAIN_READING:
        return client == KF_CLIENT_PRODUCER ? "it is a consumer's" : NULL;
    case KF_DOMAIN_PRODUCING:
        return client == KF_CLIENT_PRODUCER ? NULL : "it is a producer's";
    }
    return NULL;
}

enum kf_property_way kf_known_property_way(const struct kf_known_property *property,
                                           enum kf_client client, const char **why)
{
    const char *reason = foreign(property->domain, client);
    if (!reason)
        reason = property->why;
    if (!reason && client != KF_CLIENT_PRODUCER && property->domain == KF_DOMAIN_SECURITY &&
        property->way == KF_PROPERTY_PASSED)
        reason = property->not_fetching;
    if (!reason && client == KF_CLIENT_READER && property->way == KF_PROPERTY_PASSED)
        reason = "a reader does without librdkafka";
    if (why)
        *why = reason;
    return reason ? KF_PROPERTY_REFUSED : property->way;
}

const char *kf_known_property_instead(const struct kf_known_property *property,
                                      const struct kf_option_table *options)
{
    if (foreign(property->domain, options->client) || !property->instead)
        return NULL;
    return kf_option_find(options, property->instead) ? property->instead : NULL;
}

bool kf_known_property_is_secret(const struct kf_known_property *property)
{
    static const char *const words[] = { "password", "secret", "passphrase", ".key.pem",
                                         ".config" };
    if (property->domain != KF_DOMAIN_SECURITY)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(property->name, words[i]))
            return true;
    return false;
}

/* "2.3.0" is older than "2.10.1-RC1". */
static bool is_older(const char *version, const char *other)
{
    for (int part = 0; part < 3; part++) {
        char *version_end;
        char *other_end;
        unsigned long number = strtoul(version, &version_end, 10);
        unsigned long other_number = strtoul(other, &other_end, 10);
        if (number != other_number)
            return number < other_number;
        version = *version_end == '.' ? version_end + 1 : version_end;
        other = *other_end == '.' ? other_end + 1 : other_end;
    }
    return false;
}

static bool is_number(const struct kf_value_rule *rule, const char *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    return end != value && *end == '\0' && errno == 0 && number >= rule->min && number <= rule->max;
}

/* In capitals too, as in Java's documents. */
static bool is_word(const struct kf_value_rule *rule, const char *value)
{
    size_t value_size = strlen(value);
    for (const char *word = rule->words; *word; word += strspn(word, ", ")) {
        size_t size = strcspn(word, ", ");
        if (size == value_size && strncasecmp(word, value, size) == 0)
            return true;
        word += size;
    }
    return false;
}

static void check_value(const struct kf_known_property *known, const char *value,
                        struct kf_problems *problems)
{
    const struct kf_value_rule *rule = &known->rule;
    if (rule->kind == KF_VALUE_NUMBER && !is_number(rule, value))
        kf_problems_add(problems, "kafka.%s: must be %" PRId64 "..%" PRId64, known->name, rule->min,
                        rule->max);
    else if (rule->kind == KF_VALUE_WORD && !is_word(rule, value))
        kf_problems_add(problems, "kafka.%s: must be one of %s", known->name, rule->words);
}

static void refuse_unknown(const char *name, struct kf_problems *problems)
{
    char shown[SHOWN_MAX];
    const struct kf_known_property *nearest = kf_known_property_nearest(name);
    kf_log_quote(shown, sizeof shown, name);
    if (nearest)
        kf_problems_add(problems, "kafka.%s: no such property: did you mean %s?", shown,
                        nearest->name);
    else
        kf_problems_add(problems, "kafka.%s: librdkafka has no such property", shown);
}

static void refuse(const struct kf_known_property *known, const char *why,
                   const struct kf_option_table *options, struct kf_problems *problems)
{
    const char *instead = kf_known_property_instead(known, options);
    kf_problems_add(problems, "kafka.%s: not for Kaffe: %s%s%s", known->name, why,
                    instead ? ": use " : "", instead ? instead : "");
}

static void check_known(const struct kf_known_property *known, const char *value,
                        const struct kf_option_table *options, const char *library_version,
                        struct kf_problems *problems)
{
    const char *why;
    bool harmless = value && known->harmless && strcasecmp(value, known->harmless) == 0;
    if (!harmless && kf_known_property_way(known, options->client, &why) == KF_PROPERTY_REFUSED)
        refuse(known, why, options, problems);
    else if (known->since && is_older(library_version, known->since))
        kf_problems_add(problems, "kafka.%s: librdkafka %s does not have it: %s or later does",
                        known->name, library_version, known->since);
    else if (!value)
        kf_problems_add(problems, "kafka.%s = NULL: must have a value", known->name);
    else if (known->way != KF_PROPERTY_ALIAS) /* checked as the option that it is */
        check_value(known, value, problems);
}

static bool is_repeated(const kaffe_property *properties, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (properties[i].name && strcmp(properties[i].name, properties[index].name) == 0)
            return true;
    return false;
}

/* librdkafka refuses it, but only when it starts; 2000 is what we give it. */
static void check_backoffs(const kaffe_property *properties, size_t count,
                           struct kf_problems *problems)
{
    const char *first = kf_kafka_property_value(properties, count, "reconnect.backoff.ms");
    const char *most = kf_kafka_property_value(properties, count, "reconnect.backoff.max.ms");
    long long first_ms = first ? strtoll(first, NULL, 10) : 100;
    long long most_ms = most ? strtoll(most, NULL, 10) : 2000;
    if (first_ms > most_ms && (first || most))
        kf_problems_add(problems, "kafka.reconnect.backoff.ms: must be at most "
                                  "reconnect.backoff.max.ms (defaults: 100 and 2000)");
}

void kf_kafka_properties_check(const kaffe_property *properties, size_t count,
                               const struct kf_option_table *options, const char *library_version,
                               struct kf_problems *problems)
{
    size_t found = problems->count;
    for (size_t i = 0; i < count; i++) {
        const kaffe_property *property = &properties[i];
        if (!property->name) {
            kf_problems_add(problems, "kafka: property %zu has no name", i);
            continue;
        }
        const struct kf_known_property *known = kf_known_property_find(property->name);
        if (!known)
            refuse_unknown(property->name, problems);
        else if (is_repeated(properties, i))
            kf_problems_add(problems, "kafka.%s: it is given twice", known->name);
        else
            check_known(known, property->value, options, library_version, problems);
    }
    if (problems->count == found)
        check_backoffs(properties, count, problems);
}

const char *kf_kafka_property_value(const kaffe_property *properties, size_t count,
                                    const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (properties[i].name && strcmp(properties[i].name, name) == 0)
            return properties[i].value;
    return NULL;
}

/* Numbers and the words that we know are no secrets, and stand in many a text by chance. */
static bool may_be_secret(const kaffe_property *property)
{
    const struct kf_known_property *known = kf_known_property_find(property->name);
    return *property->value && (!known || known->rule.kind == KF_VALUE_TEXT);
}

void kf_kafka_properties_hide(const kaffe_property *properties, size_t count, char *text)
{
    for (size_t i = 0; i < count; i++)
        if (may_be_secret(&properties[i]))
            kf_secret_hide(properties[i].value, text);
}
