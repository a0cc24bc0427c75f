/* SPDX-License-Identifier: MIT
 * Where a partition stands in its fetched bytes: every offset is read once or known to be empty. */
#include "cursor.h"

#include "slice_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct reading {
    struct slice_feed feed;
    struct kf_cursor cursor;
    struct kf_opener opener;
    struct kf_scratches scratches;
    struct kf_request out; /* batches on their way into the feed */
};

static int begin(void **state)
{
    struct reading *reading = calloc(1, sizeof *reading);
    slice_feed_init(&reading->feed);
    kf_cursor_init(&reading->cursor, reading->feed.stream, 0);
    kf_scratches_init(&reading->scratches, 0, NULL);
    reading->opener.scratches = &reading->scratches;
    *state = reading;
    return 0;
}

static int end(void **state)
{
    struct reading *reading = *state;
    kf_cursor_discard(&reading->cursor, &reading->opener);
    kf_cursor_fini(&reading->cursor);
    kf_scratches_fini(&reading->scratches);
    slice_feed_fini(&reading->feed);
    kf_request_fini(&reading->out);
    free(reading);
    return 0;
}

/* Sends what was appended to ->out. */
static void feed(struct reading *reading, int64_t from)
{
    assert_true(slice_feed_add(&reading->feed, from, built_bytes(&reading->out)));
    reading->out.size = 0;
}

/* Reads one record, opening and closing batches on the way. @return its offset; -1: none is left,
 * -2: broken */
static int64_t next(struct reading *reading)
{
    struct kf_record record;
    enum kf_cursor_status status;
    while ((status = kf_cursor_open(&reading->cursor, &reading->opener)) == KF_CURSOR_OPEN) {
        while (kf_record_next(&reading->cursor.walk, &record) == 1) {
            if (record.offset < reading->cursor.position)
                continue;
            reading->cursor.position = record.offset + 1;
            return record.offset;
        }
        kf_cursor_close(&reading->cursor, &reading->opener, false);
    }
    return status == KF_CURSOR_EMPTY ? -1 : -2;
}

static void read_range(struct reading *reading, int64_t first, int64_t last)
{
    for (int64_t offset = first; offset <= last; offset++)
        assert_int_equal(next(reading), offset);
}

static void records_come_in_order_across_batches_and_slices(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 3);
    append_gzip_batch(&reading->out, 3, 4);
    feed(reading, 0);
    append_simple_batch(&reading->out, 7, 2);
    feed(reading, 7);
    kf_cursor_take(&reading->cursor);
    assert_int_equal(kf_cursor_records(&reading->cursor), 9);
    read_range(reading, 0, 3); /* into the second batch */
    assert_int_equal(kf_cursor_records(&reading->cursor), 5);
    read_range(reading, 4, 8);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.position, 9);
    assert_int_equal(kf_cursor_records(&reading->cursor), 0);

    append_simple_batch(&reading->out, 9, 1);
    feed(reading, 9);
    assert_int_equal(next(reading), -1); /* nobody took it over yet */
    kf_cursor_take(&reading->cursor);
    assert_int_equal(next(reading), 9);
}

static void bytes_stay_until_they_are_released(void **state)
{
    struct reading *reading = *state;
    slice_feed_add_simple(&reading->feed, 0, 5);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 4);
    assert_int_equal(next(reading), -1);
    assert_int_not_equal(slice_feed_held(&reading->feed), 0);
    kf_cursor_release(&reading->cursor, &reading->opener);
    assert_int_equal(slice_feed_held(&reading->feed), 0);
}

static void records_below_the_position_are_skipped(void **state)
{
    struct reading *reading = *state;
    kf_cursor_init(&reading->cursor, reading->feed.stream, 5);
    append_simple_batch(&reading->out, 0, 3);
    append_simple_batch(&reading->out, 3, 5);
    feed(reading, 5);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 5, 7);
    assert_int_equal(next(reading), -1);
}

static void a_gap_at_the_end_of_a_batch_is_done_with(void **state)
{
    struct reading *reading = *state;
    append_sparse_batch(&reading->out, 0, 9, (const int64_t[]){ 2, 6 }, 2);
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    assert_int_equal(next(reading), 2);
    assert_int_equal(next(reading), 6);
    assert_int_equal(reading->cursor.position, 7);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.position, 10);
}

