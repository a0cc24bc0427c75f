/* SPDX-License-Identifier: MIT
 * Large pieces of memory: what is in them stays when they grow, on the heap or beside it. */
#include "pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_in_it_stays_when_it_is_resized(void **state)
{
    (void)state;
    const size_t sizes[] = { 1, 1000, 40000, 3000000, 9000000, 50000, 20000, 10, 100000 };
    size_t size = 0;
    unsigned char *pages = NULL;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t kept = size < sizes[i] ? size : sizes[i];
        pages = kf_pages_resize(pages, size, sizes[i]);
        assert_non_null(pages);
        assert_int_equal((uintptr_t)pages % 16, 0);
        for (size_t at = 0; at < kept; at++)
            assert_int_equal(pages[at], at % 251);
        for (size_t at = 0; at < sizes[i]; at++)
            pages[at] = (unsigned char)(at % 251);
        size = sizes[i];
    }
    kf_pages_put(pages, size);
}

static void nothing_is_given_back_as_nothing(void **state)
{
    (void)state;
    kf_pages_put(NULL, 0);
    kf_pages_put(NULL, 1 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_it_stays_when_it_is_resized),
        cmocka_unit_test(nothing_is_given_back_as_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
