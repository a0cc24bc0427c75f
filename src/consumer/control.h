/* SPDX-License-Identifier: MIT
 * The control thread: serves the source of partitions, takes each step that is due, and stops the
 * consumer in order. It never runs a handler. */
#ifndef KF_CONTROL_H
#define KF_CONTROL_H

#include "kaffe.h"

#include <stdbool.h>
#include <stdint.h>

/** Runs until the consumer has stopped. */
void *kf_control_run(void *consumer);

/** One of the two planes reaches its brokers (KAFFE_OK), or does not (KAFFE_TIMED_OUT), or they do
 *  not let it in (KAFFE_DENIED); the log says it once. Any thread. */
enum kf_plane {
    KF_PLANE_GROUP = 1,
    KF_PLANE_FETCH = 2
};
void kf_control_reachable(kaffe_consumer *consumer, enum kf_plane plane, kaffe_status status,
                          const char *why);

#endif
