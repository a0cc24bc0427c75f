/* SPDX-License-Identifier: MIT
 * What a program compiled today takes for granted of a library of tomorrow: the size of what is
 * frozen, and no padding at the end of what may grow. A new last field is named here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kaffe.h"
#include "kaffe_service.h"

#define END_OF(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))

static void frozen_structs_keep_their_size(void **state)
{
    (void)state;
    assert_int_equal(sizeof(kaffe_error), 256);
    assert_int_equal(sizeof(kaffe_result), 24);
    assert_int_equal(sizeof(kaffe_ack_token), 32);
    assert_int_equal(sizeof(kaffe_bytes), 2 * sizeof(void *));
    assert_int_equal(sizeof(kaffe_header), 4 * sizeof(void *));
    assert_int_equal(sizeof(kaffe_record), sizeof(void *) == 8 ? 56 : 32);
    assert_int_equal(sizeof(kaffe_property), 2 * sizeof(void *));
}

static void what_may_grow_has_no_padding_at_its_end(void **state)
{
    (void)state;
    assert_int_equal(sizeof(kaffe_consumer_options),
                     END_OF(kaffe_consumer_options, ack_timeout_ms));
    assert_int_equal(sizeof(kaffe_producer_options), END_OF(kaffe_producer_options, log_format));
    assert_int_equal(sizeof(kaffe_reader_options), END_OF(kaffe_reader_options, log_format));
    assert_int_equal(sizeof(kaffe_consumer_counters),
                     END_OF(kaffe_consumer_counters, acks_after_stop));
    assert_int_equal(sizeof(kaffe_supervisor_options),
                     END_OF(kaffe_supervisor_options, log_format));
    assert_int_equal(sizeof(kaffe_child), END_OF(kaffe_child, last_error));
}

static void statuses_keep_their_numbers(void **state)
{
    (void)state;
    const kaffe_status in_order[] = {
        KAFFE_OK,          KAFFE_INVALID,     KAFFE_NO_MEMORY,     KAFFE_TIMED_OUT,
        KAFFE_QUEUE_FULL,  KAFFE_STALE,       KAFFE_CLOSED,        KAFFE_DENIED,
        KAFFE_UNSUPPORTED, KAFFE_NOT_WRITTEN, KAFFE_MAYBE_WRITTEN, KAFFE_FAILED,
        KAFFE_KAFKA,
    };
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++)
        assert_int_equal(in_order[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frozen_structs_keep_their_size),
        cmocka_unit_test(what_may_grow_has_no_padding_at_its_end),
        cmocka_unit_test(statuses_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
