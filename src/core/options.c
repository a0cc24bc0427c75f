/* SPDX-License-Identifier: MIT
 * Fields are reached by their offset, so every access is a memcpy. */
#include "options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kafka_properties.h"
#include "log.h"
#include "property_aliases.h"
#include "text.h"
#include "word.h"

enum {
    SHOWN_MAX = 96 /* of a wrong value, in a message */
};

bool kf_options_import(const struct kf_option_table *table, void *ours, const void *theirs,
                       size_t their_size, struct kf_problems *problems)
{
    const unsigned char *bytes = theirs;
    if (!theirs) {
        kf_problems_add(problems, "options = NULL: a kaffe_%s_options is required", table->section);
        return false;
    }
    /* A size between two fields would make half a pointer of the last one. */
    if (their_size % _Alignof(int64_t) != 0) {
        kf_problems_add(problems, "options_size = %zu: must be sizeof(kaffe_%s_options)",
                        their_size, table->section);
        return false;
    }
    for (size_t i = table->struct_size; i < their_size; i++) {
        if (bytes[i] != 0) {
            kf_problems_add(problems, "this program uses options newer than libkaffe %s",
                            kaffe_version());
            return false;
        }
    }
    memset(ours, 0, table->struct_size);
    memcpy(ours, theirs, their_size < table->struct_size ? their_size : table->struct_size);
    return true;
}

const char *kf_option_text(const struct kf_option *option, const void *options)
{
    const char *text;
    memcpy(&text, (const char *)options + option->field, sizeof text);
    return text;
}

int64_t kf_option_number(const struct kf_option *option, const void *options)
{
    int64_t number;
    memcpy(&number, (const char *)options + option->field, sizeof number);
    return number;
}

static bool is_text(const struct kf_option *option)
{
    return option->type == KF_OPTION_TEXT || option->type == KF_OPTION_ENDPOINTS ||
           option->type == KF_OPTION_LIST || option->type == KF_OPTION_CHOICE;
}

static size_t size_of(const struct kf_option *option)
{
    if (option->type == KF_OPTION_FUNCTION)
        return 0;
    if (option->type == KF_OPTION_FLAG)
        return sizeof(bool);
    return option->type == KF_OPTION_NUMBER ? sizeof(int64_t) : sizeof(void *);
}

void kf_option_copy(const struct kf_option *from_option, const void *from,
                    const struct kf_option *to_option, void *to)
{
    memcpy((char *)to + to_option->field, (const char *)from + from_option->field,
           size_of(to_option));
    if (to_option->type == KF_OPTION_PROPERTIES)
        memcpy((char *)to + to_option->count_field, (const char *)from + from_option->count_field,
               sizeof(size_t));
}

static bool number_is_valid(const struct kf_option *option, int64_t number)
{
    if (number == 0)
        return true;
    if (number == KAFFE_NONE && option->none_allowed)
        return true;
    return number >= option->min && number <= option->max;
}

static void check_number(const struct kf_option *option, const void *options,
                         struct kf_problems *problems)
{
    int64_t number = kf_option_number(option, options);
    if (number_is_valid(option, number))
        return;
    char meaning[24];
    snprintf(meaning, sizeof meaning, "%" PRId64, option->default_number);
    kf_problems_add(problems, "%s = %" PRId64 ": must be %" PRId64 "..%" PRId64 "%s%s (0: %s%s)%s",
                    option->name, number, option->min, option->max, option->unit ? " " : "",
                    option->unit ? option->unit : "", option->default_text ? "" : "the default ",
                    option->default_text ? option->default_text : meaning,
                    option->none_allowed ? ", or KAFFE_NONE" : "");
}

static void check_flag(const struct kf_option *option, const void *options,
                       struct kf_problems *problems)
{
    unsigned char byte;
    memcpy(&byte, (const char *)options + option->field, sizeof byte);
    if (byte > 1)
        kf_problems_add(problems, "%s = %u: must be true or false", option->name, (unsigned)byte);
    else if (byte == 1 && option->refused)
        kf_problems_add(problems, "%s = true: not supported by libkaffe %s: %s", option->name,
                        kaffe_version(), option->refused_why);
}

