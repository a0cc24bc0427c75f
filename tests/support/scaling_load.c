/* SPDX-License-Identifier: MIT */
#include "scaling_load.h"

#include "kaffe.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RECORDS_PER_PARTITION 2 /* in a round */

static const struct timespec between_rounds = { 0, 20000000 };

struct scaling_load {
    pthread_t thread;
    atomic_bool stop;
    kaffe_producer *producer;
    const char *topic;
    int64_t next_id;
    struct scaling_ledger ledger;
};

static void require(bool good, const char *what, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "scaling load: %s: %s\n", what, why);
    abort();
}

static void produce_round(struct scaling_load *load, kaffe_record *records, kaffe_result *results,
                          size_t count)
{
    kaffe_error err;
    char(*values)[24] = calloc(count, sizeof *values);
    require(values != NULL, "round", "out of memory");
    for (size_t i = 0; i < count; i++) {
        snprintf(values[i], sizeof values[i], "%lld", (long long)load->next_id + (long long)i);
        records[i] = (kaffe_record){ .value = kaffe_text(values[i]) };
    }
    kaffe_status status = kaffe_produce_batch(load->producer, load->topic, KAFFE_ANY_PARTITION,
                                              records, count, results, &err);
    require(status == KAFFE_OK, "produce", err.message);
    for (size_t i = 0; i < count; i++)
        scaling_ledger_add(&load->ledger, results[i].partition, results[i].offset, load->next_id++);
    free(values);
}

static void *produce(void *arg)
{
    struct scaling_load *load = arg;
    size_t count = (size_t)load->ledger.partition_count * RECORDS_PER_PARTITION;
    kaffe_record *records = calloc(count, sizeof *records);
    kaffe_result *results = calloc(count, sizeof *results);
    require(records && results, "load", "out of memory");
    while (!atomic_load(&load->stop)) {
        produce_round(load, records, results, count);
        nanosleep(&between_rounds, NULL);
    }
    free(records);
    free(results);
    return NULL;
}

struct scaling_load *scaling_load_start(const char *endpoints, const char *topic,
                                        int32_t partition_count)
{
    kaffe_error err;
    struct scaling_load *load = calloc(1, sizeof *load);
    require(load != NULL, "load", "out of memory");
    kaffe_producer_options options = { .endpoints = endpoints,
                                       .partition_strategy = kaffe_partition_round_robin };
    load->topic = topic;
    scaling_ledger_init(&load->ledger, partition_count);
    load->producer = kaffe_producer_new(&options, &err);
    require(load->producer != NULL, "producer", err.message);
    require(pthread_create(&load->thread, NULL, produce, load) == 0, "thread", "none to be had");
    return load;
}

struct scaling_ledger scaling_load_stop(struct scaling_load *load)
{
    atomic_store(&load->stop, true);
    pthread_join(load->thread, NULL);
    kaffe_producer_free(load->producer);
    struct scaling_ledger ledger = load->ledger;
    free(load);
    return ledger;
}
