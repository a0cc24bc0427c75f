/* SPDX-License-Identifier: MIT */
#include "ack_crew.h"

#include "clock.h"
#include "thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t patience_ms = 60000;

struct ack_crew *ack_crew_new(void)
{
    struct ack_crew *crew = calloc(1, sizeof *crew);
    assert_non_null(crew);
    pthread_mutex_init(&crew->lock, NULL);
    kf_cond_init(&crew->changed);
    memset(crew->last, -1, sizeof crew->last);
    crew->seed = 88172645463325252u;
    return crew;
}

void ack_crew_free(struct ack_crew *crew)
{
    ack_crew_end(crew);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}

/* --- handlers ----------------------------------------------------------------------------- */

static void take_over_locked(struct ack_crew *crew, const kaffe_message *m)
{
    assert_true(crew->count < ACK_CREW_MESSAGES);
    crew->items[crew->count++] = (struct ack_crew_item){
        .m = m, .token = kaffe_message_ack_token(m), .offset = m->offset, .partition = m->partition
    };
    if (crew->count > crew->most)
        crew->most = crew->count;
    crew->handed_out++;
    if (m->attempt > 1)
        return;
    if (m->offset <= crew->last[m->partition])
        crew->out_of_order = true;
    crew->last[m->partition] = m->offset;
}

kaffe_status ack_crew_handle_message(const kaffe_message *m, void *ctx)
{
    struct ack_crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    take_over_locked(crew, m);
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return KAFFE_OK;
}

kaffe_status ack_crew_handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct ack_crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    for (size_t i = 0; i < kaffe_batch_count(batch); i++)
        take_over_locked(crew, kaffe_batch_at(batch, i));
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return KAFFE_OK;
}

/* --- verdicts ----------------------------------------------------------------------------- */

static uint64_t below_locked(struct ack_crew *crew, uint64_t bound)
{
    crew->seed ^= crew->seed << 13;
    crew->seed ^= crew->seed >> 7;
    crew->seed ^= crew->seed << 17;
    return crew->seed % bound;
}

static bool looks_right(const struct ack_crew_item *item)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)item->offset);
    const kaffe_message *m = item->m;
    return m->offset == item->offset && m->value.size == (size_t)size &&
           memcmp(m->value.data, text, (size_t)size) == 0;
}

static void judge(struct ack_crew *crew, const struct ack_crew_item *item, bool fails, bool again)
{
    bool right = looks_right(item);
    kaffe_status status = fails ? kaffe_nack(crew->consumer, item->token, "not today")
                                : kaffe_ack(crew->consumer, item->token);
    if (again)
        (void)kaffe_ack(crew->consumer, item->token); /* stale, whatever comes of the first */
    pthread_mutex_lock(&crew->lock);
    crew->wrong_bytes = crew->wrong_bytes || !right;
    if (status == KAFFE_OK && !fails) {
        crew->times[item->partition][item->offset]++;
        crew->finished++;
    }
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

static void *work(void *ctx)
{
    struct ack_crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    while (!crew->ending) {
        if (crew->count == 0 || crew->idle) {
            pthread_cond_wait(&crew->changed, &crew->lock);
            continue;
        }
        size_t index = below_locked(crew, crew->count);
        struct ack_crew_item item = crew->items[index];
        crew->items[index] = crew->items[--crew->count];
        bool fails = below_locked(crew, 100) < crew->failing;
        bool again = below_locked(crew, 100) < crew->repeating;
        pthread_mutex_unlock(&crew->lock);
        judge(crew, &item, fails, again);
        pthread_mutex_lock(&crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

void ack_crew_start(struct ack_crew *crew, size_t threads)
{
    for (; crew->thread_count < threads; crew->thread_count++)
        assert_int_equal(pthread_create(&crew->threads[crew->thread_count], NULL, work, crew), 0);
}

void ack_crew_rest(struct ack_crew *crew, bool idle)
{
    pthread_mutex_lock(&crew->lock);
    crew->idle = idle;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

void ack_crew_end(struct ack_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->ending = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    while (crew->thread_count > 0)
        pthread_join(crew->threads[--crew->thread_count], NULL);
}

/* --- what came of it ---------------------------------------------------------------------- */

static void await(struct ack_crew *crew, const size_t *what, size_t count, const char *word)
{
    int64_t deadline_ms = kf_clock_ms() + patience_ms;
    pthread_mutex_lock(&crew->lock);
    bool in_time = true;
    while (*what < count && in_time)
        in_time = kf_cond_wait_until(&crew->changed, &crew->lock, deadline_ms);
    if (*what < count)
        fail_msg("%s: %zu of %zu; %zu handed out, %zu wait", word, *what, count, crew->handed_out,
                 crew->count);
    pthread_mutex_unlock(&crew->lock);
}

void ack_crew_await_finished(struct ack_crew *crew, size_t count)
{
    await(crew, &crew->finished, count, "finished");
}

void ack_crew_await_handed_out(struct ack_crew *crew, size_t count)
{
    await(crew, &crew->handed_out, count, "handed out");
}

void ack_crew_assert_all_once(struct ack_crew *crew, int32_t partition, int64_t count)
{
    pthread_mutex_lock(&crew->lock);
    for (int64_t offset = 0; offset < count; offset++)
        assert_int_equal(crew->times[partition][offset], 1);
    assert_int_equal(crew->times[partition][count], 0);
    assert_false(crew->out_of_order);
    assert_false(crew->wrong_bytes);
    pthread_mutex_unlock(&crew->lock);
}
