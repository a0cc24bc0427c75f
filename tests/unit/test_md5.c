/* SPDX-License-Identifier: MIT
 * MD5 as RFC 1321 has it; the digests of the sizes around a block are md5sum's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "md5.h"

static void assert_digest(const void *data, size_t size, const char *expected)
{
    unsigned char digest[16];
    char text[33];
    kf_md5(data, size, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, expected);
}

static void the_test_suite_of_the_rfc_passes(void **state)
{
    (void)state;
    static const char *const vectors[][2] = {
        { "", "d41d8cd98f00b204e9800998ecf8427e" },
        { "a", "0cc175b9c0f1b6a831c399e269772661" },
        { "abc", "900150983cd24fb0d6963f7d28e17f72" },
        { "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
        { "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
        { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
          "d174ab98d277d9f5a5611c2c9f419d9f" },
        { "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
          "57edf4a22be3c955ac49da2e2107b67a" },
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_digest(vectors[i][0], strlen(vectors[i][0]), vectors[i][1]);
}

static void sizes_around_a_block_are_padded_right(void **state)
{
    (void)state;
    static const struct {
        size_t size; /* so many "a" */
        const char *digest;
    } vectors[] = {
        { 55, "ef1772b6dff9a122358552954ad0df65" },  { 56, "3b0c8ac703f828b04c6c197006d17218" },
        { 57, "652b906d60af96844ebd21b674f35e93" },  { 63, "b06521f39153d618550606be297466d5" },
        { 64, "014842d480b571495a4a0363793f7367" },  { 65, "c743a45e0d2e6a95cb859adae0248435" },
        { 119, "8a7bd0732ed6a28ce75f6dabc90e1613" }, { 120, "5f61c0ccad4cac44c75ff505e1f1e537" },
        { 128, "e510683b3f5ffe4093d021808bc6ff70" }, { 1000, "cabe45dcc9ae5b66ba86600cca6b8ba8" },
    };
    char letters[1000];
    memset(letters, 'a', sizeof letters);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_digest(letters, vectors[i].size, vectors[i].digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_test_suite_of_the_rfc_passes),
        cmocka_unit_test(sizes_around_a_block_are_padded_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
