/* SPDX-License-Identifier: MIT
 * The cursor that every decoder reads through: right values, and nothing behind the end. */
#include "reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void integers_are_big_endian_and_signed(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0xff, 0xff, 0xfe, 0x01, 0x02, 0x03, 0x04, 0xff, 0xff, 0xff,
                              0xff, 0x80, 0,    0,    0,    0,    0,    0,    1 };
    struct kf_reader r = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_int8(&r), -1);
    assert_int_equal(kf_read_int16(&r), -2);
    assert_int_equal(kf_read_int32(&r), 0x01020304);
    assert_int_equal(kf_read_uint32(&r), UINT32_MAX);
    assert_true(kf_read_int64(&r) == INT64_MIN + 1);
    assert_int_equal(kf_reader_left(&r), 0);
    assert_false(r.failed);
}

static void a_read_past_the_end_fails_and_so_do_all_later_ones(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 1, 2, 3 };
    struct kf_reader r = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_int32(&r), 0);
    assert_true(r.failed);
    assert_int_equal(kf_read_int8(&r), 0);
    assert_null(kf_read_raw(&r, 0));
    assert_null(kf_read_string(&r).data);
    assert_int_equal(kf_read_count(&r, 1), 0);
}

static void a_null_string_is_not_an_empty_one(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0xff, 0xff, 0, 0, 0, 1, 'x', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };
    struct kf_reader r = kf_reader_of(bytes, sizeof bytes);
    assert_null(kf_read_string(&r).data);
    kaffe_bytes empty = kf_read_string(&r);
    assert_non_null(empty.data);
    assert_int_equal(empty.size, 0);
    kaffe_bytes x = kf_read_string(&r);
    assert_int_equal(x.size, 1);
    assert_memory_equal(x.data, "x", 1);
    assert_null(kf_read_bytes(&r).data);
    assert_non_null(kf_read_bytes(&r).data);
    assert_false(r.failed);
}

static void a_length_below_minus_one_fails(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0xff, 0xfe, 0xff, 0xfe, 0, 0 };
    struct kf_reader string = kf_reader_of(bytes, sizeof bytes);
    assert_null(kf_read_string(&string).data);
    assert_true(string.failed);
    struct kf_reader data = kf_reader_of(bytes, sizeof bytes);
    assert_null(kf_read_bytes(&data).data);
    assert_true(data.failed);
    struct kf_reader count = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_count(&count, 1), 0);
    assert_true(count.failed);
}

static void a_length_beyond_the_rest_fails(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0, 3, 'a', 'b' };
    struct kf_reader r = kf_reader_of(bytes, sizeof bytes);
    kaffe_bytes string = kf_read_string(&r);
    assert_null(string.data);
    assert_int_equal(string.size, 0);
    assert_true(r.failed);
}

static void a_count_that_the_rest_can_not_hold_fails(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8 };
    struct kf_reader fits = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_count(&fits, 4), 2);
    assert_false(fits.failed);
    struct kf_reader lies = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_count(&lies, 5), 0);
    assert_true(lies.failed);
}

static void a_null_array_has_no_elements(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0xff, 0xff, 0xff, 0xff };
    struct kf_reader r = kf_reader_of(bytes, sizeof bytes);
    assert_int_equal(kf_read_count(&r, 4), 0);
    assert_false(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_big_endian_and_signed),
        cmocka_unit_test(a_read_past_the_end_fails_and_so_do_all_later_ones),
        cmocka_unit_test(a_null_string_is_not_an_empty_one),
        cmocka_unit_test(a_length_below_minus_one_fails),
        cmocka_unit_test(a_length_beyond_the_rest_fails),
        cmocka_unit_test(a_count_that_the_rest_can_not_hold_fails),
        cmocka_unit_test(a_null_array_has_no_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
