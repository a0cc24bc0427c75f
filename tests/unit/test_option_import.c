/* SPDX-License-Identifier: MIT
 * Old programs run on a new library, and a new program learns that the library is too old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

#include "kaffe.h"
#include "problem_lines.h"

struct newer_options {
    kaffe_consumer_options known;
    int64_t unknown[2];
};

static bool import(kaffe_consumer_options *ours, const void *theirs, size_t their_size,
                   struct problem_lines *lines)
{
    *lines = (struct problem_lines){ 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = lines };
    memset(ours, 0xaa, sizeof *ours);
    return kf_options_import(&kf_consumer_option_table, ours, theirs, their_size, &problems);
}

static void a_caller_of_the_same_age_is_copied(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    kaffe_consumer_options theirs = { .workers = 7, .client_id = "me" };
    assert_true(import(&ours, &theirs, sizeof theirs, &lines));
    assert_memory_equal(&ours, &theirs, sizeof ours);
}

static void what_an_older_caller_does_not_know_is_zero(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    kaffe_consumer_options theirs = { .workers = 7, .max_bytes = 8, .client_id = "beyond" };
    size_t old_size = offsetof(kaffe_consumer_options, max_bytes);
    assert_true(import(&ours, &theirs, old_size, &lines));
    assert_int_equal(ours.workers, 7);
    assert_int_equal(ours.max_bytes, 0);
    assert_null(ours.client_id);
}

static void what_a_newer_caller_leaves_zero_is_fine(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    struct newer_options theirs = { .known.workers = 7 };
    assert_true(import(&ours, &theirs, sizeof theirs, &lines));
    assert_int_equal(ours.workers, 7);
}

static void what_a_newer_caller_sets_is_refused(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    struct newer_options theirs = { .known.workers = 7, .unknown = { 0, INT64_MIN } };
    assert_false(import(&ours, &theirs, sizeof theirs, &lines));
    assert_string_equal(lines.text,
                        "this program uses options newer than libkaffe " KAFFE_VERSION "\n");
}

static void a_size_that_cuts_a_field_is_refused(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    kaffe_consumer_options theirs = { .topics = "orders" };
    assert_false(import(&ours, &theirs, offsetof(kaffe_consumer_options, topics) + 4, &lines));
    assert_string_equal(lines.text, "options_size = 12: must be sizeof(kaffe_consumer_options)\n");
}

static void null_is_refused(void **state)
{
    (void)state;
    kaffe_consumer_options ours;
    struct problem_lines lines;
    assert_false(import(&ours, NULL, sizeof ours, &lines));
    assert_string_equal(lines.text, "options = NULL: a kaffe_consumer_options is required\n");
}

static void a_flag_that_is_neither_true_nor_false_is_a_problem(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    struct kf_problems problems = { .report = problem_lines_collect, .ctx = &lines };
    kaffe_consumer_options options = { .endpoints = "a:1", .topics = "t", .consumer_group = "g" };
    memset((char *)&options + offsetof(kaffe_consumer_options, start_with_earliest_message), 7, 1);
    kf_options_check(&kf_consumer_option_table, &options, &problems);
    assert_string_equal(lines.text, "start_with_earliest_message = 7: must be true or false\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_caller_of_the_same_age_is_copied),
        cmocka_unit_test(what_an_older_caller_does_not_know_is_zero),
        cmocka_unit_test(what_a_newer_caller_leaves_zero_is_fine),
        cmocka_unit_test(what_a_newer_caller_sets_is_refused),
        cmocka_unit_test(a_size_that_cuts_a_field_is_refused),
        cmocka_unit_test(null_is_refused),
        cmocka_unit_test(a_flag_that_is_neither_true_nor_false_is_a_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
