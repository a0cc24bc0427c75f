/* SPDX-License-Identifier: MIT
 * The table agrees with itself, and with what the fields of kaffe.h say in their comments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "option_table.h"
#include "word.h"

/* A field of an options struct as the header's text has it. */
struct field {
    char type[64];
    char name[64];
    char comment[160];
};

static FILE *open_header_at(const char *path, const char *struct_begin)
{
    char line[512];
    FILE *header = fopen(path, "r");
    assert_non_null(header);
    while (fgets(line, sizeof line, header))
        if (strstr(line, struct_begin))
            return header;
    fail_msg("the header has no \"%s\"", struct_begin);
    return NULL;
}

/** @return false: the struct ends */
static bool next_field(FILE *header, struct field *field)
{
    char line[512];
    assert_non_null(fgets(line, sizeof line, header));
    if (line[0] == '}')
        return false;
    *field = (struct field){ 0 };
    char *semicolon = strchr(line, ';');
    char *begin = strstr(line, "/* ");
    char *end = strstr(line, " */");
    if (begin && end)
        snprintf(field->comment, sizeof field->comment, "%.*s", (int)(end - begin - 3), begin + 3);
    assert_non_null(semicolon);
    *semicolon = '\0';
    char *name = strrchr(line, ' ') + 1;
    name += *name == '*';
    snprintf(field->name, sizeof field->name, "%s", name);
    snprintf(field->type, sizeof field->type, "%.*s", (int)(name - line), line);
    return true;
}

static bool is_in_table(const struct field *field)
{
    return strstr(field->type, "const char *") || strstr(field->type, "int64_t ") ||
           strstr(field->type, "bool ");
}

static const char *type_in_header(enum kf_option_type type)
{
    if (type == KF_OPTION_NUMBER)
        return "int64_t ";
    return type == KF_OPTION_FLAG ? "bool " : "const char *";
}

/** "earliest (default), latest, stop" */
static void describe_choices(const struct kf_option *option, char *out, size_t out_size)
{
    if (!option->default_text) { /* none of them */
        snprintf(out, out_size, "%s", option->choices);
        return;
    }
    const char *at = strstr(option->choices, option->default_text);
    size_t until = (size_t)(at - option->choices) + strlen(option->default_text);
    snprintf(out, out_size, "%.*s (default)%s", (int)until, option->choices,
             option->choices + until);
}

/** What the comment of a field must hold about its values. */
static void describe(const struct kf_option *option, char *out, size_t out_size)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)option->default_number);
    if (option->required)
        snprintf(out, out_size, "required");
    else if (option->type == KF_OPTION_NUMBER)
        snprintf(out, out_size, "0: %s; %lld..%lld%s",
                 option->default_text ? option->default_text : number, (long long)option->min,
                 (long long)option->max, option->none_allowed ? ", or KAFFE_NONE" : "");
    else if (option->type == KF_OPTION_CHOICE)
        describe_choices(option, out, out_size);
    else if (option->type == KF_OPTION_FLAG)
        snprintf(out, out_size, "false: ");
    else if (option->default_text)
        snprintf(out, out_size, "NULL: \"%s\"", option->default_text);
    else
        snprintf(out, out_size, "NULL: "); /* and what that means */
}

static bool ends_with(const char *text, const char *end)
{
    size_t text_size = strlen(text);
    size_t end_size = strlen(end);
    return text_size >= end_size && strcmp(text + text_size - end_size, end) == 0;
}

static void assert_agrees(const struct kf_option *option, const struct field *field)
{
    char expected[256];
    describe(option, expected, sizeof expected);
    assert_string_equal(field->name, option->name);
    if (!strstr(field->type, type_in_header(option->type)))
        fail_msg("%s is a \"%s\" in kaffe.h", field->name, field->type);
    bool at_the_end = option->type == KF_OPTION_NUMBER || option->type == KF_OPTION_CHOICE;
    bool agrees =
        at_the_end ? ends_with(field->comment, expected) : strstr(field->comment, expected) != NULL;
    if (!agrees)
        fail_msg("%s: the table says \"%s\", kaffe.h says \"%s\"", option->name, expected,
                 field->comment);
}

