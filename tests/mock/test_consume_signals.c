/* SPDX-License-Identifier: MIT
 * kaffe_consume and kaffe_read, from their start to the signal that ends them; in a process of its
 * own, which is this program again with arguments. */
#include "kafka_client.h"
#include "recorder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the child ---------------------------------------------------------------------------- */

static kaffe_status tell(const kaffe_message *m, void *ctx)
{
    const char *mode = ctx;
    kaffe_error err;
    kaffe_consumer_options again = { .endpoints = "127.0.0.1:1",
                                     .topics = "signals",
                                     .consumer_group = "second",
                                     .handle_message = tell };
    if (m->offset == 0 && kaffe_consume(&again, &err) != KAFFE_INVALID)
        return kaffe_fail(m, "a second kaffe_consume was not refused");
    char line = (char)('0' + m->offset);
    ssize_t ignored = write(STDOUT_FILENO, &line, 1);
    (void)ignored;
    while (strcmp(mode, "stuck") == 0)
        pause();
    return KAFFE_OK;
}

static int read_only(char **args)
{
    kaffe_error err;
    kaffe_reader_options options = { .endpoints = args[1],
                                     .topics = "signals",
                                     .handle_message = tell,
                                     .ctx = args[3],
                                     .stop_at = strcmp(args[3], "read-up") == 0 ? "end" : NULL,
                                     .max_wait_time_ms = 20 };
    kaffe_status status = kaffe_read(&options, &err);
    if (status != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == KAFFE_OK ? 0 : 1;
}

static int child(char **args)
{
    kaffe_error err;
    kaffe_consumer_options options = { .endpoints = args[1],
                                       .topics = "signals",
                                       .consumer_group = args[2],
                                       .handle_message = tell,
                                       .ctx = args[3],
                                       .start_with_earliest_message = true,
                                       .max_wait_time_ms = 20 };
    kaffe_status status = kaffe_consume(&options, &err);
    if (status != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == KAFFE_OK ? 0 : 1;
}

/* --- the tests ---------------------------------------------------------------------------- */

static int start_broker(void **state)
{
    kaffe_error err;
    *state = kaffe_mock_broker_new("signals:1", &err);
    if (*state)
        recorder_produce(kaffe_mock_broker_endpoints(*state), "signals", 0, 3);
    return *state ? 0 : -1;
}

static int stop_broker(void **state)
{
    kaffe_mock_broker_free(*state);
    return 0;
}

static pid_t start_child(const char *endpoints, const char *group, const char *mode, int *out)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execl("/proc/self/exe", "child", endpoints, group, mode, (char *)NULL);
        _exit(99);
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

static void await_bytes(int out, const char *expected)
{
    char byte;
    for (; *expected; expected++) {
        assert_int_equal(read(out, &byte, 1), 1);
        assert_int_equal(byte, *expected);
    }
}

static int status_of(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void the_first_signal_drains_commits_and_leaves(void **state)
{
    static const int signals[] = { SIGTERM, SIGINT };
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    for (size_t i = 0; i < 2; i++) {
        int out;
        const char *group = signals[i] == SIGTERM ? "term" : "int";
        pid_t pid = start_child(endpoints, group, "quick", &out);
        await_bytes(out, "012");
        kill(pid, signals[i]);
        kill(pid, signals[i]); /* as timeout(1) does: still one */
        assert_int_equal(status_of(pid), 0);
        assert_int_equal(kafka_client_committed(endpoints, group, "signals", 0), 3);
        close(out);
    }
}

static void kaffe_read_ends_at_a_signal_or_at_its_end(void **state)
{
    int out;
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    pid_t pid = start_child(endpoints, "none", "read", &out);
    await_bytes(out, "012");
    kill(pid, SIGINT);
    assert_int_equal(status_of(pid), 0);
    close(out);
    pid = start_child(endpoints, "none", "read-up", &out);
    await_bytes(out, "012");
    assert_int_equal(status_of(pid), 0);
    close(out);
}

/* The handler never returns, so that it can only be the second signal that ends it. */
static void the_second_signal_ends_at_once(void **state)
{
    int out;
    int status;
    const struct timespec moment = { .tv_nsec = 50000000 };
    pid_t pid = start_child(kaffe_mock_broker_endpoints(*state), "twice", "stuck", &out);
    await_bytes(out, "0");
    while (waitpid(pid, &status, WNOHANG) == 0) {
        kill(pid, SIGTERM);
        nanosleep(&moment, NULL);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    close(out);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_signal_drains_commits_and_leaves),
        cmocka_unit_test(the_second_signal_ends_at_once),
        cmocka_unit_test(kaffe_read_ends_at_a_signal_or_at_its_end),
    };
    if (argc == 4)
        return strncmp(argv[3], "read", 4) == 0 ? read_only(argv) : child(argv);
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
