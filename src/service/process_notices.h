/* SPDX-License-Identifier: MIT
 * What worker processes tell the one that starts them, by the protocol of sd_notify(3): to each of
 * them it is what systemd is to a service. */
#ifndef KF_PROCESS_NOTICES_H
#define KF_PROCESS_NOTICES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct kf_notices {
    int fd;
    char name[64]; /* for NOTIFY_SOCKET */
};

/** @return false: errno says why not */
bool kf_notices_open(struct kf_notices *notices);
void kf_notices_close(struct kf_notices *notices);

/** The next one, without waiting. @return who sent it; 0: there is none */
pid_t kf_notices_next(const struct kf_notices *notices, char *lines, size_t lines_size);

/** Is "READY=1" one of the lines? */
bool kf_notices_say(const char *lines, const char *line);

#endif