static void a_batch_that_compaction_emptied_is_done_with(void **state)
{
    struct reading *reading = *state;
    append_sparse_batch(&reading->out, 0, 4, NULL, 0);
    append_simple_batch(&reading->out, 5, 1);
    append_sparse_batch(&reading->out, 6, 19, NULL, 0);
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    assert_int_equal(next(reading), 5);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.position, 20);
}

static void control_batches_are_skipped_and_done_with(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 2);
    append_control_batch(&reading->out, 2);
    append_simple_batch(&reading->out, 3, 1);
    append_control_batch(&reading->out, 4);
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    assert_int_equal(kf_cursor_records(&reading->cursor), 3);
    assert_int_equal(next(reading), 0);
    assert_int_equal(next(reading), 1);
    assert_int_equal(next(reading), 3);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.position, 5);
}

static void a_cut_batch_at_the_end_is_ignored(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 2);
    size_t whole = reading->out.size;
    append_simple_batch(&reading->out, 2, 2);
    reading->out.size = whole + 40;
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 1);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.position, 2);

    append_simple_batch(&reading->out, 2, 2);
    feed(reading, 2);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 2, 3);
}

static void slices_that_do_not_continue_are_given_back(void **state)
{
    struct reading *reading = *state;
    slice_feed_add_simple(&reading->feed, 0, 5);
    slice_feed_add_simple(&reading->feed, 8, 5); /* a hole */
    slice_feed_add_simple(&reading->feed, 3, 5); /* again */
    slice_feed_add_simple(&reading->feed, 5, 1);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 5);
    assert_int_equal(next(reading), -1);
    kf_cursor_release(&reading->cursor, &reading->opener);
    assert_int_equal(slice_feed_held(&reading->feed), 0);
}

static void a_restart_moves_the_position_once(void **state)
{
    struct reading *reading = *state;
    atomic_store(&reading->cursor.restart, 100);
    slice_feed_add_simple(&reading->feed, 0, 5); /* still of the old course, and it continues */
    slice_feed_add_simple(&reading->feed, 100, 2);
    slice_feed_add_simple(&reading->feed, 100, 2);
    slice_feed_add_simple(&reading->feed, 102, 2);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 100, 103);
    assert_int_equal(next(reading), -1);
    assert_int_equal(reading->cursor.restart, KF_NO_RESTART);
}

static void a_rewind_goes_back_into_an_open_batch(void **state)
{
    struct reading *reading = *state;
    slice_feed_add_simple(&reading->feed, 0, 6);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 1);
    struct kf_cursor_mark mark = kf_cursor_mark(&reading->cursor);
    read_range(reading, 2, 4);
    kf_cursor_rewind(&reading->cursor, &reading->opener, mark);
    read_range(reading, 2, 5);
    assert_int_equal(next(reading), -1);
}

static void a_rewind_goes_back_across_batches_and_slices(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 3);
    append_gzip_batch(&reading->out, 3, 3);
    feed(reading, 0);
    append_gzip_batch(&reading->out, 6, 3);
    feed(reading, 6);
    slice_feed_add_simple(&reading->feed, 9, 3);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 3);
    struct kf_cursor_mark mark = kf_cursor_mark(&reading->cursor);
    for (int times = 0; times < 2; times++) {
        read_range(reading, 4, 9);
        kf_cursor_rewind(&reading->cursor, &reading->opener, mark);
    }
    read_range(reading, 4, 11);
    assert_int_equal(next(reading), -1);
    kf_cursor_rewind(&reading->cursor, &reading->opener, mark); /* nothing is left behind it */
    slice_feed_add_simple(&reading->feed, 12, 1);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 4, 12);
}

static void a_mark_behind_a_finished_slice_is_found_again(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 3);
    append_simple_batch(&reading->out, 3, 30);
    feed(reading, 0);
    append_control_batch(&reading->out, 33);
    append_simple_batch(&reading->out, 34, 3);
    feed(reading, 33);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 32);
    read_range(reading, 34, 34); /* the first slice waits for its release */
    struct kf_cursor_mark mark = kf_cursor_mark(&reading->cursor);
    read_range(reading, 35, 36);
    kf_cursor_rewind(&reading->cursor, &reading->opener, mark);
    read_range(reading, 35, 36);
    assert_int_equal(next(reading), -1);
}

