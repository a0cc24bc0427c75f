/* SPDX-License-Identifier: MIT */
#include "process_notices.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A name of the kernel's choice, in the abstract name space: there is no file to clean up. */
static bool find_name(struct kf_notices *notices)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t size = sizeof address.sun_family;
    const int on = 1;
    if (setsockopt(notices->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
        bind(notices->fd, (struct sockaddr *)&address, size) != 0)
        return false;
    size = sizeof address;
    if (getsockname(notices->fd, (struct sockaddr *)&address, &size) != 0)
        return false;
    int name_size = (int)(size - offsetof(struct sockaddr_un, sun_path)) - 1;
    snprintf(notices->name, sizeof notices->name, "@%.*s", name_size, address.sun_path + 1);
    return true;
}

bool kf_notices_open(struct kf_notices *notices)
{
    notices->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (notices->fd >= 0 && find_name(notices))
        return true;
    int why = errno;
    kf_notices_close(notices);
    errno = why;
    return false;
}

void kf_notices_close(struct kf_notices *notices)
{
    if (notices->fd >= 0)
        close(notices->fd);
    notices->fd = -1;
}

static pid_t sender_of(struct msghdr *message)
{
    struct ucred sender = { 0 };
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS)
            memcpy(&sender, CMSG_DATA(part), sizeof sender);
    return sender.pid;
}

pid_t kf_notices_next(const struct kf_notices *notices, char *lines, size_t lines_size)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec into = { .iov_base = lines, .iov_len = lines_size - 1 };
    struct msghdr message = {
        .msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    ssize_t size = recvmsg(notices->fd, &message, MSG_CMSG_CLOEXEC);
    if (size < 0)
        return 0;
    lines[size] = '\0';
    return sender_of(&message);
}

bool kf_notices_say(const char *lines, const char *line)
{
    size_t size = strlen(line);
    while (*lines) {
        size_t here = strcspn(lines, "\n");
        if (here == size && memcmp(lines, line, size) == 0)
            return true;
        lines += here + (lines[here] == '\n');
    }
    return false;
}
