/* SPDX-License-Identifier: MIT
 * Lines out of a pipe, and records out of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "line_input.h"
#include "record_text.h"

#define BYTES(literal) ((kaffe_bytes){ (literal), sizeof(literal) - 1 })

/* A file with these bytes, read from its beginning. */
static int file_of(kaffe_bytes bytes)
{
    char path[] = "/tmp/kaffe-lines-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, bytes.data, bytes.size), (ssize_t)bytes.size);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static struct cli_lines *lines_of(int fd, kaffe_bytes delimiter, size_t max_bytes)
{
    kaffe_error err;
    const struct cli_lines_options options = {
        .fd = fd, .stop_fd = -1, .delimiter = delimiter, .max_bytes = max_bytes
    };
    struct cli_lines *lines = cli_lines_new(&options, &err);
    assert_non_null(lines);
    return lines;
}

static void assert_next(struct cli_lines *lines, kaffe_bytes expected)
{
    kaffe_error err;
    kaffe_bytes line;
    assert_int_equal(cli_lines_next(lines, &line, &err), KAFFE_OK);
    assert_true((line.data == NULL) == (expected.data == NULL));
    assert_int_equal(line.size, expected.size);
    if (line.size > 0)
        assert_memory_equal(line.data, expected.data, line.size);
}

static void lines_end_with_their_delimiter_or_the_file(void **state)
{
    (void)state;
    int fd = file_of(BYTES("one\n\ntwo\0\xff\nlast"));
    struct cli_lines *lines = lines_of(fd, BYTES("\n"), 100);
    assert_next(lines, BYTES("one"));
    assert_next(lines, BYTES("two\0\xff"));
    assert_int_equal(cli_lines_number(lines), 3);
    assert_next(lines, BYTES("last"));
    assert_int_equal(cli_lines_number(lines), 4);
    assert_next(lines, (kaffe_bytes){ 0 });
    assert_next(lines, (kaffe_bytes){ 0 });
    cli_lines_free(lines);
    close(fd);
}

static void a_delimiter_has_several_bytes(void **state)
{
    (void)state;
    int fd = file_of(BYTES("aXbXYXYcXXYX"));
    struct cli_lines *lines = lines_of(fd, BYTES("XY"), 100);
    assert_next(lines, BYTES("aXb"));
    assert_next(lines, BYTES("cX"));
    assert_next(lines, BYTES("X"));
    assert_next(lines, (kaffe_bytes){ 0 });
    cli_lines_free(lines);
    close(fd);
}

static void without_a_delimiter_all_is_one(void **state)
{
    (void)state;
    int fd = file_of(BYTES("a\nb\n"));
    struct cli_lines *lines = lines_of(fd, (kaffe_bytes){ 0 }, 100);
    assert_next(lines, BYTES("a\nb\n"));
    assert_next(lines, (kaffe_bytes){ 0 });
    cli_lines_free(lines);
    close(fd);
}

/* The delimiter comes in two reads. */
static void a_line_is_there_as_soon_as_it_is_whole(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct cli_lines *lines = lines_of(ends[0], BYTES("--"), 100);
    assert_int_equal(write(ends[1], "one--two-", 9), 9);
    assert_next(lines, BYTES("one"));
    assert_int_equal(write(ends[1], "-", 1), 1);
    assert_next(lines, BYTES("two"));
    close(ends[1]);
    assert_next(lines, (kaffe_bytes){ 0 });
    cli_lines_free(lines);
    close(ends[0]);
}

static void large_lines_come_whole_and_too_large_ones_not(void **state)
{
    enum {
        LARGE = 1000000,
        TOO_LARGE = 5 * LARGE, /* so that it is dropped in parts */
        SIZE = LARGE + 1 + TOO_LARGE + 1 + 3
    };
    kaffe_error err;
    kaffe_bytes line;
    (void)state;
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    memset(bytes, 'x', SIZE);
    bytes[LARGE] = '\n';
    bytes[LARGE + 1 + TOO_LARGE] = '\n';
    int fd = file_of((kaffe_bytes){ bytes, SIZE });
    struct cli_lines *lines = lines_of(fd, BYTES("\n"), LARGE);
    assert_next(lines, (kaffe_bytes){ bytes, LARGE });
    assert_int_equal(cli_lines_next(lines, &line, &err), KAFFE_INVALID);
    assert_int_equal(line.size, TOO_LARGE);
    assert_int_equal(cli_lines_number(lines), 2);
    assert_next(lines, BYTES("xxx"));
    cli_lines_free(lines);
    close(fd);
    free(bytes);
}

static void nothing_is_read_once_it_is_told_to_stop(void **state)
{
    int input[2];
    int stop[2];
    kaffe_error err;
    (void)state;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(stop), 0);
    const struct cli_lines_options options = {
        .fd = input[0], .stop_fd = stop[0], .delimiter = BYTES("\n"), .max_bytes = 100
    };
    struct cli_lines *lines = cli_lines_new(&options, &err);
    assert_non_null(lines);
    assert_int_equal(write(input[1], "one\nhalf", 8), 8);
    assert_next(lines, BYTES("one"));
    assert_int_equal(write(stop[1], "", 1), 1);
    assert_next(lines, (kaffe_bytes){ 0 });
    cli_lines_free(lines);
    for (int i = 0; i < 2; i++) {
        close(input[i]);
        close(stop[i]);
    }
}

