/* SPDX-License-Identifier: MIT
 * stderr as others leave it: nobody reads, nobody is there, it is closed. And as JSON. */
#include "log.h"
#include "log_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int old_stderr;

/* Its writing end becomes stderr. */
static void redirect(int fds[2])
{
    old_stderr = dup(STDERR_FILENO);
    assert_true(old_stderr >= 0);
    assert_int_equal(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
    close(fds[1]);
}

static void put_back(void)
{
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
}

/* More than a pipe or a socket holds, without anybody who reads; it has to return. */
static void fill(void)
{
    const struct kf_log log = { 0 };
    for (int i = 0; i < 5000; i++)
        kf_log(&log, KAFFE_LOG_WARN, "test.happened", "text=\"%0500d\"", i);
}

static void a_pipe_that_nobody_reads_holds_up_nobody(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    redirect(fds);
    fill();
    put_back();
    close(fds[0]);
}

static void a_socket_that_nobody_reads_holds_up_nobody(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    redirect(fds);
    fill();
    put_back();
    close(fds[0]);
}

static void lines_to_a_pipe_are_whole(void **state)
{
    (void)state;
    int fds[2];
    static char all[1 << 20];
    assert_int_equal(pipe(fds), 0);
    redirect(fds);
    fill();
    put_back();
    size_t size = (size_t)read(fds[0], all, sizeof all - 1);
    close(fds[0]);
    assert_true(size > 4096 && all[size - 1] == '\n');
}

/* SIGPIPE would end the test. */
static void a_reader_that_is_gone_ends_nobody(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    redirect(fds);
    close(fds[0]);
    fill();
    put_back();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    redirect(fds);
    close(fds[0]);
    fill();
    put_back();
}

static void what_could_not_be_written_is_told_when_it_can(void **state)
{
    (void)state;
    int fds[2];
    char text[4096] = "";
    struct kf_log log;
    assert_int_equal(pipe(fds), 0);
    redirect(fds);
    assert_true(kf_log_open(&log, NULL, NULL, NULL));
    close(STDERR_FILENO);
    kf_log(&log, KAFFE_LOG_WARN, "test.happened", "n=1");
    dup2(old_stderr, STDERR_FILENO);
    close(fds[0]);
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], STDERR_FILENO);
    close(fds[1]);
    kf_log_flush(&log);
    put_back();
    assert_true(read(fds[0], text, sizeof text - 1) > 0);
    close(fds[0]);
    assert_non_null(strstr(text, "Z warn log.suppressed count=1 events=\"test.happened 1\"\n"));
    kf_log_close(&log);
}

/* Its number may be a connection's by then. */
static void a_stderr_closed_at_first_is_never_written_to(void **state)
{
    (void)state;
    int fds[2];
    char byte;
    struct kf_log log;
    old_stderr = dup(STDERR_FILENO);
    close(STDERR_FILENO);
    bool opened = kf_log_open(&log, NULL, NULL, NULL);
    bool paired = socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0; /* one of them is 2 */
    kf_log(&log, KAFFE_LOG_WARN, "test.happened", "n=1");
    int peer = fds[0] == STDERR_FILENO ? fds[1] : fds[0];
    ssize_t got = recv(peer, &byte, 1, MSG_DONTWAIT);
    put_back();
    close(peer);
    assert_true(opened && paired);
    assert_true(got < 0);
    kf_log_close(&log);
}

static void assert_json(const char *fields, const char *expected)
{
    char out[1024];
    char all[1024];
    size_t size = kf_log_json(out, sizeof out, "T", "warn", "e.f", fields);
    assert_int_equal(size, strlen(out));
    snprintf(all, sizeof all, "{\"time\":\"T\",\"level\":\"warn\",\"event\":\"e.f\"%s}", expected);
    assert_string_equal(out, all);
}

static void fields_become_members(void **state)
{
    (void)state;
    assert_json("", "");
    assert_json("topic=orders partition=3 offset=-1",
                ",\"topic\":\"orders\",\"partition\":3,\"offset\":-1");
    assert_json("lost=no error=\"two words\" n=7",
                ",\"lost\":\"no\",\"error\":\"two words\",\"n\":7");
    assert_json("group=007 id=12345678901234567 empty= quoted=\"5\"",
                ",\"group\":\"007\",\"id\":\"12345678901234567\",\"empty\":\"\",\"quoted\":\"5\"");
}

static void escapes_of_one_form_become_those_of_the_other(void **state)
{
    (void)state;
    assert_json("e=\"say \\\"no\\\" to C:\\\\\"", ",\"e\":\"say \\\"no\\\" to C:\\\\\"");
    assert_json("e=\"two\\x0alines\\x7f\"", ",\"e\":\"two\\u000alines\\u007f\"");
    assert_json("e=\"caf\xc3\xa9 \xf0\x9f\x98\x80\"", ",\"e\":\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
    assert_json(
        "e=\"\xff\xc3\" f=\xed\xa0\x80",
        ",\"e\":\"\xef\xbf\xbd\xef\xbf\xbd\",\"f\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void what_was_cut_is_still_an_object(void **state)
{
    (void)state;
    char out[256];
    char fields[600];
    assert_json("e=\"cut off", ",\"e\":\"cut off\"");
    assert_json("e=\"cut off\\", ",\"e\":\"cut off\\\\\"");
    snprintf(fields, sizeof fields, "a=1 e=\"%0500d\" b=2", 0);
    kf_log_json(out, sizeof out, "T", "warn", "e.f", fields);
    assert_string_equal(out, "{\"time\":\"T\",\"level\":\"warn\",\"event\":\"e.f\",\"a\":1}");
}

static void a_log_says_it_in_json_when_told_to(void **state)
{
    (void)state;
    int fds[2];
    char text[4096] = "";
    struct kf_log log;
    assert_int_equal(pipe(fds), 0);
    redirect(fds);
    assert_true(kf_log_open(&log, NULL, NULL, "json"));
    kf_log(&log, KAFFE_LOG_WARN, "test.happened", "n=1");
    put_back();
    assert_true(read(fds[0], text, sizeof text - 1) > 0);
    close(fds[0]);
    kf_log_close(&log);
    assert_int_equal(strncmp(text, "{\"time\":\"20", 11), 0);
    assert_non_null(strstr(text, "Z\",\"level\":\"warn\",\"event\":\"test.happened\",\"n\":1}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_that_nobody_reads_holds_up_nobody),
        cmocka_unit_test(a_socket_that_nobody_reads_holds_up_nobody),
        cmocka_unit_test(lines_to_a_pipe_are_whole),
        cmocka_unit_test(a_reader_that_is_gone_ends_nobody),
        cmocka_unit_test(what_could_not_be_written_is_told_when_it_can),
        cmocka_unit_test(a_stderr_closed_at_first_is_never_written_to),
        cmocka_unit_test(fields_become_members),
        cmocka_unit_test(escapes_of_one_form_become_those_of_the_other),
        cmocka_unit_test(what_was_cut_is_still_an_object),
        cmocka_unit_test(a_log_says_it_in_json_when_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
