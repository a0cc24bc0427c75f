/* SPDX-License-Identifier: MIT
 * on_handler_timeout exit: the process ends with a status of its own, and says which message it
 * was; also when the log itself hangs. In a process of its own, this program with arguments. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the child ---------------------------------------------------------------------------- */

static kaffe_status hang(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    if (m->offset < 2)
        return KAFFE_OK;
    for (;;)
        pause();
}

static void hang_with_the_line(kaffe_log_level level, const char *event, const char *fields,
                               void *ctx)
{
    (void)level;
    (void)fields;
    (void)ctx;
    if (strcmp(event, "handler.overdue") == 0)
        for (;;)
            pause();
}

static int child(char **args)
{
    kaffe_error err;
    kaffe_consumer_options options = { .endpoints = args[1],
                                       .topics = "hanging",
                                       .consumer_group = args[2],
                                       .handle_message = hang,
                                       .start_with_earliest_message = true,
                                       .max_wait_time_ms = 20,
                                       .handler_timeout_ms = 300,
                                       .on_handler_timeout = "exit" };
    if (strcmp(args[2], "log-hangs") == 0)
        options.log = hang_with_the_line;
    kaffe_status status = kaffe_consume(&options, &err);
    return status == KAFFE_OK ? 0 : 1;
}

/* --- the tests ---------------------------------------------------------------------------- */

static int start_broker(void **state)
{
    int failed = recorder_start_broker(state, "hanging:1");
    if (!failed)
        recorder_produce(kaffe_mock_broker_endpoints(*state), "hanging", 0, 3);
    return failed;
}

/* @return its exit status; what it wrote to stderr is in text */
static int run_child(const char *endpoints, const char *mode, char *text, size_t text_size)
{
    int ends[2];
    int status;
    size_t used = 0;
    ssize_t more;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        execl("/proc/self/exe", "child", endpoints, mode, (char *)NULL);
        _exit(99);
    }
    close(ends[1]);
    while ((more = read(ends[0], text + used, text_size - 1 - used)) > 0)
        used += (size_t)more;
    text[used] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void the_process_ends_with_its_own_status_and_names_the_message(void **state)
{
    char text[8192];
    int status = run_child(kaffe_mock_broker_endpoints(*state), "hangs", text, sizeof text);
    assert_int_equal(status, KAFFE_EXIT_HANDLER_TIMEOUT);
    const char *line = strstr(text, "handler.overdue topic=hanging partition=0 offset=2 age_ms=");
    assert_non_null(line);
    assert_non_null(strstr(line, "action=exit\n"));
    assert_null(strstr(line, "\n2")); /* it was the last one */
}

static void it_ends_also_when_the_log_hangs(void **state)
{
    char text[8192];
    int status = run_child(kaffe_mock_broker_endpoints(*state), "log-hangs", text, sizeof text);
    assert_int_equal(status, KAFFE_EXIT_HANDLER_TIMEOUT);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_process_ends_with_its_own_status_and_names_the_message),
        cmocka_unit_test(it_ends_also_when_the_log_hangs),
    };
    if (argc == 3)
        return child(argv);
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
