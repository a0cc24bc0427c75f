/* SPDX-License-Identifier: MIT
 * What the I/O thread reads off a slice: batch headers, nothing else. */
#include "buffer_pool.h"
#include "request.h"
#include "slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct made {
    struct kf_buffer_pool *pool;
    struct kf_request bytes;
};

static void add_batch(struct made *made, int64_t base_offset, int32_t records, size_t size,
                      int8_t magic)
{
    struct kf_request *to = &made->bytes;
    size_t begin = to->size;
    kf_write_int64(to, base_offset);
    kf_write_int32(to, (int32_t)size - 12);
    kf_write_int32(to, 0);
    kf_write_int8(to, magic);
    kf_write_int32(to, 0);
    kf_write_int16(to, 0);
    kf_write_int32(to, records - 1);
    while (to->size - begin < size)
        kf_write_int8(to, 0);
}

static struct kf_slice_look look_at(struct made *made, int64_t from, size_t size)
{
    struct kf_slice *slice = kf_slice_new(made->pool, size);
    assert_non_null(slice);
    memcpy(kf_slice_room(slice), made->bytes.data, size);
    slice->from = from;
    struct kf_slice_look look = kf_slice_look(slice);
    kf_slices_free(slice);
    return look;
}

static int setup(void **state)
{
    static struct made made;
    made = (struct made){ .pool = kf_buffer_pool_new(1 << 20) };
    add_batch(&made, 100, 10, 1000, 2);
    add_batch(&made, 110, 5, 3000, 2);
    add_batch(&made, 120, 1, 500, 2);
    *state = &made;
    return 0;
}

static int teardown(void **state)
{
    struct made *made = *state;
    kf_request_fini(&made->bytes);
    kf_buffer_pool_free(made->pool);
    return 0;
}

static void whole_batches_lead_to_the_next_offset(void **state)
{
    struct kf_slice_look look = look_at(*state, 100, 4500);
    assert_int_equal(look.next_offset, 121);
    assert_int_equal(look.whole_size, 4500);
    assert_int_equal(look.largest_batch, 3000);
    assert_int_equal(look.cut_size, 0);
    assert_false(look.unreadable);
}

static void a_cut_batch_at_the_end_is_not_counted(void **state)
{
    struct kf_slice_look look = look_at(*state, 100, 3999);
    assert_int_equal(look.next_offset, 110);
    assert_int_equal(look.whole_size, 1000);
    assert_int_equal(look.cut_size, 3000);
    assert_false(look.unreadable);
}

static void a_cut_first_batch_tells_its_size(void **state)
{
    struct kf_slice_look look = look_at(*state, 105, 999);
    assert_int_equal(look.next_offset, 105);
    assert_int_equal(look.whole_size, 0);
    assert_int_equal(look.cut_size, 1000);
    assert_int_equal(look_at(*state, 105, 12).cut_size, 1000);
    assert_int_equal(look_at(*state, 105, 11).cut_size, 0);
    assert_false(look_at(*state, 105, 11).unreadable);
}

static void a_batch_of_an_old_kafka_is_unreadable(void **state)
{
    struct made *made = *state;
    add_batch(made, 130, 1, 100, 1);
    struct kf_slice_look look = look_at(made, 100, 4600);
    assert_int_equal(look.next_offset, 121);
    assert_int_equal(look.whole_size, 4500);
    assert_true(look.unreadable);
}

static void a_length_that_can_not_be_is_unreadable(void **state)
{
    struct made *made = *state;
    made->bytes.data[8] = 0xff;
    struct kf_slice_look look = look_at(made, 100, 4500);
    assert_int_equal(look.whole_size, 0);
    assert_int_equal(look.next_offset, 100);
    assert_true(look.unreadable);
}

static void a_slice_is_charged_with_its_head(void **state)
{
    struct made *made = *state;
    struct kf_slice *slice = kf_slice_new(made->pool, 4096);
    assert_true(kf_slice_capacity(slice) >= 4096 + sizeof *slice);
    assert_int_equal(kf_buffer_pool_used(made->pool), kf_slice_capacity(slice));
    memset(kf_slice_room(slice), 1, 4096);
    kf_slices_free(slice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_batches_lead_to_the_next_offset, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cut_batch_at_the_end_is_not_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cut_first_batch_tells_its_size, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_of_an_old_kafka_is_unreadable, setup, teardown),
        cmocka_unit_test_setup_teardown(a_length_that_can_not_be_is_unreadable, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slice_is_charged_with_its_head, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
