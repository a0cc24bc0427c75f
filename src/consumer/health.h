/* SPDX-License-Identifier: MIT
 * Why a consumer is not well, for kaffe_consumer_health: a cause for each part that can tell, kept
 * as the error that a caller gets. A cause is a reason to start the process again; what heals by
 * itself is none. Threads: any; the lock is a leaf, and nobody waits inside it. */
#ifndef KF_HEALTH_H
#define KF_HEALTH_H

#include "kaffe.h"

#include <pthread.h>

/* The first that is there is told. */
enum kf_health_cause {
    KF_HEALTH_END, /* not started, failed, stopped; stays for good */
    KF_HEALTH_HANDLER, /* overdue */
    KF_HEALTH_WORKER_OPEN, /* overdue */
    KF_HEALTH_ACK, /* overdue */
    KF_HEALTH_CAUSES
};

struct kf_health {
    pthread_mutex_t lock;
    kaffe_error causes[KF_HEALTH_CAUSES]; /* KAFFE_OK: there is none */
};

/** @return 0 or an errno value */
int kf_health_init(struct kf_health *health);
void kf_health_fini(struct kf_health *health);

/** It has been started. */
void kf_health_begin(struct kf_health *health);
/** It ends; the first end counts. */
void kf_health_end(struct kf_health *health, const kaffe_error *err);
/** @param err  NULL: that is over */
void kf_health_set(struct kf_health *health, enum kf_health_cause cause, const kaffe_error *err);

#endif
