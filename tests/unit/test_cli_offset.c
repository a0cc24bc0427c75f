/* SPDX-License-Identifier: MIT
 * Where to begin and to end, in kcat's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "offset_text.h"

static void assert_offset(const char *text, const char *option, const char *value)
{
    kaffe_error err;
    struct cli_offset offset;
    assert_int_equal(cli_offset_read(text, &offset, &err), KAFFE_OK);
    assert_string_equal(offset.option, option);
    assert_string_equal(offset.value, value);
}

static void each_word_has_its_option(void **state)
{
    kaffe_error err;
    struct cli_offset offset;
    (void)state;
    assert_offset("beginning", "start_at", "earliest");
    assert_offset("end", "start_at", "latest");
    assert_offset("0", "start_at", "0");
    assert_offset("-10", "start_at", "-10");
    assert_offset("s@1700000000000", "start_at", "@1700000000000");
    assert_offset("e@1700000000000", "stop_at", "@1700000000000");
    assert_offset("9223372036854775807", "start_at", "9223372036854775807");
    assert_int_equal(cli_offset_read("stored", &offset, &err), KAFFE_OK);
    assert_null(offset.option);
}

static void assert_none(const char *text)
{
    kaffe_error err;
    struct cli_offset offset;
    assert_int_equal(cli_offset_read(text, &offset, &err), KAFFE_INVALID);
}

static void other_words_are_none(void **state)
{
    kaffe_error err;
    struct cli_offset offset;
    (void)state;
    assert_none("");
    assert_none("-");
    assert_none("s@");
    assert_none("+3");
    assert_none("--3");
    assert_none("3x");
    assert_none("ends");
    assert_none("12345678901234567890");
    assert_int_equal(cli_offset_read("s@now", &offset, &err), KAFFE_INVALID);
    assert_string_equal(err.message,
                        "-o s@now: must be beginning, end, stored, N, -N, s@MS or e@MS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_has_its_option),
        cmocka_unit_test(other_words_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
