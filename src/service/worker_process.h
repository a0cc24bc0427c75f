/* SPDX-License-Identifier: MIT
 * How a process starts another one of the same program: the memory and the words that both know. */
#ifndef KF_WORKER_PROCESS_H
#define KF_WORKER_PROCESS_H

#include "crash_ledger.h"

#include <signal.h>
#include <sys/types.h>

/* The most worker processes of one that starts them. */
#define KF_PROCESSES_MAX 64

/* "FD NUMBER PARENT": a descriptor of the ledger, which worker process this is, who started it. */
#define KF_WORKER_VARIABLE "KAFFE_WORKER_PROCESS"

struct kf_birth {
    const char *const *arguments; /* argv of the same program, ended by NULL */
    int ledger_fd;
    int32_t number; /* from 1 */
    const char *notify_socket; /* what its NOTIFY_SOCKET is */
    const sigset_t *blocked; /* signals */
};

/** Starts it, in a process group of its own, so that a terminal's signals reach the one that starts
 *  it alone. @return its id; -1: errno says why not */
pid_t kf_worker_process_start(const struct kf_birth *birth);

#endif
