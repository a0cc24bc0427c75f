/* SPDX-License-Identifier: MIT */
#include "sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void kf_sockets_init(struct kf_sockets *sockets)
{
    *sockets = (struct kf_sockets){ 0 };
    pthread_mutex_init(&sockets->lock, NULL);
}

void kf_sockets_fini(struct kf_sockets *sockets)
{
    pthread_mutex_destroy(&sockets->lock);
    free(sockets->items);
}

static bool make_room_locked(struct kf_sockets *sockets)
{
    if (sockets->count < sockets->capacity)
        return true;
    size_t capacity = sockets->capacity ? sockets->capacity * 2 : 8;
    int *items = realloc(sockets->items, capacity * sizeof *items);
    if (!items)
        return false;
    sockets->items = items;
    sockets->capacity = capacity;
    return true;
}

static int open_locked(struct kf_sockets *sockets, int domain, int type, int protocol)
{
    if (sockets->cut || !make_room_locked(sockets)) {
        errno = sockets->cut ? ENETDOWN : ENOMEM;
        return -1;
    }
    int opened = socket(domain, type | SOCK_CLOEXEC, protocol);
    if (opened >= 0)
        sockets->items[sockets->count++] = opened;
    return opened;
}

int kf_sockets_open(struct kf_sockets *sockets, int domain, int type, int protocol)
{
    pthread_mutex_lock(&sockets->lock);
    int opened = open_locked(sockets, domain, type, protocol);
    pthread_mutex_unlock(&sockets->lock);
    return opened;
}

/* Under the lock: the number may be somebody else's as soon as it is closed. */
int kf_sockets_close(struct kf_sockets *sockets, int socket)
{
    pthread_mutex_lock(&sockets->lock);
    size_t at = 0;
    while (at < sockets->count && sockets->items[at] != socket)
        at++;
    if (at < sockets->count)
        sockets->items[at] = sockets->items[--sockets->count];
    int failed = close(socket);
    pthread_mutex_unlock(&sockets->lock);
    return failed;
}

void kf_sockets_cut(struct kf_sockets *sockets)
{
    pthread_mutex_lock(&sockets->lock);
    sockets->cut = true;
    for (size_t i = 0; i < sockets->count; i++)
        shutdown(sockets->items[i], SHUT_RDWR);
    pthread_mutex_unlock(&sockets->lock);
}
