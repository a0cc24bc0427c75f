/* SPDX-License-Identifier: MIT */
#include "token_command.h"

#include "clock.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals as a program expects them: this thread blocks all of them. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &usual);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETPGROUP);
}

/** @return 0, or why it can not be started */
static int start(const char *command, int out_fd, pid_t *pid)
{
    char shell[] = "sh";
    char flag[] = "-c";
    char *text = strdup(command);
    char *const argv[] = { shell, flag, text, NULL };
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    if (!text)
        return ENOMEM;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    set_attributes(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
    int failed = posix_spawn(pid, "/bin/sh", &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    free(text);
    return failed;
}

/** Reads until the end. @return KAFFE_TIMED_OUT, KAFFE_QUEUE_FULL: longer than out_size */
static kaffe_status read_all(int fd, int64_t deadline_ms, char *out, size_t out_size, size_t *size)
{
    *size = 0;
    for (;;) {
        int64_t left_ms = deadline_ms - kf_clock_ms();
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) == 0)
            return KAFFE_TIMED_OUT;
        if (*size == out_size)
            return KAFFE_QUEUE_FULL;
        ssize_t got = read(fd, out + *size, out_size - *size);
        if (got == 0)
            return KAFFE_OK;
        if (got > 0)
            *size += (size_t)got;
        else if (errno != EINTR)
            return KAFFE_FAILED;
    }
}

/* Whoever ignores SIGCHLD has no exit statuses: then what was printed has to speak. */
static kaffe_status check_status(pid_t pid, kaffe_error *err)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return kf_error_ok(err);
    if (WIFSIGNALED(status))
        return kf_error_set(err, KAFFE_FAILED, "is ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return kf_error_set(err, KAFFE_FAILED, "exits with status %d", WEXITSTATUS(status));
    return kf_error_ok(err);
}

kaffe_status kf_token_command_run(const char *command, int timeout_ms, char *out, size_t out_size,
                                  size_t *size, kaffe_error *err)
{
    pid_t pid;
    int ends[2];
    int64_t deadline_ms = kf_clock_ms() + timeout_ms;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return kf_error_set(err, KAFFE_FAILED, "can not be run: %s", strerrordesc_np(errno));
    int failed = start(command, ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        return kf_error_set(err, KAFFE_FAILED, "can not be run: %s", strerrordesc_np(failed));
    }
    kaffe_status status = read_all(ends[0], deadline_ms, out, out_size, size);
    close(ends[0]);
    if (status != KAFFE_OK) /* what it has started, too */
        kill(-pid, SIGKILL);
    kaffe_status ended = check_status(pid, err);
    if (status == KAFFE_TIMED_OUT)
        return kf_error_set(err, KAFFE_TIMED_OUT, "does not end within %d ms", timeout_ms);
    if (status != KAFFE_OK)
        return kf_error_set(err, KAFFE_FAILED, "prints more than %zu bytes", out_size);
    return ended;
}
