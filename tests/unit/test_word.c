/* SPDX-License-Identifier: MIT
 * A misspelt word finds the one that was meant, and nonsense finds none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "word.h"

static const char words[] = "none, gzip, snappy, lz4, zstd";

static void only_whole_words_are_among_them(void **state)
{
    (void)state;
    assert_true(kf_word_among(words, "none"));
    assert_true(kf_word_among(words, "zstd"));
    assert_false(kf_word_among(words, "zst"));
    assert_false(kf_word_among(words, "zstdx"));
    assert_false(kf_word_among(words, "none, gzip"));
    assert_false(kf_word_among(words, ""));
}

static void assert_nearest(const char *word, const char *expected)
{
    char out[32];
    assert_string_equal(kf_word_nearest(words, word, out, sizeof out), expected);
}

static void a_misspelt_word_finds_the_one_meant(void **state)
{
    (void)state;
    assert_nearest("snapy", "snappy");
    assert_nearest("ZSTD", "zstd");
    assert_nearest("gzpi", "gzip");
    assert_nearest("gzi", "gzip");
    assert_nearest("lz4x", "lz4");
}

static void nonsense_finds_none(void **state)
{
    (void)state;
    char long_word[300];
    memset(long_word, 'z', sizeof long_word);
    long_word[sizeof long_word - 1] = '\0';
    assert_nearest("brotli", "");
    assert_nearest("", "");
    assert_nearest(long_word, "");
}

static void a_word_that_out_cannot_hold_is_not_offered(void **state)
{
    (void)state;
    char out[4];
    assert_string_equal(kf_word_nearest(words, "gzi", out, sizeof out), "");
    assert_string_equal(kf_word_nearest(words, "lz5", out, sizeof out), "lz4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_words_are_among_them),
        cmocka_unit_test(a_misspelt_word_finds_the_one_meant),
        cmocka_unit_test(nonsense_finds_none),
        cmocka_unit_test(a_word_that_out_cannot_hold_is_not_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
