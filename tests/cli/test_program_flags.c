/* SPDX-License-Identifier: MIT
 * How the program reads a command line, by a table made up for it, and what its own tables name. */
#include "arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct cli_flag flags[] = {
    { .letter = 'b',
      .name = "--broker",
      .argument = "HOST:PORT,...",
      .help = "the brokers",
      .option = "endpoints" },
    { .letter = 'q', .name = "--quiet", .help = "says less" },
    { .name = "--dry-run", .help = "does nothing" },
    { .letter = 'e', .name = "--exit", .help = "to the end", .option = "stop_at", .value = "end" },
    { .letter = 'k', .repeated = true, .name = "--key", .argument = "KEY", .help = "a key" },
    { .letter = 'X', .name = "--property", .argument = "N=V", .help = "any", .option = "kafka" },
    { .repeated = true,
      .name = "--set",
      .argument = "N=V",
      .help = "any",
      .option = CLI_ANY_OPTION },
};

static const struct cli_command read_command = {
    .name = "read",
    .operands = "TOPIC...",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .sections = { "reader", "consumer" },
};
static const struct cli_command one_command = { .name = "one", .operands = "[FILE]" };

/* What was read, and what was said on stderr. */
struct outcome {
    enum cli_exit status;
    struct cli_arguments arguments;
    char said[400];
};

#define READ(command, outcome, ...)                                                                \
    read_line(&(command), (const char *[]){ __VA_ARGS__, NULL }, outcome)

static void read_line(const struct cli_command *command, const char *const *words,
                      struct outcome *outcome)
{
    char path[] = "/tmp/kaffe-flags-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    unlink(path);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    outcome->status = cli_arguments_read(command, words, &outcome->arguments);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    ssize_t size = pread(file, outcome->said, sizeof outcome->said - 1, 0);
    assert_true(size >= 0);
    outcome->said[size] = 0;
    close(file);
    close(kept);
}

/* Nothing was refused, and these are the values, "ORIGIN SETTING=VALUE" each. */
static void assert_given(struct outcome *outcome, const char *const *expected)
{
    assert_string_equal(outcome->said, "");
    assert_int_equal(outcome->status, CLI_DONE);
    for (size_t i = 0; i < outcome->arguments.given_count; i++) {
        const struct cli_given *given = &outcome->arguments.given[i];
        char text[200];
        snprintf(text, sizeof text, "%s %s=%s", given->origin, given->setting ? given->setting : "",
                 given->value);
        assert_non_null(expected[i]);
        assert_string_equal(text, expected[i]);
    }
    assert_null(expected[outcome->arguments.given_count]);
    cli_arguments_free(&outcome->arguments);
}

#define ASSERT_GIVEN(outcome, ...) assert_given(outcome, (const char *[]){ __VA_ARGS__, NULL })

static void assert_refused(struct outcome *outcome, const char *line)
{
    assert_int_equal(outcome->status, CLI_USAGE);
    assert_string_equal(outcome->said, line);
    cli_arguments_free(&outcome->arguments);
}

static void short_flags_are_read_as_getopt_reads_them(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "-b", "host", "t");
    ASSERT_GIVEN(&outcome, "-b endpoints=host");
    READ(read_command, &outcome, "-bhost", "t");
    ASSERT_GIVEN(&outcome, "-b endpoints=host");
    READ(read_command, &outcome, "-qe", "t");
    ASSERT_GIVEN(&outcome, "-q =", "-e stop_at=end");
    READ(read_command, &outcome, "-qb", "-host", "t");
    ASSERT_GIVEN(&outcome, "-q =", "-b endpoints=-host");
}

static void long_flags_take_the_next_word_or_what_is_behind_equals(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "t", "--broker", "host", "--key=", "--key", "a=b");
    ASSERT_GIVEN(&outcome, "--broker endpoints=host", "--key =", "--key =a=b");
}

static void in_long_names_an_underscore_is_a_hyphen(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "t", "--dry_run", "--max_bytes=5");
    assert_true(cli_has(&outcome.arguments, "--dry-run"));
    ASSERT_GIVEN(&outcome, "--dry_run =", "--max_bytes max_bytes=5");
}

