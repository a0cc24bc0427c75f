/* SPDX-License-Identifier: MIT
 * Prints docs/options.md from the option tables, or with --check FILE tells whether FILE is it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
}

static int check(const char *path, const char *expected, size_t expected_size)
{
    FILE *file = fopen(path, "r");
    char *found = calloc(1, expected_size + 2); /* one byte more, to see a longer file */
    int same = 0;
    if (file && found)
        same = fread(found, 1, expected_size + 1, file) == expected_size &&
               memcmp(found, expected, expected_size) == 0;
    free(found);
    if (file)
        fclose(file);
    if (!same)
        fprintf(stderr, "%s is not what the option table says: build the target docs_options\n",
                path);
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--check") != 0)) {
        fputs("usage: option_docs [--check FILE]\n", stderr);
        return 2;
    }
    char *document = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&document, &size);
    if (!out)
        return EXIT_FAILURE;
    print_document(out);
    fclose(out);
    int status = EXIT_SUCCESS;
    if (argc == 3)
        status = check(argv[2], document, size);
    else
        fwrite(document, 1, size, stdout);
    free(document);
    return status;
}
