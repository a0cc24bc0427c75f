/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "mailbox.h"
#include "topic.h"

#include <stdlib.h>
#include <string.h>

struct kf_stream *kf_stream_new(struct kf_mailbox *mailbox, const char *topic, int32_t partition,
                                size_t max_bytes)
{
    struct kf_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->topic = strdup(topic);
    stream->course.own_topic = kf_topic_new(topic);
    if (!stream->topic || !stream->course.own_topic) {
        kf_topic_free(stream->course.own_topic);
        free(stream->topic);
        free(stream);
        return NULL;
    }
    atomic_init(&stream->references, 1);
    pthread_mutex_init(&stream->lock, NULL);
    stream->mailbox = kf_mailbox_hold(mailbox);
    stream->partition = partition;
    stream->budget.max_bytes = max_bytes;
    stream->course.leader_id = -1;
    return stream;
}

void kf_stream_hold(struct kf_stream *stream)
{
    atomic_fetch_add_explicit(&stream->references, 1, memory_order_relaxed);
}

void kf_stream_drop(struct kf_stream *stream)
{
    if (atomic_fetch_sub_explicit(&stream->references, 1, memory_order_acq_rel) > 1)
        return;
    kf_slices_free(stream->first);
    kf_mailbox_drop(stream->mailbox);
    pthread_mutex_destroy(&stream->lock);
    kf_topic_free(stream->course.own_topic);
    free(stream->topic);
    free(stream);
}

void kf_stream_free(struct kf_stream *stream)
{
    if (stream)
        kf_stream_drop(stream);
}

static struct kf_slice *empty_inbox_locked(struct kf_stream *stream)
{
    struct kf_slice *slices = stream->first;
    stream->first = NULL;
    stream->last = NULL;
    return slices;
}

static void uncharge_locked(struct kf_stream *stream, const struct kf_slice *slices)
{
    for (; slices; slices = slices->next)
        stream->budget.held_bytes -= kf_slice_capacity(slices);
}

static void post_locked(struct kf_stream *stream)
{
    stream->starved = false;
    stream->waits_empty = false;
    kf_mailbox_post(stream->mailbox, stream);
}

static void wish_locked(struct kf_stream *stream, enum kf_wish_kind kind, int64_t offset)
{
    stream->wish = (struct kf_wish){ kind, stream->wish.generation + 1, offset };
    post_locked(stream);
}

void kf_stream_locate(struct kf_stream *stream, int64_t which)
{
    pthread_mutex_lock(&stream->lock);
    wish_locked(stream, KF_WISH_LOCATE, which);
    pthread_mutex_unlock(&stream->lock);
}

void kf_stream_count(struct kf_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    wish_locked(stream, KF_WISH_COUNT, 0);
    pthread_mutex_unlock(&stream->lock);
}

void kf_stream_start(struct kf_stream *stream, int64_t offset)
{
    pthread_mutex_lock(&stream->lock);
    struct kf_slice *dropped = empty_inbox_locked(stream);
    uncharge_locked(stream, dropped);
    wish_locked(stream, KF_WISH_FETCH, offset);
    pthread_mutex_unlock(&stream->lock);
    kf_slices_free(dropped);
}

void kf_stream_close(struct kf_stream *stream)
{
    if (!stream)
        return;
    pthread_mutex_lock(&stream->lock);
    struct kf_slice *dropped = empty_inbox_locked(stream);
    uncharge_locked(stream, dropped);
    if (!stream->closed) {
        stream->closed = true;
        wish_locked(stream, KF_WISH_REST, 0);
    }
    pthread_mutex_unlock(&stream->lock);
    kf_slices_free(dropped);
}

struct kf_slice *kf_stream_take(struct kf_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    struct kf_slice *slices = empty_inbox_locked(stream);
    pthread_mutex_unlock(&stream->lock);
    return slices;
}

static void tell_of_room_locked(struct kf_stream *stream)
{
    bool room = stream->starved && kf_budget_ask(&stream->budget) > 0;
    bool empty = stream->waits_empty && stream->budget.held_bytes == 0;
    if (!stream->closed && (room || empty))
        post_locked(stream);
}

void kf_stream_keep(struct kf_stream *stream, struct kf_slice *slice)
{
    pthread_mutex_lock(&stream->lock);
    slice->kept++;
    pthread_mutex_unlock(&stream->lock);
}

void kf_stream_release(struct kf_stream *stream, struct kf_slice *slice)
{
    pthread_mutex_lock(&stream->lock);
    bool kept = slice->kept > 0;
    if (kept) {
        slice->kept--;
    } else {
        slice->next = NULL;
        uncharge_locked(stream, slice);
        tell_of_room_locked(stream);
    }
    pthread_mutex_unlock(&stream->lock);
    if (!kept)
        kf_slices_free(slice);
}