static void every_option_of_the_sections_is_a_flag(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "t", "--max-bytes", "5", "--max_count=7", "--consumer-group", "g");
    ASSERT_GIVEN(&outcome, "--max-bytes max_bytes=5", "--max_count max_count=7",
                 "--consumer-group consumer_group=g");
}

static void a_yes_or_no_option_needs_no_value(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "--start-with-earliest-message", "t");
    ASSERT_GIVEN(&outcome, "--start-with-earliest-message start_with_earliest_message=true");
    READ(read_command, &outcome, "--start-with-earliest-message=false", "t");
    ASSERT_GIVEN(&outcome, "--start-with-earliest-message start_with_earliest_message=false");
}

static void pairs_become_settings_of_their_own(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "t", "-X", "debug=all", "--kafka", "a.b=c=d", "--set",
         "consumers.orders.max_bytes=5");
    ASSERT_GIVEN(&outcome, "-X debug kafka.debug=all", "--kafka a.b kafka.a.b=c=d",
                 "--set consumers.orders.max_bytes consumers.orders.max_bytes=5");
    READ(read_command, &outcome, "-Xdebug", "t");
    assert_refused(&outcome, "kaffe read: -X: must be NAME=VALUE\n");
}

static void operands_stand_anywhere_and_two_hyphens_end_the_flags(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "a", "-q", "-", "--", "-b", "--", "--help");
    assert_int_equal(outcome.arguments.operand_count, 5);
    assert_string_equal(outcome.arguments.operands[0], "a");
    assert_string_equal(outcome.arguments.operands[1], "-");
    assert_string_equal(outcome.arguments.operands[4], "--help");
    assert_false(outcome.arguments.help);
    ASSERT_GIVEN(&outcome, "-q =");
}

static void help_is_asked_for_wherever_a_flag_may_stand(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "-q", "--help");
    assert_true(outcome.arguments.help);
    ASSERT_GIVEN(&outcome, "-q =");
    READ(read_command, &outcome, "-h");
    assert_true(outcome.arguments.help);
    cli_arguments_free(&outcome.arguments);
    READ(read_command, &outcome, "t", "-k", "--help");
    assert_false(outcome.arguments.help);
    ASSERT_GIVEN(&outcome, "-k =--help");
}

static void an_unknown_flag_names_the_nearest(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "--brokr=x");
    assert_refused(&outcome, "kaffe read: no flag --brokr: did you mean --broker?\n");
    READ(read_command, &outcome, "--maxbytes", "5");
    assert_refused(&outcome, "kaffe read: no flag --maxbytes: did you mean --max-bytes?\n");
    READ(read_command, &outcome, "--linger-ms", "5");
    assert_refused(&outcome, "kaffe read: no flag --linger-ms: kaffe help read lists them\n");
    READ(read_command, &outcome, "-qz");
    assert_refused(&outcome, "kaffe read: no flag -z: kaffe help read lists them\n");
}

static void a_missing_value_is_named(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "t", "-b");
    assert_refused(&outcome, "kaffe read: -b wants a value: -b HOST:PORT,...\n");
    READ(read_command, &outcome, "t", "--max-bytes");
    assert_refused(&outcome, "kaffe read: --max-bytes wants a value: number, 4096..1073741824\n");
    READ(read_command, &outcome, "--quiet=yes");
    assert_refused(&outcome, "kaffe read: --quiet=yes: --quiet takes no value\n");
}

static void what_is_meant_once_is_given_once(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "-b", "a", "-bb");
    assert_refused(&outcome, "kaffe read: -b is given twice\n");
    READ(read_command, &outcome, "-b", "a", "--endpoints", "b");
    assert_refused(&outcome, "kaffe read: -b and --endpoints say the same: give one of them\n");
    READ(read_command, &outcome, "--stop-at=5", "-e");
    assert_refused(&outcome, "kaffe read: --stop-at and -e say the same: give one of them\n");
    READ(read_command, &outcome, "-qq");
    assert_refused(&outcome, "kaffe read: -q is given twice\n");
}