/* --- records ------------------------------------------------------------------------------ */

static void assert_bytes(kaffe_bytes bytes, kaffe_bytes expected)
{
    assert_true((bytes.data == NULL) == (expected.data == NULL));
    assert_int_equal(bytes.size, expected.size);
    if (bytes.size > 0)
        assert_memory_equal(bytes.data, expected.data, bytes.size);
}

static void assert_record(const struct cli_record_rules *rules, kaffe_bytes line, kaffe_bytes key,
                          kaffe_bytes value)
{
    kaffe_record record = cli_record_of_line(rules, line);
    assert_bytes(record.key, key);
    assert_bytes(record.value, value);
}

static void a_key_stands_before_the_first_delimiter(void **state)
{
    (void)state;
    struct cli_record_rules rules = { .key_delimiter = BYTES("=>") };
    assert_record(&rules, BYTES("k=>v=>w"), BYTES("k"), BYTES("v=>w"));
    assert_record(&rules, BYTES("=>v"), BYTES(""), BYTES("v"));
    assert_record(&rules, BYTES("k=>"), BYTES("k"), BYTES(""));
    assert_record(&rules, BYTES("v"), (kaffe_bytes){ 0 }, BYTES("v"));
    rules.key = BYTES("fixed");
    assert_record(&rules, BYTES("v="), BYTES("fixed"), BYTES("v="));
    rules.key_delimiter = (kaffe_bytes){ 0 };
    assert_record(&rules, BYTES("k=>v"), BYTES("fixed"), BYTES("k=>v"));
}

static void empty_is_null_if_that_is_wanted(void **state)
{
    (void)state;
    struct cli_record_rules rules = { .key_delimiter = BYTES(":"), .empty_is_null = true };
    assert_record(&rules, BYTES("k:"), BYTES("k"), (kaffe_bytes){ 0 });
    assert_record(&rules, BYTES(":v"), (kaffe_bytes){ 0 }, BYTES("v"));
}

static void a_header_without_a_value_is_null(void **state)
{
    kaffe_error err;
    kaffe_header header;
    (void)state;
    assert_int_equal(cli_record_header("n=v=w", &header, &err), KAFFE_OK);
    assert_bytes(header.name, BYTES("n"));
    assert_bytes(header.value, BYTES("v=w"));
    assert_int_equal(cli_record_header("n=", &header, &err), KAFFE_OK);
    assert_bytes(header.value, BYTES(""));
    assert_int_equal(cli_record_header("n", &header, &err), KAFFE_OK);
    assert_bytes(header.name, BYTES("n"));
    assert_bytes(header.value, (kaffe_bytes){ 0 });
    assert_int_equal(cli_record_header("=v", &header, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "\"=v\" has no name: NAME=VALUE, or NAME for null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_with_their_delimiter_or_the_file),
        cmocka_unit_test(a_delimiter_has_several_bytes),
        cmocka_unit_test(without_a_delimiter_all_is_one),
        cmocka_unit_test(a_line_is_there_as_soon_as_it_is_whole),
        cmocka_unit_test(large_lines_come_whole_and_too_large_ones_not),
        cmocka_unit_test(nothing_is_read_once_it_is_told_to_stop),
        cmocka_unit_test(a_key_stands_before_the_first_delimiter),
        cmocka_unit_test(empty_is_null_if_that_is_wanted),
        cmocka_unit_test(a_header_without_a_value_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
