/* SPDX-License-Identifier: MIT */
#include "printed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct kf_message printed_message(void)
{
    return (struct kf_message){ .view = { .topic = "orders",
                                          .partition = 3,
                                          .attempt = 1,
                                          .offset = 42,
                                          .timestamp_ms = 1700000000123,
                                          .timestamp_type = KAFFE_TIMESTAMP_CREATE } };
}

FILE *printed_start(void)
{
    FILE *out = tmpfile();
    assert_non_null(out);
    return out;
}

void printed_is(FILE *out, const void *bytes, size_t size)
{
    char got[4096];
    assert_int_equal(fflush(out), 0);
    rewind(out);
    size_t got_size = fread(got, 1, sizeof got, out);
    fclose(out);
    assert_int_equal(got_size, size);
    assert_memory_equal(got, bytes, size);
}

void printed_is_text(FILE *out, const char *text)
{
    printed_is(out, text, strlen(text));
}
