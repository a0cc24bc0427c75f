/* SPDX-License-Identifier: MIT */
#include "demo.h"

#include <stdio.h>
#include <string.h>

static const int64_t patience_ms = 60000; /* the demo ends by itself, whatever happens */

static void check_order(struct cli_demo *demo, const kaffe_message *m)
{
    int64_t *next_offset = &demo->next_offset[m->partition % CLI_DEMO_PARTITIONS];
    if (m->offset != *next_offset)
        atomic_fetch_add(&demo->disordered, 1);
    *next_offset = m->offset + 1;
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct cli_demo *demo = ctx;
    int none = 0;
    if (m->offset == 7 && atomic_compare_exchange_strong(&demo->failed, &none, 1))
        return kaffe_fail(m, "this handler fails once, to show what happens then");
    if (m->attempt > 1)
        printf("handler   partition %d, offset %lld: attempt %d went well\n", m->partition,
               (long long)m->offset, m->attempt);
    check_order(demo, m);
    if (atomic_fetch_add(&demo->handled, 1) + 1 == CLI_DEMO_MESSAGES)
        kaffe_consumer_stop(demo->consumer);
    return KAFFE_OK;
}

static kaffe_status run(const struct cli_demo *demo, kaffe_error *err)
{
    kaffe_status status = kaffe_consumer_start(demo->consumer, err);
    if (status == KAFFE_OK)
        status = kaffe_consumer_wait(demo->consumer, patience_ms, err);
    if (status != KAFFE_OK)
        return status;
    kaffe_consumer_counters counters;
    kaffe_consumer_count(demo->consumer, &counters);
    printf("consumer  handled %lld messages, each partition in its order, in %lld handler calls;\n"
           "          committed all of them, left the group, stopped\n",
           (long long)counters.messages_handled,
           (long long)counters.messages_handled + (long long)counters.failures);
    return KAFFE_OK;
}

kaffe_status cli_demo_consume(struct cli_demo *demo, kaffe_error *err)
{
    const kaffe_consumer_options options = { .endpoints = demo->endpoints,
                                             .topics = demo->topic,
                                             .consumer_group = "kaffe-demo",
                                             .handle_message = handle_message,
                                             .ctx = demo,
                                             .log = cli_demo_log,
                                             .start_with_earliest_message = true };
    demo->consumer = kaffe_consumer_new(&options, err);
    if (!demo->consumer)
        return err->status;
    printf(
        "consumer  joins the group kaffe-demo; the broker gives other members 3 s to join too\n");
    kaffe_status status = run(demo, err);
    kaffe_consumer_free(demo->consumer);
    return status;
}