static void check_choice(const struct kf_option *option, const char *text,
                         struct kf_problems *problems)
{
    char shown[SHOWN_MAX];
    char nearest[SHOWN_MAX];
    if (option->any_case ? kf_word_among_any_case(option->choices, text)
                         : kf_word_among(option->choices, text))
        return;
    kf_log_quote(shown, sizeof shown, text);
    if (option->refused && strcasecmp(option->refused, text) == 0) {
        kf_problems_add(problems,
                        "%s = \"%s\": not supported by libkaffe %s: %s; must be one of %s",
                        option->name, shown, kaffe_version(), option->refused_why, option->choices);
        return;
    }
    kf_word_nearest(option->choices, text, nearest, sizeof nearest);
    kf_problems_add(problems, "%s = \"%s\": must be one of %s%s%s%s", option->name, shown,
                    option->choices, *nearest ? " (did you mean " : "", nearest,
                    *nearest ? "?)" : "");
}

/* NULL says "the default"; an empty string is more likely a variable that was not set. */
static void refuse_empty(const struct kf_option *option, struct kf_problems *problems)
{
    if (option->required)
        kf_problems_add(problems, "%s = \"\": must not be empty", option->name);
    else
        kf_problems_add(problems, "%s = \"\": must not be empty (NULL: %s%s)", option->name,
                        option->default_text ? "the default " : "",
                        option->default_text ? option->default_text : "none");
}

/* Does a flag say that this option comes from elsewhere? */
static bool is_from_elsewhere(const struct kf_option_table *table, const struct kf_option *option,
                              const void *options)
{
    unsigned char byte = 0;
    const struct kf_option *flag = option->unless ? kf_option_find(table, option->unless) : NULL;
    if (flag)
        memcpy(&byte, (const char *)options + flag->field, sizeof byte);
    return byte == 1;
}

static void check_text(const struct kf_option_table *table, const struct kf_option *option,
                       const void *options, struct kf_problems *problems)
{
    const char *text = kf_option_text(option, options);
    if (is_from_elsewhere(table, option, options)) {
        if (text)
            kf_problems_add(problems, "%s: leave it out: %s says that it comes from elsewhere",
                            option->name, option->unless);
        return;
    }
    if (!text && option->required)
        kf_problems_add(problems, "%s is required: %s", option->name, option->help);
    else if (text && *text == '\0')
        refuse_empty(option, problems);
    else if (text && option->type == KF_OPTION_CHOICE)
        check_choice(option, text, problems);
}

static const kaffe_property *properties_of(const struct kf_option *option, const void *options,
                                           size_t *count)
{
    const kaffe_property *properties;
    memcpy(&properties, (const char *)options + option->field, sizeof properties);
    memcpy(count, (const char *)options + option->count_field, sizeof *count);
    return properties;
}

static void check_properties(const struct kf_option_table *table, const struct kf_option *option,
                             const void *options, struct kf_problems *problems)
{
    size_t count;
    const kaffe_property *properties = properties_of(option, options, &count);
    if (count > 0 && !properties)
        kf_problems_add(problems, "%s = NULL: there must be %zu properties, as %s_count says",
                        option->name, count, option->name);
    else
        kf_kafka_properties_check(properties, count, table, kaffe_librdkafka_version(), problems);
}

/* A number as it will be: @return false: it is wrong by itself, which has been said */
static bool effective_number(const struct kf_option *option, const void *options, int64_t *number)
{
    int64_t given = kf_option_number(option, options);
    *number = given == 0 ? option->default_number : given == KAFFE_NONE ? 0 : given;
    return number_is_valid(option, given);
}

static const char *origin(const struct kf_option *option, const void *options)
{
    return kf_option_number(option, options) == 0 ? " (the default)" : "";
}

static void check_relation(const struct kf_option_table *table,
                           const struct kf_option_relation *relation, const void *options,
                           struct kf_problems *problems)
{
    const struct kf_option *small = kf_option_find(table, relation->small);
    const struct kf_option *large = kf_option_find(table, relation->large);
    int64_t small_number;
    int64_t large_number;
    if (!effective_number(small, options, &small_number) ||
        !effective_number(large, options, &large_number))
        return;
    if (small_number <= large_number / relation->factor)
        return;
    kf_problems_add(problems, "%s = %" PRId64 "%s: must be at most %s%s = %" PRId64 "%s",
                    small->name, small_number, origin(small, options), relation->limit, large->name,
                    large_number, origin(large, options));
}

