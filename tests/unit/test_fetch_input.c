/* SPDX-License-Identifier: MIT
 * Bytes from a socket, staged or straight to where they belong, however they are cut into pieces.
 */
#include "input.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int fds[2];
static struct kf_input input;
static bool drained;

static int setup(void **state)
{
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    assert_true(kf_input_init(&input));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close(fds[0]);
    close(fds[1]);
    kf_input_fini(&input);
    return 0;
}

static void arrive(const char *text)
{
    assert_int_equal(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(kf_input_read(&input, fds[0], &drained), (ssize_t)strlen(text));
}

static void records_go_where_they_belong_and_the_rest_is_staged(void **state)
{
    (void)state;
    uint8_t records[8] = { 0 };
    arrive("fieldsREC");
    kf_input_consume(&input, 6);
    kf_input_direct(&input, records, 7);
    assert_int_equal(input.direct_left, 4);
    assert_int_equal(kf_input_size(&input), 0);
    arrive("O");
    assert_true(drained);
    assert_int_equal(input.direct_left, 3);
    arrive("RDSmore");
    assert_int_equal(input.direct_left, 0);
    assert_string_equal((const char *)records, "RECORDS");
    assert_int_equal(kf_input_size(&input), 4);
    assert_memory_equal(kf_input_at(&input), "more", 4);
}

static void records_that_are_staged_already_need_no_read(void **state)
{
    (void)state;
    uint8_t records[4] = { 0 };
    arrive("RECmore");
    kf_input_direct(&input, records, 3);
    assert_int_equal(input.direct_left, 0);
    assert_string_equal((const char *)records, "REC");
    assert_memory_equal(kf_input_at(&input), "more", 4);
}

static void bytes_can_be_skipped_as_they_come(void **state)
{
    (void)state;
    arrive("xxx");
    assert_int_equal(kf_input_skip(&input, 5), 3);
    arrive("xxmore");
    assert_int_equal(kf_input_skip(&input, 2), 2);
    assert_memory_equal(kf_input_at(&input), "more", 4);
}

static void a_long_field_finds_room(void **state)
{
    (void)state;
    size_t capacity = input.capacity;
    while (kf_input_size(&input) < 3 * capacity) {
        assert_true(kf_input_make_room(&input));
        arrive("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    }
    for (size_t i = 0; i < kf_input_size(&input); i++)
        assert_int_equal(kf_input_at(&input)[i], "0123456789abcdef"[i % 16]);
}

static void an_endless_field_does_not(void **state)
{
    (void)state;
    static const char bytes[65536];
    while (kf_input_make_room(&input)) {
        assert_true(write(fds[1], bytes, sizeof bytes) > 0);
        assert_true(kf_input_read(&input, fds[0], &drained) > 0);
        assert_true(kf_input_size(&input) < (size_t)16 << 20);
    }
}

static void an_empty_socket_and_a_closed_one_differ(void **state)
{
    (void)state;
    assert_int_equal(kf_input_read(&input, fds[0], &drained), -1);
    assert_int_equal(errno, EAGAIN);
    shutdown(fds[1], SHUT_WR);
    assert_int_equal(kf_input_read(&input, fds[0], &drained), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_go_where_they_belong_and_the_rest_is_staged, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(records_that_are_staged_already_need_no_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(bytes_can_be_skipped_as_they_come, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_field_finds_room, setup, teardown),
        cmocka_unit_test_setup_teardown(an_endless_field_does_not, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_socket_and_a_closed_one_differ, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