static void operands_are_as_many_as_the_command_takes(void **state)
{
    (void)state;
    struct outcome outcome;
    READ(read_command, &outcome, "-q");
    assert_refused(&outcome, "kaffe read: TOPIC... is missing: kaffe help read shows what it "
                             "takes\n");
    READ(one_command, &outcome, "a", "b");
    assert_refused(&outcome, "kaffe one: \"b\" is too much: kaffe help one shows what it takes\n");
}

static void what_was_given_can_be_asked_for(void **state)
{
    (void)state;
    struct outcome outcome;
    size_t count;
    READ(read_command, &outcome, "-k", "a", "-k", "b", "t", "--endpoints", "host", "-e");
    const struct cli_arguments *arguments = &outcome.arguments;
    assert_string_equal(cli_value(arguments, "--key"), "b");
    assert_false(cli_has(arguments, "--quiet"));
    assert_string_equal(cli_setting_value(arguments, "endpoints"), "host");
    assert_null(cli_setting_value(arguments, "max_bytes"));
    kaffe_setting *settings = cli_settings(arguments, &count);
    assert_int_equal(count, 2);
    assert_string_equal(settings[1].name, "stop_at");
    assert_string_equal(settings[1].value, "end");
    assert_string_equal(settings[1].origin, "-e");
    free(settings);
    cli_arguments_free(&outcome.arguments);
}

static bool is_option_of(const struct cli_command *command, const char *name)
{
    kaffe_option option;
    for (size_t i = 0; i < CLI_SECTIONS_MAX && command->sections[i]; i++)
        if (kaffe_option_find(command->sections[i], name, &option))
            return true;
    return false;
}

static void a_flag_stands_for_an_option_that_there_is(void **state)
{
    (void)state;
    kaffe_option option;
    for (const struct cli_command *const *command = cli_commands; *command; command++) {
        for (size_t i = 0; i < CLI_SECTIONS_MAX && (*command)->sections[i]; i++)
            assert_true(kaffe_option_find((*command)->sections[i], "log_format", &option));
        for (size_t i = 0; i < (*command)->flag_count; i++) {
            const struct cli_flag *flag = &(*command)->flags[i];
            assert_int_equal(strncmp(flag->name, "--", 2), 0);
            if (flag->option && *flag->option && !is_option_of(*command, flag->option))
                fail_msg("kaffe %s: %s stands for %s", (*command)->name, flag->name, flag->option);
        }
    }
}

static void no_two_flags_of_a_command_are_the_same(void **state)
{
    (void)state;
    for (const struct cli_command *const *command = cli_commands; *command; command++) {
        const struct cli_flag *own = (*command)->flags;
        for (size_t i = 0; i < (*command)->flag_count; i++) {
            assert_int_not_equal(own[i].letter, 'h');
            for (size_t j = 0; j < i; j++)
                if ((own[i].letter && own[i].letter == own[j].letter) ||
                    strcmp(own[i].name, own[j].name) == 0)
                    fail_msg("kaffe %s: %s and %s", (*command)->name, own[j].name, own[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_flags_are_read_as_getopt_reads_them),
        cmocka_unit_test(long_flags_take_the_next_word_or_what_is_behind_equals),
        cmocka_unit_test(in_long_names_an_underscore_is_a_hyphen),
        cmocka_unit_test(every_option_of_the_sections_is_a_flag),
        cmocka_unit_test(a_yes_or_no_option_needs_no_value),
        cmocka_unit_test(pairs_become_settings_of_their_own),
        cmocka_unit_test(operands_stand_anywhere_and_two_hyphens_end_the_flags),
        cmocka_unit_test(help_is_asked_for_wherever_a_flag_may_stand),
        cmocka_unit_test(an_unknown_flag_names_the_nearest),
        cmocka_unit_test(a_missing_value_is_named),
        cmocka_unit_test(what_is_meant_once_is_given_once),
        cmocka_unit_test(operands_are_as_many_as_the_command_takes),
        cmocka_unit_test(what_was_given_can_be_asked_for),
        cmocka_unit_test(a_flag_stands_for_an_option_that_there_is),
        cmocka_unit_test(no_two_flags_of_a_command_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
