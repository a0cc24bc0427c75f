/* SPDX-License-Identifier: MIT */
#include "round.h"

#include "stream.h"
#include "stream_queue.h"
#include "topic.h"

#include <stdlib.h>
#include <string.h>

void kf_round_fini(struct kf_round *round)
{
    kf_round_clear(round);
    free(round->entries);
    *round = (struct kf_round){ 0 };
}

static bool reserve(struct kf_round *round, size_t count)
{
    if (count <= round->capacity)
        return true;
    size_t capacity = count + count / 2;
    struct kf_entry *entries = realloc(round->entries, capacity * sizeof *entries);
    if (!entries)
        return false;
    round->entries = entries;
    round->capacity = capacity;
    return true;
}

/* Sorts the queue into its topics; @return the first of them, in the order they appear. */
static struct kf_topic *group(const struct kf_stream_queue *queue)
{
    struct kf_topic *first = NULL;
    struct kf_topic *last = NULL;
    for (struct kf_stream *each = queue->first; each; each = each->course.next) {
        struct kf_topic *topic = each->course.topic;
        each->course.topped = NULL;
        if (topic->group_first) {
            topic->group_last->course.topped = each;
        } else {
            topic->group_first = each;
            topic->group_next = NULL;
            if (last)
                last->group_next = topic;
            else
                first = topic;
            last = topic;
        }
        topic->group_last = each;
    }
    return first;
}

static void enter(struct kf_round *round, struct kf_stream *stream)
{
    const struct kf_stream_course *course = &stream->course;
    round->entries[round->count++] = (struct kf_entry){
        .stream = stream,
        .offset = course->wish.offset,
        .asked_bytes = course->ask > KF_SLICE_HEAD ? course->ask - KF_SLICE_HEAD : 0,
    };
    kf_stream_hold(stream);
    kf_stream_queue_leave(stream);
    stream->course.asked_by = round;
}

bool kf_round_gather(struct kf_round *round, struct kf_stream_queue *queue)
{
    size_t count = 0;
    for (const struct kf_stream *each = queue->first; each; each = each->course.next)
        count++;
    if (!count || !reserve(round, count))
        return false;
    for (struct kf_topic *topic = group(queue); topic; topic = topic->group_next) {
        for (struct kf_stream *each = topic->group_first; each; each = each->course.topped)
            enter(round, each);
        topic->group_first = NULL;
    }
    round->cursor = 0;
    return true;
}

static bool is_for(const struct kf_entry *entry, kaffe_bytes topic, int32_t partition)
{
    const struct kf_stream *stream = entry->stream;
    return stream->partition == partition && strlen(stream->topic) == topic.size &&
           memcmp(stream->topic, topic.data, topic.size) == 0;
}

struct kf_entry *kf_round_answer(struct kf_round *round, kaffe_bytes topic, int32_t partition)
{
    /* Brokers answer in the order asked, so that this nearly always ends at once. */
    for (size_t i = 0; i < round->count; i++) {
        struct kf_entry *entry = &round->entries[(round->cursor + i) % round->count];
        if (entry->answered || !is_for(entry, topic, partition))
            continue;
        round->cursor = (size_t)(entry - round->entries) + 1;
        entry->answered = true;
        return entry;
    }
    return NULL;
}

bool kf_round_awaits(const struct kf_round *round, const struct kf_entry *entry)
{
    return entry->stream->course.asked_by == round;
}

void kf_round_clear(struct kf_round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        if (kf_round_awaits(round, &round->entries[i]))
            round->entries[i].stream->course.asked_by = NULL;
        kf_stream_drop(round->entries[i].stream);
    }
    round->count = 0;
}