void kf_options_check(const struct kf_option_table *table, const void *options,
                      struct kf_problems *problems)
{
    for (const struct kf_option *option = table->options; option < table->options + table->count;
         option++) {
        if (option->type == KF_OPTION_NUMBER)
            check_number(option, options, problems);
        else if (option->type == KF_OPTION_FLAG)
            check_flag(option, options, problems);
        else if (option->type == KF_OPTION_PROPERTIES)
            check_properties(table, option, options, problems);
        else if (is_text(option))
            check_text(table, option, options, problems);
    }
    for (size_t i = 0; i < table->relation_count; i++)
        check_relation(table, &table->relations[i], options, problems);
}

static void free_properties(kaffe_property *properties, size_t count)
{
    for (size_t i = 0; properties && i < count; i++) {
        union {
            const char *in;
            char *out; /* a copy of ours, which may hold a password */
        } name = { .in = properties[i].name }, value = { .in = properties[i].value };
        if (value.out)
            explicit_bzero(value.out, strlen(value.out));
        free(value.out);
        free(name.out);
    }
    free(properties);
}

/* Those that are other names of options have been said as those.
 * @return NULL: there are none, or no memory */
static kaffe_property *copy_properties(const kaffe_property *properties, size_t *count,
                                       bool *failed)
{
    size_t copied = 0;
    bool incomplete = false;
    kaffe_property *copies = *count ? calloc(*count, sizeof *copies) : NULL;
    if (!copies) {
        *failed = *failed || *count > 0;
        return NULL;
    }
    for (size_t i = 0; i < *count; i++) {
        if (kf_property_is_alias(properties[i].name))
            continue;
        copies[copied].name = kf_text_copy(properties[i].name, &incomplete);
        copies[copied++].value = kf_text_copy(properties[i].value, &incomplete);
    }
    *count = copied;
    if (!incomplete)
        return copies;
    *failed = true;
    free_properties(copies, copied);
    return NULL;
}

static void own_properties(const struct kf_option *option, void *options, bool *failed)
{
    size_t count;
    const kaffe_property *properties = properties_of(option, options, &count);
    kaffe_property *copies = copy_properties(properties, &count, failed);
    memcpy((char *)options + option->field, &copies, sizeof copies);
    memcpy((char *)options + option->count_field, &count, sizeof count);
}

bool kf_options_own(const struct kf_option_table *table, void *options)
{
    bool failed = false;
    for (size_t i = 0; i < table->count; i++) {
        const struct kf_option *option = &table->options[i];
        if (is_text(option)) {
            char *copy = kf_text_copy(kf_option_text(option, options), &failed);
            memcpy((char *)options + option->field, &copy, sizeof copy);
        } else if (option->type == KF_OPTION_PROPERTIES) {
            own_properties(option, options, &failed);
        }
    }
    /* Only now: all strings are ours, so the ones that came before the failure can be freed. */
    if (failed)
        kf_options_fini(table, options);
    return !failed;
}

bool kf_options_complete(const struct kf_option_table *table, void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        int64_t number;
        const struct kf_option *option = &table->options[i];
        char *field = (char *)options + option->field;
        if (option->type == KF_OPTION_NUMBER) {
            effective_number(option, options, &number);
            memcpy(field, &number, sizeof number);
        } else if (is_text(option) && !kf_option_text(option, options)) {
            memcpy(field, &option->default_text, sizeof option->default_text);
        }
    }
    return kf_options_own(table, options);
}

void kf_options_fini(const struct kf_option_table *table, void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        void *ours;
        size_t count;
        const struct kf_option *option = &table->options[i];
        if (!is_text(option) && option->type != KF_OPTION_PROPERTIES)
            continue;
        memcpy(&ours, (char *)options + option->field, sizeof ours);
        if (option->type == KF_OPTION_PROPERTIES) {
            properties_of(option, options, &count);
            free_properties(ours, count);
        } else {
            if (option->secret && ours)
                explicit_bzero(ours, strlen(ours));
            free(ours);
        }
    }
}
