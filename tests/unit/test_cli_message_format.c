/* SPDX-License-Identifier: MIT
 * A message as text: tokens, escapes, columns; and what no format is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message_format.h"
#include "printed.h"

#define BYTES(literal) ((kaffe_bytes){ (literal), sizeof(literal) - 1 })

/* "a" = "1", "b" = "", "c" = null, as in a record. */
static const uint8_t three_headers[] = { 2, 'a', 2, '1', 2, 'b', 0, 2, 'c', 1 };

static struct kf_message with(kaffe_bytes key, kaffe_bytes value)
{
    struct kf_message m = printed_message();
    m.view.key = key;
    m.view.value = value;
    m.headers = three_headers;
    m.headers_size = sizeof three_headers;
    m.header_count = 3;
    return m;
}

static FILE *print(const char *text, const char *null_text, struct kf_message m)
{
    kaffe_error err;
    FILE *out = printed_start();
    struct cli_format *format = cli_format_new(text, null_text, &err);
    assert_non_null(format);
    cli_format_write(format, &m.view, out);
    cli_format_free(format);
    return out;
}

static void each_token_has_its_part(void **state)
{
    (void)state;
    struct kf_message m = with(BYTES("key"), BYTES("value"));
    printed_is_text(print("%t|%p|%o|%k|%K|%s|%S|%T|%h|%%|\\n", "", m),
                    "orders|3|42|key|3|value|5|1700000000123|a=1,b=,c=NULL|%|\n");
    printed_is(print("%R%s", "", m), "\0\0\0\005value", 9);
    printed_is_text(print("", "", m), "");
}

static void null_has_a_length_of_minus_one(void **state)
{
    (void)state;
    struct kf_message m = with((kaffe_bytes){ 0 }, (kaffe_bytes){ 0 });
    printed_is_text(print("%k,%K,%s,%S;", "", m), ",-1,,-1;");
    printed_is_text(print("%k,%s;", "NULL", m), "NULL,NULL;");
    printed_is(print("%R", "", m), "\377\377\377\377", 4);
}

static void empty_is_not_null(void **state)
{
    (void)state;
    printed_is_text(print("%k,%K,%s,%S;", "NULL", with(BYTES(""), BYTES(""))), ",0,,0;");
}

static void bytes_are_not_text(void **state)
{
    (void)state;
    printed_is(print("%k%s", "", with(BYTES("\0k"), BYTES("v\xff\0"))), "\0kv\xff\0", 5);
}

static void escapes_are_bytes(void **state)
{
    (void)state;
    struct kf_message m = printed_message();
    printed_is_text(print("\\n\\r\\t\\\\", "", m), "\n\r\t\\");
    printed_is_text(print("\\x41\\x4\\xag", "", m), "A\x04\ng");
    printed_is_text(print("\\65\\0101\\9.", "", m), "AA\t.");
    printed_is(print("a\\0b\\x00", "", m), "a\0b\0", 4);
    printed_is_text(print("\\q\\\"\\", "", m), "q\"\\");
}

static void assert_no_format(const char *text, const char *why)
{
    kaffe_error err;
    assert_null(cli_format_new(text, "", &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_string_equal(err.message, why);
}

static void what_is_no_format_is_named(void **state)
{
    (void)state;
    assert_no_format("a%q", "no token %q: there are %s %S %R %k %K %T %h %t %p %o %%");
    assert_no_format("a%", "a single % at the end: %% prints one");
    assert_no_format("\\x100", "\\x100: no byte: \\x00..\\xff or \\0..\\255");
    assert_no_format("\\256", "\\256: no byte: \\x00..\\xff or \\0..\\255");
    assert_no_format("\\xg", "\\x: no byte: \\x00..\\xff or \\0..\\255");
}

static FILE *print_columns(struct cli_columns columns, const char *null_text, struct kf_message m)
{
    kaffe_error err;
    FILE *out = printed_start();
    struct cli_format *format = cli_format_of_columns(&columns, null_text, &err);
    assert_non_null(format);
    cli_format_write(format, &m.view, out);
    cli_format_free(format);
    return out;
}

static void columns_are_separated(void **state)
{
    (void)state;
    struct kf_message m = with(BYTES("k"), BYTES("v"));
    printed_is_text(print_columns((struct cli_columns){ .delimiter = "\\n" }, "", m), "v\n");
    printed_is_text(
        print_columns((struct cli_columns){ .key_delimiter = "=%s>", .delimiter = ";" }, "", m),
        "k=%s>v;");
    printed_is_text(print_columns((struct cli_columns){ true, "\\x3a", "" }, "", m), "42:k:v");
    printed_is_text(print_columns((struct cli_columns){ true, NULL, "\\n" }, "", m), "42\tv\n");
    printed_is_text(print_columns((struct cli_columns){ false, ":", "\\n" }, "NULL",
                                  with((kaffe_bytes){ 0 }, (kaffe_bytes){ 0 })),
                    "NULL:NULL\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_token_has_its_part), cmocka_unit_test(null_has_a_length_of_minus_one),
        cmocka_unit_test(empty_is_not_null),       cmocka_unit_test(bytes_are_not_text),
        cmocka_unit_test(escapes_are_bytes),       cmocka_unit_test(what_is_no_format_is_named),
        cmocka_unit_test(columns_are_separated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
