/* SPDX-License-Identifier: MIT
 * A producer for the topic "orders" on a mock cluster of its own, the events it logged, and what it
 * told of records. */
#ifndef WATCHED_PRODUCER_H
#define WATCHED_PRODUCER_H

#include "kaffe.h"
#include "mock_cluster.h"

#include <stdatomic.h>

struct watch {
    struct mock_cluster mock;
    atomic_int unreachable;
    atomic_int reachable;
    atomic_int renewed;
    atomic_int unwritten; /* record.unwritten */
    atomic_int closed_with_3; /* producer.closed unwritten=3 */
};

/* cmocka's set-up and tear-down: *state is a struct watch. */
int watch_start(void **state);
int watch_stop(void **state);

kaffe_producer *watched_producer_new(struct watch *watch, int64_t delivery_timeout_ms,
                                     int64_t shutdown_timeout_ms);

struct told {
    atomic_int count;
    _Atomic kaffe_status status;
};

/** A kaffe_delivery_fn whose ctx is a struct told. */
void note_told(const kaffe_result *result, void *ctx);

#endif
