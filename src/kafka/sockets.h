/* SPDX-License-Identifier: MIT
 * librdkafka's sockets, known by us so that they can be cut: it does not end before every request
 * that it has sent was answered or timed out, and a hung broker would keep it for a minute.
 * For the sources of this folder only. */
#ifndef KF_SOCKETS_H
#define KF_SOCKETS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct kf_sockets {
    pthread_mutex_t lock; /* guards all below */
    int *items;
    size_t count;
    size_t capacity;
    bool cut;
};

void kf_sockets_init(struct kf_sockets *sockets);
/** All are closed. */
void kf_sockets_fini(struct kf_sockets *sockets);

/** @return the descriptor, or -1 with errno: after a cut, always */
int kf_sockets_open(struct kf_sockets *sockets, int domain, int type, int protocol);
int kf_sockets_close(struct kf_sockets *sockets, int socket);
/** Ends all connections, and there will be no new one. Any thread. */
void kf_sockets_cut(struct kf_sockets *sockets);

#endif
