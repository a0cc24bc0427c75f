/* SPDX-License-Identifier: MIT
 * kaffe options: the option tables, a line per option, so that grep finds all there is to say about
 * one. Columns are at least two blanks apart, and no cell has two in a row. */
#include "command.h"
#include "kaffe_service.h"
#include "nearest.h"

#include <stdio.h>
#include <string.h>

/* An option as a line. Wide cells push the rest of their line aside rather than widen all. */
static void print_line(const char *const cells[6])
{
    static const int widths[5] = { 8, 29, 17, 12, 22 };
    for (size_t i = 0; i < 5; i++)
        printf("%-*s  ", widths[i], cells[i]);
    puts(cells[5]);
}

static const char *default_of(const kaffe_option *option)
{
    if (option->required)
        return "required";
    return *option->default_value ? option->default_value : "none";
}

static void print_option(const kaffe_option *option)
{
    const char *cells[6] = { option->section,
                             option->name,
                             *option->unit ? option->unit : option->type,
                             default_of(option),
                             *option->range ? option->range : "any",
                             option->help };
    print_line(cells);
}

static bool is_wanted(const struct cli_arguments *arguments, const char *section)
{
    for (size_t i = 0; i < arguments->operand_count; i++)
        if (strcmp(arguments->operands[i], section) == 0)
            return true;
    return arguments->operand_count == 0;
}

static enum cli_exit check_section(const char *section)
{
    kaffe_option option;
    struct cli_nearest nearest = cli_nearest_to(section);
    for (size_t i = 0; kaffe_option_at(i, &option); i++) {
        if (strcmp(option.section, section) == 0)
            return CLI_DONE;
        cli_nearest_try(&nearest, option.section);
    }
    if (nearest.word)
        fprintf(stderr, "kaffe options: no section \"%s\": did you mean %s?\n", section,
                nearest.word);
    else
        fprintf(stderr, "kaffe options: no section \"%s\": kaffe options lists all\n", section);
    return CLI_USAGE;
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    static const char *const heads[6] = {
        "section", "option", "type", "default", "range", "meaning"
    };
    kaffe_option option;
    for (size_t i = 0; i < arguments->operand_count; i++)
        if (check_section(arguments->operands[i]) != CLI_DONE)
            return CLI_USAGE;
    print_line(heads);
    for (size_t i = 0; kaffe_option_at(i, &option); i++)
        if (is_wanted(arguments, option.section))
            print_option(&option);
    return CLI_DONE;
}

const struct cli_command cli_options = {
    .name = "options",
    .summary = "every option: its type or unit, default, range and meaning",
    .description =
        "Prints the options of all sections, or of those named: consumer, producer,\n"
        "reader. A line each, so that grep finds what there is to say about one.\n"
        "\n"
        "An option has one name everywhere: max_bytes in a configuration file and in C,\n"
        "--max-bytes as a flag, KAFFE_MAX_BYTES in the environment.\n",
    .operands = "[SECTION...]",
    .example = "kaffe options consumer | grep backoff",
    .run = run,
};
