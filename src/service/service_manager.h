/* SPDX-License-Identifier: MIT
 * What systemd is told, by the protocol of sd_notify(3): a datagram of NAME=VALUE lines to the
 * socket that NOTIFY_SOCKET names. Without it, nothing is told. */
#ifndef KF_SERVICE_MANAGER_H
#define KF_SERVICE_MANAGER_H

#include "kaffe.h"

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct kf_service_manager {
    int fd; /* -1: nobody listens */
    int64_t watchdog_ms; /* a WATCHDOG=1 is due this often; 0: nobody waits for one */
    struct sockaddr_un address;
    socklen_t address_size;
};

/* What the environment says; each may be NULL. */
struct kf_service_environment {
    const char *socket; /* NOTIFY_SOCKET: "/run/...", or "@..." in the abstract name space */
    const char *watchdog_usec; /* WATCHDOG_USEC: the most that may be between two signs of life */
    const char *watchdog_pid; /* WATCHDOG_PID: whose; NULL: anyone's */
};

void kf_service_manager_open(struct kf_service_manager *manager,
                             const struct kf_service_environment *environment);
void kf_service_manager_close(struct kf_service_manager *manager);

/** Sends lines, "READY=1\nSTATUS=...". One that can not be sent within a second is lost. */
void kf_service_manager_tell(const struct kf_service_manager *manager, const char *lines, ...)
    KAFFE_PRINTF(2, 3);

#endif
