/* SPDX-License-Identifier: MIT
 * The descriptor is shared with other processes, so it is not made non-blocking: each write is. */
#include "log_stderr.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

mode_t kf_stderr_kind(void)
{
    struct stat status;
    return fstat(STDERR_FILENO, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

static bool has_room(void)
{
    struct pollfd stderr_now = { .fd = STDERR_FILENO, .events = POLLOUT };
    return poll(&stderr_now, 1, 0) == 1 && (stderr_now.revents & POLLOUT);
}

/* Kernels that can not say "now or never" to a pipe: it has room for PIPE_BUF bytes, or not. */
static ssize_t write_now(const char *line, size_t size)
{
    const struct iovec piece = { .iov_base = (void *)(uintptr_t)line, .iov_len = size };
    ssize_t written = pwritev2(STDERR_FILENO, &piece, 1, -1, RWF_NOWAIT);
    if (written >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL))
        return written;
    return has_room() ? write(STDERR_FILENO, line, size) : -1;
}

static ssize_t write_somehow(const char *line, size_t size, mode_t kind)
{
    if (kind == S_IFSOCK)
        return send(STDERR_FILENO, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (kind == S_IFIFO)
        return write_now(line, size);
    if (kind == S_IFREG)
        return write(STDERR_FILENO, line, size);
    return has_room() ? write(STDERR_FILENO, line, size) : -1;
}

/* One that this write has raised is taken back; one that was there before stays. */
static void take_back_sigpipe(const sigset_t *sigpipe)
{
    const struct timespec at_once = { 0, 0 };
    while (sigtimedwait(sigpipe, NULL, &at_once) < 0 && errno == EINTR)
        continue;
}

bool kf_stderr_write(const char *line, size_t size, mode_t was)
{
    mode_t kind = kf_stderr_kind();
    sigset_t sigpipe;
    sigset_t pending;
    sigset_t before;
    if (was == 0 || kind == 0 || (kind == S_IFSOCK && was != S_IFSOCK))
        return false;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    ssize_t written = write_somehow(line, size, kind);
    if (written < 0 && errno == EPIPE && !sigismember(&pending, SIGPIPE))
        take_back_sigpipe(&sigpipe);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return written == (ssize_t)size;
}
