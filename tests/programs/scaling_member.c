/* SPDX-License-Identifier: MIT
 * A member of a consumer group that writes down what it handles, with kaffe.h alone: a line for
 * each message and each partition that comes or goes, in the file before the handler returns, so
 * that not even SIGKILL makes it forget. Ends by SIGTERM.
 *
 * scaling_member ENDPOINTS GROUP TOPIC RECORD roundrobin|range message|messages [INSTANCE_ID] */
#include "kaffe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 96
#define BATCH_MAX 100

struct member {
    int record;
    int pid;
};

static size_t put_line(const struct member *member, char *line, char kind, int32_t partition,
                       int64_t offset, long long id)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long at_ns = now.tv_sec * 1000000000LL + now.tv_nsec;
    return (size_t)snprintf(line, LINE_SIZE, "%c %d %lld %lld %lld %d\n", kind, partition,
                            (long long)offset, id, at_ns, member->pid);
}

static void write_down(const struct member *member, const char *lines, size_t size)
{
    if (write(member->record, lines, size) != (ssize_t)size)
        abort();
}

static long long id_of(const kaffe_message *m)
{
    char text[24] = "";
    if (m->value.data && m->value.size < sizeof text)
        memcpy(text, m->value.data, m->value.size);
    return text[0] ? strtoll(text, NULL, 10) : -1;
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    char line[LINE_SIZE];
    write_down(ctx, line, put_line(ctx, line, 'h', m->partition, m->offset, id_of(m)));
    return KAFFE_OK;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    char lines[BATCH_MAX * LINE_SIZE];
    size_t size = 0;
    for (size_t i = 0; i < kaffe_batch_count(batch); i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        size += put_line(ctx, lines + size, 'h', m->partition, m->offset, id_of(m));
    }
    write_down(ctx, lines, size);
    return KAFFE_OK;
}

static void assigned(const char *topic, int32_t partition, void *ctx)
{
    char line[LINE_SIZE];
    (void)topic;
    write_down(ctx, line, put_line(ctx, line, '+', partition, -1, -1));
}

static void revoked(const char *topic, int32_t partition, void *ctx)
{
    char line[LINE_SIZE];
    (void)topic;
    write_down(ctx, line, put_line(ctx, line, '-', partition, -1, -1));
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr, "usage: %s ENDPOINTS GROUP TOPIC RECORD STRATEGY message|messages [ID]\n",
                argv[0]);
        return 2;
    }
    struct member member = { .record = open(argv[4], O_WRONLY | O_APPEND | O_CREAT, 0600),
                             .pid = getpid() };
    bool batches = strcmp(argv[6], "messages") == 0;
    kaffe_error err;
    kaffe_consumer_options options = {
        .endpoints = argv[1],
        .consumer_group = argv[2],
        .topics = argv[3],
        .partition_assignment_strategy = argv[5],
        .group_instance_id = argv[7],
        .handle_message = batches ? NULL : handle_message,
        .handle_messages = batches ? handle_messages : NULL,
        .ctx = &member,
        .partition_assigned = assigned,
        .partition_revoked = revoked,
        .start_with_earliest_message = true,
        .max_batch_count = BATCH_MAX,
        .offset_commit_interval_ms = 200,
        .session_timeout_ms = 6000,
    };
    if (member.record < 0) {
        perror(argv[4]);
        return 2;
    }
    if (kaffe_consume(&options, &err) != KAFFE_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return 0;
}
