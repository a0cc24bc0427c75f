/* SPDX-License-Identifier: MIT
 * One event is one line, whatever stands in its fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

struct event {
    kaffe_log_level level;
    char event[64];
    char fields[2048];
};

static void remember(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct event *seen = ctx;
    seen->level = level;
    snprintf(seen->event, sizeof seen->event, "%s", event);
    snprintf(seen->fields, sizeof seen->fields, "%s", fields);
}

static void assert_quotes(const char *text, size_t out_size, const char *expected)
{
    char out[64];
    memset(out, '#', sizeof out);
    assert_string_equal(kf_log_quote(out, out_size, text), expected);
    if (out_size < sizeof out)
        assert_int_equal(out[out_size], '#');
}

static void an_event_reaches_the_callers_function(void **state)
{
    (void)state;
    struct event seen = { 0 };
    struct kf_log log = { .write = remember, .ctx = &seen };
    kf_log(&log, KAFFE_LOG_WARN, "message.retried", "topic=%s partition=%d", "orders", 3);
    assert_int_equal(seen.level, KAFFE_LOG_WARN);
    assert_string_equal(seen.event, "message.retried");
    assert_string_equal(seen.fields, "topic=orders partition=3");
}

static void a_worker_processes_number_is_the_last_field(void **state)
{
    (void)state;
    struct event seen = { 0 };
    struct kf_log log = { .write = remember, .ctx = &seen, .process = 2 };
    kf_log(&log, KAFFE_LOG_WARN, "message.retried", "topic=%s", "orders");
    assert_string_equal(seen.fields, "topic=orders process=2");
    kf_log(&log, KAFFE_LOG_WARN, "message.retried", "%s", "");
    assert_string_equal(seen.fields, "process=2");
}

static void long_fields_are_cut_at_1_kib(void **state)
{
    (void)state;
    struct event seen = { 0 };
    struct kf_log log = { .write = remember, .ctx = &seen };
    kf_log(&log, KAFFE_LOG_INFO, "test.happened", "%01500d", 0);
    assert_int_equal(strlen(seen.fields), 1023);
}

static void quoting_escapes_what_would_end_the_value_or_the_line(void **state)
{
    (void)state;
    assert_quotes("plain text", 64, "plain text");
    assert_quotes("say \"no\" to C:\\", 64, "say \\\"no\\\" to C:\\\\");
    assert_quotes("two\nlines\ttab\x7f", 64, "two\\x0alines\\x09tab\\x7f");
    assert_quotes("caf\xc3\xa9", 64, "caf\xc3\xa9");
    assert_quotes("", 64, "");
}

static void quoting_cuts_what_is_too_long_but_never_an_escape(void **state)
{
    (void)state;
    assert_quotes("0123456789", 8, "012");
    assert_quotes("01\n3456789", 8, "01\\x0a");
    assert_quotes("012\n456789", 8, "012");
    assert_quotes("\"\"\"\"", 8, "\\\"\\\"");
    assert_quotes("x", 1, "");
}

static void without_a_function_events_are_lines_on_stderr(void **state)
{
    (void)state;
    struct kf_log log = { 0 };
    char line[256] = "";
    FILE *file = tmpfile();
    int old = dup(STDERR_FILENO);
    assert_non_null(file);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    kf_log(&log, KAFFE_LOG_DEBUG, "debug.happened", "a=1");
    kf_log(&log, KAFFE_LOG_INFO, "info.happened", "a=%d", 1);
    fflush(stderr);
    dup2(old, STDERR_FILENO);
    close(old);
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line + strlen("2025-01-31T12:00:00.000"), "Z info info.happened a=1\n");
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_reaches_the_callers_function),
        cmocka_unit_test(a_worker_processes_number_is_the_last_field),
        cmocka_unit_test(long_fields_are_cut_at_1_kib),
        cmocka_unit_test(quoting_escapes_what_would_end_the_value_or_the_line),
        cmocka_unit_test(quoting_cuts_what_is_too_long_but_never_an_escape),
        cmocka_unit_test(without_a_function_events_are_lines_on_stderr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
