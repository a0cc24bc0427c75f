/* SPDX-License-Identifier: MIT */
#include "service_manager.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* @return false: it is no path and no abstract name, or too long for one */
static bool read_address(struct kf_service_manager *manager, const char *name)
{
    size_t size = name ? strlen(name) : 0;
    if (size < 2 || size >= sizeof manager->address.sun_path || (*name != '/' && *name != '@'))
        return false;
    manager->address.sun_family = AF_UNIX;
    memcpy(manager->address.sun_path, name, size);
    if (*name == '@')
        manager->address.sun_path[0] = '\0';
    manager->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    return true;
}

/* Half of what is allowed, as sd_watchdog_enabled(3) advises. */
static int64_t watchdog_of(const struct kf_service_environment *environment)
{
    char *end;
    if (!environment->watchdog_usec)
        return 0;
    if (environment->watchdog_pid && strtoll(environment->watchdog_pid, NULL, 10) != getpid())
        return 0;
    errno = 0;
    long long usec = strtoll(environment->watchdog_usec, &end, 10);
    if (errno != 0 || *end != '\0' || usec < 2000)
        return 0;
    return usec / 2000;
}

void kf_service_manager_open(struct kf_service_manager *manager,
                             const struct kf_service_environment *environment)
{
    const struct timeval patience = { .tv_sec = 1 };
    *manager = (struct kf_service_manager){ .fd = -1 };
    if (!read_address(manager, environment->socket))
        return;
    manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (manager->fd < 0)
        return;
    setsockopt(manager->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    manager->watchdog_ms = watchdog_of(environment);
}

void kf_service_manager_close(struct kf_service_manager *manager)
{
    if (manager->fd >= 0)
        close(manager->fd);
    manager->fd = -1;
}

void kf_service_manager_tell(const struct kf_service_manager *manager, const char *lines, ...)
{
    char text[512];
    va_list args;
    if (manager->fd < 0)
        return;
    va_start(args, lines);
    vsnprintf(text, sizeof text, lines, args);
    va_end(args);
    ssize_t ignored = sendto(manager->fd, text, strlen(text), MSG_NOSIGNAL,
                             (const struct sockaddr *)&manager->address, manager->address_size);
    (void)ignored;
}
