/* SPDX-License-Identifier: MIT
 * Which bytes are text, at the borders of each form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "utf8.h"

static bool is_text(const char *bytes)
{
    return cli_is_utf8(bytes, strlen(bytes));
}

static void the_first_and_last_of_each_form_are_text(void **state)
{
    (void)state;
    assert_true(cli_is_utf8("\0\x7f", 2));
    assert_true(is_text("\xc2\x80 \xdf\xbf"));
    assert_true(is_text("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
    assert_true(is_text("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
    assert_true(is_text(""));
}

static void what_is_beyond_them_is_none(void **state)
{
    (void)state;
    assert_false(is_text("\x80"));
    assert_false(is_text("\xc1\xbf"));
    assert_false(is_text("\xe0\x9f\xbf"));
    assert_false(is_text("\xed\xa0\x80"));
    assert_false(is_text("\xf0\x8f\xbf\xbf"));
    assert_false(is_text("\xf4\x90\x80\x80"));
    assert_false(is_text("\xf5\x80\x80\x80"));
    assert_false(is_text("\xff"));
}

static void a_form_that_is_cut_or_broken_is_none(void **state)
{
    (void)state;
    assert_false(is_text("\xc2"));
    assert_false(is_text("\xe1\x80"));
    assert_false(is_text("\xf1\x80\x80"));
    assert_false(is_text("\xc2\xc2"));
    assert_false(is_text("\xe1\x80 "));
    assert_false(is_text("\xf1\x80\x80\xc0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_and_last_of_each_form_are_text),
        cmocka_unit_test(what_is_beyond_them_is_none),
        cmocka_unit_test(a_form_that_is_cut_or_broken_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
