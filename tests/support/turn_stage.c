/* SPDX-License-Identifier: MIT */
#include "turn_stage.h"

#include "given_up.h"
#include "source.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void write_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level;
    struct turn_stage *stage = ctx;
    size_t used = strlen(stage->log);
    snprintf(stage->log + used, sizeof stage->log - used, "%s %s\n", event, fields);
}

static void see(struct turn_stage *stage, const kaffe_message *m, size_t batch_count)
{
    assert_in_range(stage->seen_count, 0, sizeof stage->seen / sizeof stage->seen[0] - 1);
    stage->seen[stage->seen_count++] = (struct turn_seen){ m->offset, m->attempt, batch_count };
    if (m->offset != stage->revoke_offset)
        return;
    assert_false(kaffe_is_revoked(m));
    atomic_store(&stage->partition.revoked, true);
    atomic_store(&stage->partition.fenced, stage->fence);
    assert_true(kaffe_is_revoked(m));
}

static kaffe_status refuse(const struct turn_stage *stage, const kaffe_message *m)
{
    return stage->permanent ? kaffe_fail_permanently(m, "no %s", "way")
                            : kaffe_fail(m, "no %s", "way");
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct turn_stage *stage = ctx;
    see(stage, m, 0);
    return m->offset == stage->fail_offset ? refuse(stage, m) : KAFFE_OK;
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct turn_stage *stage = ctx;
    size_t count = kaffe_batch_count(batch);
    const kaffe_message *culprit = NULL;
    assert_string_equal(kaffe_batch_topic(batch), "orders");
    assert_int_equal(kaffe_batch_partition(batch), 3);
    assert_null(kaffe_batch_at(batch, count));
    for (size_t i = 0; i < count; i++) {
        const kaffe_message *m = kaffe_batch_at(batch, i);
        see(stage, m, count);
        if (m->offset == stage->fail_offset)
            culprit = m;
    }
    if (culprit && stage->nameless)
        return KAFFE_FAILED;
    return culprit ? refuse(stage, culprit) : KAFFE_OK;
}

struct turn_stage *turn_stage_new(void)
{
    static char topic[] = "orders";
    struct turn_stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    stage->consumer = calloc(1, sizeof *stage->consumer);
    assert_non_null(stage->consumer);
    stage->consumer->source = &kf_membership;
    stage->consumer->name = "group";
    stage->consumer->wake_fd = kf_wake_open();
    stage->consumer->settings.options = (kaffe_consumer_options){ .handle_message = handle_message,
                                                                  .max_batch_count = 1000,
                                                                  .retry_backoff_ms = 1000,
                                                                  .retry_backoff_max_ms = 8000 };
    stage->consumer->settings.log = (struct kf_log){ .write = write_log, .ctx = stage };
    kf_dead_letters_init(&stage->consumer->dead_letters, &stage->consumer->settings);
    slice_feed_init(&stage->feed);
    stage->partition.consumer = stage->consumer;
    stage->partition.topic = topic;
    stage->partition.partition = 3;
    stage->partition.budget = 1000;
    stage->partition.commit_limit = INT64_MAX;
    atomic_init(&stage->partition.refetch, -1);
    atomic_init(&stage->partition.done, 0);
    atomic_init(&stage->partition.withheld, -1);
    kf_cursor_init(&stage->partition.cursor, stage->feed.stream, 0);
    stage->worker.consumer = stage->consumer;
    kf_scratches_init(&stage->consumer->scratches, 0, kf_partition_granted);
    stage->worker.opener.scratches = &stage->consumer->scratches;
    stage->consumer->max_batch_count = 1000;
    stage->worker.ctx = stage;
    stage->fail_offset = -1;
    stage->revoke_offset = -1;
    return stage;
}

void turn_stage_free(struct turn_stage *stage)
{
    kf_given_up_forget(&stage->partition);
    kf_dead_letters_fini(&stage->consumer->dead_letters);
    kf_cursor_discard(&stage->partition.cursor, &stage->worker.opener);
    kf_cursor_fini(&stage->partition.cursor);
    kf_scratches_fini(&stage->consumer->scratches);
    free(stage->worker.messages);
    free(stage->worker.items);
    slice_feed_fini(&stage->feed);
    kf_request_fini(&stage->out);
    close(stage->consumer->wake_fd);
    free(stage->consumer);
    free(stage);
}

kaffe_consumer_options *turn_stage_options(struct turn_stage *stage)
{
    return &stage->consumer->settings.options;
}

void turn_stage_batches(struct turn_stage *stage, int64_t max_batch_count)
{
    turn_stage_options(stage)->handle_message = NULL;
    turn_stage_options(stage)->handle_messages = handle_messages;
    turn_stage_options(stage)->max_batch_count = max_batch_count;
    stage->consumer->max_batch_count = max_batch_count;
}

void turn_stage_feed(struct turn_stage *stage, int64_t from)
{
    assert_true(slice_feed_add(&stage->feed, from, built_bytes(&stage->out)));
    stage->out.size = 0;
}

enum kf_turn_end turn_stage_turn(struct turn_stage *stage)
{
    stage->due_ms = 0;
    return kf_turn(&stage->worker.base, &stage->partition.task, &stage->due_ms);
}

enum kf_turn_end turn_stage_turns(struct turn_stage *stage)
{
    enum kf_turn_end end;
    do
        end = turn_stage_turn(stage);
    while (end == KF_TURN_MORE);
    return end;
}

void turn_stage_saw(struct turn_stage *stage, int64_t first, int64_t last)
{
    assert_int_equal(stage->seen_count, last - first + 1);
    for (size_t i = 0; i < stage->seen_count; i++)
        assert_int_equal(stage->seen[i].offset, first + (int64_t)i);
    stage->seen_count = 0;
}
