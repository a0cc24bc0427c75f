/* SPDX-License-Identifier: MIT */
#include "demo.h"

#include <stdio.h>

static kaffe_status produce_all(kaffe_producer *producer, kaffe_result *results, kaffe_error *err)
{
    char keys[CLI_DEMO_MESSAGES][16];
    char values[CLI_DEMO_MESSAGES][32];
    kaffe_record records[CLI_DEMO_MESSAGES] = { 0 };
    for (int i = 0; i < CLI_DEMO_MESSAGES; i++) {
        snprintf(keys[i], sizeof keys[i], "guest-%d", i);
        snprintf(values[i], sizeof values[i], "hello, guest %d", i);
        records[i].key = kaffe_text(keys[i]);
        records[i].value = kaffe_text(values[i]);
    }
    return kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, CLI_DEMO_MESSAGES,
                               results, err);
}

static void tell(const kaffe_result *results)
{
    int counts[CLI_DEMO_PARTITIONS] = { 0 };
    for (int i = 0; i < CLI_DEMO_MESSAGES; i++)
        counts[results[i].partition % CLI_DEMO_PARTITIONS]++;
    printf("producer  wrote %d messages, each acknowledged; by the MD5 of their keys they went to\n"
           "          partition 0: %d, 1: %d, 2: %d, 3: %d\n",
           CLI_DEMO_MESSAGES, counts[0], counts[1], counts[2], counts[3]);
}

kaffe_status cli_demo_produce(const struct cli_demo *demo, kaffe_error *err)
{
    kaffe_result results[CLI_DEMO_MESSAGES];
    const kaffe_producer_options options = { .endpoints = demo->endpoints,
                                             .topics = demo->topic,
                                             .log = cli_demo_log };
    kaffe_producer *producer = kaffe_producer_new(&options, err);
    if (!producer)
        return err->status;
    kaffe_status status = produce_all(producer, results, err);
    if (status == KAFFE_OK)
        tell(results);
    kaffe_producer_free(producer);
    return status;
}
