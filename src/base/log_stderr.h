/* SPDX-License-Identifier: MIT
 * Lines to stderr that wait for nobody: who reads it may be stuck or gone. */
#ifndef KF_LOG_STDERR_H
#define KF_LOG_STDERR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** What stderr is: S_IFIFO, S_IFSOCK, ...; 0: closed. */
mode_t kf_stderr_kind(void);

/**
 * Never waits, never raises SIGPIPE.
 * @param line  with its newline, at most PIPE_BUF bytes
 * @param was   what it was when its owner began: a number that was closed then, or that is a socket
 *              only now, belongs to somebody else
 * @return false: not written
 */
bool kf_stderr_write(const char *line, size_t size, mode_t was);

#endif
