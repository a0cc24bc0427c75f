/* SPDX-License-Identifier: MIT
 * What the process that starts worker processes knows of them. One thread has all of it. */
#ifndef KF_PROCESSES_H
#define KF_PROCESSES_H

#include "kaffe_service.h"
#include "log.h"
#include "process_notices.h"
#include "restarts.h"
#include "service_manager.h"
#include "worker_process.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct kf_process {
    pid_t id; /* 0: it does not run */
    bool ready; /* it has said so */
    bool told; /* to end */
    bool outdated; /* it is to be replaced */
    int64_t started_ms;
    int64_t start_ms; /* when it is started next; INT64_MAX: never */
    int64_t kill_ms; /* told, and out of patience then */
    struct kf_restarts restarts;
};

struct kf_processes {
    kaffe_processes_options given; /* as the caller, or its reload, has said them */
    kaffe_processes_options options; /* complete */
    struct kf_log log;
    struct kf_ledger *ledger; /* of KF_PROCESSES_MAX */
    int ledger_fd;
    int signal_fd;
    sigset_t blocked_before;
    struct kf_notices notices;
    struct kf_service_manager manager;
    struct kf_process all[KF_PROCESSES_MAX];
    int64_t alive_due_ms; /* the next WATCHDOG=1 */
    int64_t first_stop_ms; /* when the first signal came; 0: none did */
    bool ready; /* all are, and that was told */
    bool stopping;
    kaffe_error failure; /* why it stops; KAFFE_OK: it was told to */
};

/* What happens to one of them: process_life.c. */

/** Starts it, or says when to try again. */
void kf_process_start(struct kf_processes *processes, size_t index, int64_t now_ms);
/** SIGTERM, and by shutdown_timeout_ms SIGKILL. */
void kf_process_tell_to_end(struct kf_processes *processes, size_t index, int64_t now_ms);
/** It has ended, with what waitpid says. */
void kf_process_ended(struct kf_processes *processes, size_t index, int wait_status,
                      int64_t now_ms);

#endif