static void views_into_closed_batches_stay_until_the_release(void **state)
{
    struct reading *reading = *state;
    struct kf_record records[30];
    size_t count = 0;
    for (int64_t base = 0; base < 30; base += 3)
        append_gzip_batch(&reading->out, base, 3);
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    while (kf_cursor_open(&reading->cursor, &reading->opener) == KF_CURSOR_OPEN) {
        while (kf_record_next(&reading->cursor.walk, &records[count]) == 1)
            count++;
        kf_cursor_close(&reading->cursor, &reading->opener, true);
    }
    assert_int_equal(count, 30);
    for (size_t i = 0; i < count; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "value %zu", i);
        assert_int_equal(records[i].value.size, strlen(expected));
        assert_memory_equal(records[i].value.data, expected, strlen(expected));
    }
    kf_cursor_release(&reading->cursor, &reading->opener);
    assert_int_equal(slice_feed_held(&reading->feed), 0);
}

static void a_broken_batch_stops_the_reading_until_it_is_fetched_again(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 2);
    append_simple_batch(&reading->out, 2, 2);
    reading->out.data[reading->out.size - 5] ^= 1;
    append_simple_batch(&reading->out, 4, 2);
    feed(reading, 0);
    slice_feed_add_simple(&reading->feed, 6, 2);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 0, 1);
    assert_int_equal(next(reading), -2);
    assert_int_equal(reading->cursor.broken, KF_BATCH_BAD_CRC);
    assert_int_equal(reading->cursor.position, 2);
    assert_int_equal(next(reading), -2); /* nothing is ever skipped */

    kf_cursor_discard(&reading->cursor, &reading->opener);
    assert_int_equal(slice_feed_held(&reading->feed), 0);
    slice_feed_add_simple(&reading->feed, 8, 1); /* of the old course */
    append_simple_batch(&reading->out, 2, 6);
    feed(reading, 2);
    kf_cursor_take(&reading->cursor);
    read_range(reading, 2, 7);
    assert_int_equal(next(reading), -1);
}

static void an_old_format_is_named(void **state)
{
    struct reading *reading = *state;
    append_simple_batch(&reading->out, 0, 1);
    reading->out.data[16] = 1;
    feed(reading, 0);
    kf_cursor_take(&reading->cursor);
    assert_int_equal(next(reading), -2);
    assert_int_equal(reading->cursor.broken, KF_BATCH_OLD_MAGIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_come_in_order_across_batches_and_slices, begin,
                                        end),
        cmocka_unit_test_setup_teardown(bytes_stay_until_they_are_released, begin, end),
        cmocka_unit_test_setup_teardown(records_below_the_position_are_skipped, begin, end),
        cmocka_unit_test_setup_teardown(a_gap_at_the_end_of_a_batch_is_done_with, begin, end),
        cmocka_unit_test_setup_teardown(a_batch_that_compaction_emptied_is_done_with, begin, end),
        cmocka_unit_test_setup_teardown(control_batches_are_skipped_and_done_with, begin, end),
        cmocka_unit_test_setup_teardown(a_cut_batch_at_the_end_is_ignored, begin, end),
        cmocka_unit_test_setup_teardown(slices_that_do_not_continue_are_given_back, begin, end),
        cmocka_unit_test_setup_teardown(a_restart_moves_the_position_once, begin, end),
        cmocka_unit_test_setup_teardown(a_rewind_goes_back_into_an_open_batch, begin, end),
        cmocka_unit_test_setup_teardown(a_rewind_goes_back_across_batches_and_slices, begin, end),
        cmocka_unit_test_setup_teardown(a_mark_behind_a_finished_slice_is_found_again, begin, end),
        cmocka_unit_test_setup_teardown(views_into_closed_batches_stay_until_the_release, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_broken_batch_stops_the_reading_until_it_is_fetched_again,
                                        begin, end),
        cmocka_unit_test_setup_teardown(an_old_format_is_named, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
