/* SPDX-License-Identifier: MIT
 * A member of a consumer group behind a slow handler, which ends when it has handled so many
 * messages, and then says how much memory it has had resident at most.
 *
 * memory_member ENDPOINTS TOPIC MEMORY_LIMIT_BYTES COUNT HANDLER_US message|messages */
#include "kaffe.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct member {
    kaffe_consumer *consumer;
    useconds_t handler_us;
    long long count;
    atomic_llong handled;
    atomic_llong bytes_seen;
};

static long long resident_at_most_kib(void)
{
    char line[256];
    long long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoll(line + 6, NULL, 10);
    if (status)
        fclose(status);
    return kib;
}

/* All of it is looked at, as a real handler would. */
static void look_at(struct member *member, const kaffe_message *m)
{
    const unsigned char *bytes = m->value.data;
    long long sum = 0;
    for (size_t i = 0; i < m->value.size; i++)
        sum += bytes[i];
    atomic_fetch_add(&member->bytes_seen, sum);
}

static void handled(struct member *member, long long count)
{
    usleep(member->handler_us);
    if (atomic_fetch_add(&member->handled, count) + count >= member->count)
        kaffe_consumer_stop(member->consumer);
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    look_at(ctx, m);
    handled(ctx, 1);
    return KAFFE_OK;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    for (size_t i = 0; i < kaffe_batch_count(batch); i++)
        look_at(ctx, kaffe_batch_at(batch, i));
    handled(ctx, (long long)kaffe_batch_count(batch));
    return KAFFE_OK;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 64;
    struct member member = { .handler_us = (useconds_t)strtoll(argv[5], NULL, 10),
                             .count = strtoll(argv[4], NULL, 10) };
    kaffe_consumer_options options = { .endpoints = argv[1],
                                       .topics = argv[2],
                                       .consumer_group = argv[2],
                                       .ctx = &member,
                                       .start_with_earliest_message = true,
                                       .memory_limit_bytes = strtoll(argv[3], NULL, 10) };
    if (strcmp(argv[6], "messages") == 0)
        options.handle_messages = handle_messages;
    else
        options.handle_message = handle_message;
    kaffe_error err;
    kaffe_consumer_counters counters;
    member.consumer = kaffe_consumer_new(&options, &err);
    if (member.consumer && kaffe_consumer_start(member.consumer, &err) == KAFFE_OK &&
        kaffe_consumer_wait(member.consumer, 100000, &err) == KAFFE_OK) {
        kaffe_consumer_count(member.consumer, &counters);
        printf("handled=%lld resident_kib=%lld memory_waits=%lld\n",
               (long long)atomic_load(&member.handled), resident_at_most_kib(),
               (long long)counters.memory_waits);
    }
    if (err.status != KAFFE_OK)
        fprintf(stderr, "memory_member: %s\n", err.message);
    kaffe_consumer_free(member.consumer);
    return err.status != KAFFE_OK;
}
