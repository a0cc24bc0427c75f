/* SPDX-License-Identifier: MIT */
#include "watched_producer.h"

#include <stdlib.h>
#include <string.h>

int watch_start(void **state)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return -1;
    mock_cluster_start(&watch->mock);
    mock_cluster_create(&watch->mock, "orders", 1);
    *state = watch;
    return 0;
}

int watch_stop(void **state)
{
    struct watch *watch = *state;
    mock_cluster_stop(&watch->mock);
    free(watch);
    return 0;
}

static void on_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct watch *watch = ctx;
    (void)level;
    watch->unreachable += strcmp(event, "producer.unreachable") == 0;
    watch->reachable += strcmp(event, "producer.reachable") == 0;
    watch->renewed += strcmp(event, "producer.renewed") == 0;
    watch->unwritten += strcmp(event, "record.unwritten") == 0;
    watch->closed_with_3 +=
        strcmp(event, "producer.closed") == 0 && strcmp(fields, "unwritten=3") == 0;
}

kaffe_producer *watched_producer_new(struct watch *watch, int64_t delivery_timeout_ms,
                                     int64_t shutdown_timeout_ms)
{
    const kaffe_producer_options options = { .endpoints = watch->mock.endpoints,
                                             .topics = "orders",
                                             .log = on_log,
                                             .log_ctx = watch,
                                             .delivery_timeout_ms = delivery_timeout_ms,
                                             .shutdown_timeout_ms = shutdown_timeout_ms };
    kaffe_producer *producer = kaffe_producer_new(&options, NULL);
    if (!producer)
        abort();
    return producer;
}

void note_told(const kaffe_result *result, void *ctx)
{
    struct told *told = ctx;
    atomic_store(&told->status, result->status);
    atomic_fetch_add(&told->count, 1);
}
