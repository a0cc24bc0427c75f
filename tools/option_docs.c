/* SPDX-License-Identifier: MIT
 * Prints docs/options.md from the option tables, or with --check FILE tells whether FILE is it. */
#include <inttypes.h>
#include <stdio.h>

#include "document.h"
#include "option_text.h"

static void print_option(FILE *out, const struct kf_option *option)
{
    char value[64];
    char range[80];
    kf_option_default_text(option, value, sizeof value);
    fprintf(out, "| `%s` | %s | %s | %s | %s | %s. |\n", option->name, kf_option_type_text(option),
            option->unit ? option->unit : "",
            option->required ? "required"
            : *value         ? value
                             : "none",
            kf_option_range_text(option, range, sizeof range), option->help);
}

static void print_relation(FILE *out, const struct kf_option_relation *relation)
{
    fprintf(out, "- `%s` is at most %s`%s`.\n", relation->small, relation->limit, relation->large);
}

static void print_table(FILE *out, const struct kf_option_table *table)
{
    fprintf(out, "\n## %s\n\nThe fields of `kaffe_%s_options`.\n\n", table->section,
            table->section);
    fputs("| option | type | unit | default | range | meaning |\n", out);
    fputs("| --- | --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < table->count; i++)
        print_option(out, &table->options[i]);
    fputc('\n', out);
    for (size_t i = 0; i < table->relation_count; i++)
        print_relation(out, &table->relations[i]);
}

static void print_document(FILE *out)
{
    fputs("<!-- Written by tools/option_docs.c from the tables in src/core/*_options.c: change "
          "those. -->\n"
          "# Options\n\n"
          "In C, 0 and NULL are the default, and `KAFFE_NONE` is the \"none\" of a range: a real\n"
          "zero. Lists are separated by commas. Functions and their contexts, which are options\n"
          "too, are described in `kaffe.h`.\n",
          out);
    print_table(out, &kf_consumer_option_table);
    print_table(out, &kf_producer_option_table);
    print_table(out, &kf_reader_option_table);
    print_table(out, &kf_supervisor_option_table);
}

int main(int argc, char **argv)
{
    return document_main(argc, argv, print_document);
}