/* Functions and properties have types of their own there. */
static const struct kf_option *next_plain(const struct kf_option_table *table, size_t *i)
{
    while (*i < table->count && (table->options[*i].type == KF_OPTION_FUNCTION ||
                                 table->options[*i].type == KF_OPTION_PROPERTIES))
        ++*i;
    return *i < table->count ? &table->options[(*i)++] : NULL;
}

static void assert_header_agrees(const struct kf_option_table *table, const char *struct_begin)
{
    bool is_service = table == &kf_supervisor_option_table;
    FILE *header = open_header_at(is_service ? TEST_DATA "/../../include/kaffe_service.h"
                                             : TEST_DATA "/../../include/kaffe.h",
                                  struct_begin);
    struct field field;
    size_t i = 0;
    while (next_field(header, &field)) {
        if (!is_in_table(&field))
            continue;
        const struct kf_option *option = next_plain(table, &i);
        if (option)
            assert_agrees(option, &field);
        else
            fail_msg("%s is not in the table", field.name);
    }
    fclose(header);
    assert_null(next_plain(table, &i));
}

static void consumer_options_are_as_the_header_says(void **state)
{
    (void)state;
    assert_header_agrees(&kf_consumer_option_table, "typedef struct kaffe_consumer_options {");
}

static void producer_options_are_as_the_header_says(void **state)
{
    (void)state;
    assert_header_agrees(&kf_producer_option_table, "typedef struct kaffe_producer_options {");
}

static void reader_options_are_as_the_header_says(void **state)
{
    (void)state;
    assert_header_agrees(&kf_reader_option_table, "typedef struct kaffe_reader_options {");
}

static void supervisor_options_are_as_the_header_says(void **state)
{
    (void)state;
    assert_header_agrees(&kf_supervisor_option_table, "typedef struct kaffe_supervisor_options {");
}

static void assert_number_sound(const struct kf_option *option)
{
    if (option->min < 1 || option->min > option->max)
        fail_msg("%s: 0 is the default, so the range begins above it", option->name);
    if (option->default_number != 0 &&
        (option->default_number < option->min || option->default_number > option->max))
        fail_msg("%s: the default is out of range", option->name);
    if (ends_with(option->name, "_ms") && strcmp(option->unit, "ms") != 0)
        fail_msg("%s: the unit is not that of its name", option->name);
}

static void assert_choice_sound(const struct kf_option *option)
{
    if (option->default_text && !kf_word_among(option->choices, option->default_text))
        fail_msg("%s: the default is not among the choices", option->name);
    if (option->refused && kf_word_among(option->choices, option->refused))
        fail_msg("%s: offers what it refuses", option->name);
}

static void assert_sound(const struct kf_option *option)
{
    if (!option->help || !*option->help || ends_with(option->help, "."))
        fail_msg("%s: help is a sentence without its dot", option->name);
    if (option->required && (option->default_text || option->default_number))
        fail_msg("%s: a required option has no default", option->name);
    if (option->type == KF_OPTION_CHOICE)
        assert_choice_sound(option);
    if (option->type == KF_OPTION_NUMBER)
        assert_number_sound(option);
}

static void the_tables_are_sound(void **state)
{
    (void)state;
    const struct kf_option_table *tables[] = { &kf_consumer_option_table, &kf_producer_option_table,
                                               &kf_reader_option_table,
                                               &kf_supervisor_option_table };
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (size_t i = 0; i < tables[t]->count; i++)
            assert_sound(&tables[t]->options[i]);
        for (size_t i = 0; i < tables[t]->relation_count; i++) {
            assert_non_null(kf_option_find(tables[t], tables[t]->relations[i].small));
            assert_non_null(kf_option_find(tables[t], tables[t]->relations[i].large));
        }
    }
}

static void an_unknown_option_is_not_found(void **state)
{
    (void)state;
    assert_null(kf_option_find(&kf_consumer_option_table, "max_byte"));
    assert_ptr_equal(kf_option_find(&kf_consumer_option_table, "endpoints"),
                     kf_consumer_option_table.options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consumer_options_are_as_the_header_says),
        cmocka_unit_test(producer_options_are_as_the_header_says),
        cmocka_unit_test(reader_options_are_as_the_header_says),
        cmocka_unit_test(supervisor_options_are_as_the_header_says),
        cmocka_unit_test(the_tables_are_sound),
        cmocka_unit_test(an_unknown_option_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
