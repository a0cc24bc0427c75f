/* SPDX-License-Identifier: MIT
 * start_at and stop_at: what they may say, and which offsets they become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "position.h"
#include "span.h"

static struct kf_position start(const char *text)
{
    struct kf_position position;
    assert_true(kf_position_read_start(&position, text));
    return position;
}

static struct kf_position stop(const char *text)
{
    struct kf_position position;
    assert_true(kf_position_read_stop(&position, text));
    return position;
}

static void a_start_is_a_word_an_offset_a_count_or_a_time(void **state)
{
    (void)state;
    assert_int_equal(start("earliest").kind, KF_POSITION_EARLIEST);
    assert_int_equal(start("latest").kind, KF_POSITION_LATEST);
    assert_int_equal(start("0").kind, KF_POSITION_OFFSET);
    assert_int_equal(start("9223372036854775807").number, INT64_MAX);
    assert_int_equal(start("-10").kind, KF_POSITION_LAST);
    assert_int_equal(start("-10").number, 10);
    assert_int_equal(start("@1700000000000").kind, KF_POSITION_TIME);
    assert_int_equal(start("@1700000000000").number, 1700000000000);
}

static void a_stop_is_a_word_an_offset_or_a_time(void **state)
{
    (void)state;
    assert_int_equal(stop("never").kind, KF_POSITION_NEVER);
    assert_int_equal(stop("end").kind, KF_POSITION_LATEST);
    assert_int_equal(stop("42").kind, KF_POSITION_OFFSET);
    assert_int_equal(stop("42").number, 42);
    assert_int_equal(stop("@0").kind, KF_POSITION_TIME);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const starts[] = { "",     "yesterday", "-",
                                          "-0",   "--1",       "1x",
                                          "@",    "@-10",      "+4",
                                          " 42",  "42 ",       "4 2",
                                          "end",  "never",     "9223372036854775808",
                                          "0x10", "1e3" };
    static const char *const stops[] = { "", "latest", "earliest", "-10", "@", "@x", "Never" };
    struct kf_position position;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        assert_false(kf_position_read_start(&position, starts[i]));
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        assert_false(kf_position_read_stop(&position, stops[i]));
}

/* A log from 100 to 200; at time 7 its offset 150, at time 1 the very first one, nothing at 9. */
static int64_t at_time(int64_t time)
{
    return time == 7 ? 150 : time == 1 ? 0 : -1;
}

static void settle(struct kf_span *span, const char *from, const char *to, int questions)
{
    struct kf_position start_at = start(from);
    struct kf_position stop_at = stop(to);
    enum kf_span_question question;
    kf_span_init(span);
    while ((question = kf_span_next(span, &start_at, &stop_at)) != KF_SPAN_SETTLED) {
        int64_t time = question == KF_SPAN_START_TIME ? start_at.number : stop_at.number;
        int64_t answers[] = { 100, 200, at_time(time), at_time(time) };
        assert_int_equal(span->answers[question], KF_SPAN_UNASKED);
        span->answers[question] = answers[question];
        questions--;
    }
    assert_int_equal(questions, 0);
}

static void positions_become_offsets_with_no_question_too_many(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        const char *stop;
        int questions;
        int64_t from;
        int64_t to;
    } cases[] = {
        { "earliest", "never", 1, 100, KF_SPAN_ENDLESS },
        { "latest", "never", 1, 200, KF_SPAN_ENDLESS },
        { "latest", "end", 1, 200, 200 },
        { "42", "never", 0, 42, KF_SPAN_ENDLESS },
        { "42", "50", 0, 42, 50 },
        { "earliest", "end", 2, 100, 200 },
        { "-10", "end", 2, 190, 200 },
        { "-100", "never", 2, 100, KF_SPAN_ENDLESS },
        { "-1000", "never", 2, 100, KF_SPAN_ENDLESS },
        { "@7", "never", 1, 150, KF_SPAN_ENDLESS },
        { "@9", "never", 2, 200, KF_SPAN_ENDLESS },
        { "@7", "@9", 3, 150, 200 },
        { "earliest", "@7", 2, 100, 150 },
        { "@9", "@7", 3, 200, 150 },
        { "@1", "@7", 2, 0, 150 },
        { "@0", "@0", 3, 200, 200 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kf_span span;
        settle(&span, cases[i].start, cases[i].stop, cases[i].questions);
        assert_int_equal(span.from, cases[i].from);
        assert_int_equal(span.to, cases[i].to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_a_word_an_offset_a_count_or_a_time),
        cmocka_unit_test(a_stop_is_a_word_an_offset_or_a_time),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(positions_become_offsets_with_no_question_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
