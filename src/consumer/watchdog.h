/* SPDX-License-Identifier: MIT
 * Handler calls that run longer than handler_timeout_ms: seen from the control thread, by looks at
 * what each partition has in hand; reported, and, if on_handler_timeout says so, the end of the
 * process. While the consumer stops, shutdown_timeout_ms is what counts, and nothing is ended. */
#ifndef KF_WATCHDOG_H
#define KF_WATCHDOG_H

#include "handler_watch.h"
#include "kaffe.h"

#include <stdatomic.h>
#include <stdint.h>

struct kf_partition;

struct kf_watchdog {
    /* Counted by workers: the first look for a worker_open that hangs. */
    _Atomic int64_t opens_begun;
    _Atomic int64_t opens_ended;
    /* The control thread. */
    struct kf_handler_watch opens;
    int64_t next_ms;
    int64_t said_ms; /* the longest call's age when calls were told of last */
};

/** Looks, if it is time to. Control thread, also while it waits for handlers.
 *  @return when to come again */
int64_t kf_watchdog_step(kaffe_consumer *consumer, int64_t now_ms);

/** Its task has stopped, and it is about to be freed. Control thread. */
void kf_watchdog_forget(kaffe_consumer *consumer, struct kf_partition *partition);

#endif
