/* SPDX-License-Identifier: MIT
 * The demo's two programs, a producer and a consumer, and what they have counted. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "kaffe.h"

#include <stdatomic.h>

#define CLI_DEMO_PARTITIONS 4
#define CLI_DEMO_MESSAGES 100

struct cli_demo {
    const char *endpoints;
    const char *topic;
    kaffe_consumer *consumer;
    int64_t next_offset[CLI_DEMO_PARTITIONS]; /* each is its partition's handler's own */
    atomic_int handled;
    atomic_int failed;
    atomic_int disordered; /* not the offset behind the one before */
};

/* Both tell on stdout what they do. */
kaffe_status cli_demo_produce(const struct cli_demo *demo, kaffe_error *err);
kaffe_status cli_demo_consume(struct cli_demo *demo, kaffe_error *err);

/** A kaffe_log_fn for both: warnings and errors, which is where a handler's failure is told. */
void cli_demo_log(kaffe_log_level level, const char *event, const char *fields, void *ctx);

#endif
