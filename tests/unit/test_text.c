/* SPDX-License-Identifier: MIT
 * Comma lists, and copies of strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static void assert_splits(const char *text, size_t count, const char *const *expected)
{
    struct kf_text_list list;
    assert_true(kf_text_list_split(&list, text));
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(list.items[i], expected[i]);
    kf_text_list_fini(&list);
    assert_null(list.items);
    assert_int_equal(list.count, 0);
}

static void a_list_is_split_at_commas_and_trimmed(void **state)
{
    (void)state;
    assert_splits("orders", 1, (const char *const[]){ "orders" });
    assert_splits("orders,refunds", 2, (const char *const[]){ "orders", "refunds" });
    assert_splits(" orders ,\trefunds\n", 2, (const char *const[]){ "orders", "refunds" });
    assert_splits("two words", 1, (const char *const[]){ "two words" });
}

static void what_is_empty_is_dropped(void **state)
{
    (void)state;
    assert_splits("", 0, NULL);
    assert_splits(" , ,", 0, NULL);
    assert_splits(",a,,b,", 2, (const char *const[]){ "a", "b" });
}

static void a_list_knows_what_it_has(void **state)
{
    (void)state;
    struct kf_text_list list;
    assert_true(kf_text_list_split(&list, "orders,refunds"));
    assert_true(kf_text_list_has(&list, "refunds"));
    assert_false(kf_text_list_has(&list, "refund"));
    assert_false(kf_text_list_has(&list, ""));
    kf_text_list_fini(&list);
    assert_false(kf_text_list_has(&list, "refunds"));
}

static void an_added_text_is_a_copy_of_its_size(void **state)
{
    (void)state;
    struct kf_text_list list = { 0 };
    char text[] = "orders";
    assert_true(kf_text_list_add(&list, text, 5));
    text[0] = 'x';
    assert_string_equal(list.items[0], "order");
    kf_text_list_fini(&list);
}

static void a_copy_of_null_is_null_and_no_failure(void **state)
{
    (void)state;
    bool failed = false;
    assert_null(kf_text_copy(NULL, &failed));
    char *copy = kf_text_copy("text", &failed);
    assert_string_equal(copy, "text");
    assert_false(failed);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_split_at_commas_and_trimmed),
        cmocka_unit_test(what_is_empty_is_dropped),
        cmocka_unit_test(a_list_knows_what_it_has),
        cmocka_unit_test(an_added_text_is_a_copy_of_its_size),
        cmocka_unit_test(a_copy_of_null_is_null_and_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