/* The answer will bring it up to date, so "no room" is only of interest when nothing is asked. */
static void measure_locked(struct kf_stream *stream)
{
    stream->course.capacity = kf_budget_ask(&stream->budget);
    stream->course.held = stream->budget.held_bytes;
    stream->course.grown = stream->budget.grown_bytes > 0;
    stream->starved = stream->course.capacity == 0;
}

bool kf_stream_look(struct kf_stream *stream, bool *new_wish)
{
    struct kf_stream_course *course = &stream->course;
    pthread_mutex_lock(&stream->lock);
    *new_wish = course->wish.generation != stream->wish.generation;
    if (*new_wish) {
        course->wish = stream->wish;
        course->gap_since_ms = 0;
    }
    measure_locked(stream);
    bool closed = stream->closed;
    pthread_mutex_unlock(&stream->lock);
    return !closed;
}

bool kf_stream_holds(struct kf_stream *stream)
{
    if (stream->course.held == 0) /* only deliveries add to it */
        return false;
    pthread_mutex_lock(&stream->lock);
    stream->course.held = stream->budget.held_bytes;
    bool holds = stream->course.held > 0;
    stream->waits_empty = holds;
    pthread_mutex_unlock(&stream->lock);
    return holds;
}

void kf_stream_grow(struct kf_stream *stream, size_t size)
{
    pthread_mutex_lock(&stream->lock);
    stream->budget.grown_bytes = size;
    measure_locked(stream);
    pthread_mutex_unlock(&stream->lock);
}

static bool is_stale_locked(const struct kf_stream *stream)
{
    return stream->closed || stream->wish.generation != stream->course.wish.generation;
}

static void append_locked(struct kf_stream *stream, struct kf_slice *slice)
{
    bool was_empty = !stream->first;
    stream->budget.held_bytes += kf_slice_capacity(slice);
    slice->next = NULL;
    if (was_empty)
        stream->first = slice;
    else
        stream->last->next = slice;
    stream->last = slice;
    if (was_empty)
        stream->events.ready(stream->ctx);
}

static void learn_locked(struct kf_stream *stream, const struct kf_slice_look *look)
{
    size_t largest = look->largest_batch;
    if (look->cut_size > largest && look->cut_size <= stream->budget.max_bytes)
        largest = look->cut_size;
    kf_budget_saw_batch(&stream->budget, largest);
}

static enum kf_delivery deliver_locked(struct kf_stream *stream, struct kf_slice *slice,
                                       size_t asked, const struct kf_slice_look *look)
{
    if (is_stale_locked(stream))
        return KF_DELIVERY_STALE;
    if (!look->unreadable && look->whole_size == 0)
        return kf_budget_saw_cut(&stream->budget, asked, look->cut_size) ? KF_DELIVERY_CUT
                                                                         : KF_DELIVERY_USELESS;
    if (!look->unreadable && look->next_offset <= slice->from)
        return KF_DELIVERY_USELESS;
    slice->next_offset = look->next_offset;
    learn_locked(stream, look);
    append_locked(stream, slice);
    return KF_DELIVERED;
}

enum kf_delivery kf_stream_deliver(struct kf_stream *stream, struct kf_slice *slice, size_t asked,
                                   const struct kf_slice_look *look)
{
    pthread_mutex_lock(&stream->lock);
    enum kf_delivery delivery = deliver_locked(stream, slice, asked, look);
    measure_locked(stream);
    pthread_mutex_unlock(&stream->lock);
    if (delivery != KF_DELIVERED)
        kf_slices_free(slice);
    return delivery;
}

bool kf_stream_tell_located(struct kf_stream *stream, int64_t offset)
{
    pthread_mutex_lock(&stream->lock);
    bool stale = is_stale_locked(stream);
    if (!stale)
        stream->events.located(stream->ctx, offset);
    pthread_mutex_unlock(&stream->lock);
    return !stale;
}

bool kf_stream_tell_out_of_range(struct kf_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    bool stale = is_stale_locked(stream);
    if (!stale)
        stream->events.out_of_range(stream->ctx, stream->course.wish.offset);
    pthread_mutex_unlock(&stream->lock);
    return !stale;
}

bool kf_stream_tell_gap(struct kf_stream *stream, int64_t end)
{
    pthread_mutex_lock(&stream->lock);
    bool stale = is_stale_locked(stream);
    if (!stale && stream->events.gap)
        stream->events.gap(stream->ctx, stream->course.wish.offset, end);
    pthread_mutex_unlock(&stream->lock);
    return !stale;
}

bool kf_stream_tell_counted(struct kf_stream *stream, int32_t count, int16_t code)
{
    pthread_mutex_lock(&stream->lock);
    bool stale = is_stale_locked(stream);
    if (!stale)
        stream->events.counted(stream->ctx, count, code);
    pthread_mutex_unlock(&stream->lock);
    return !stale;
}
