/* SPDX-License-Identifier: MIT */
#include "cursor.h"

void kf_cursor_init(struct kf_cursor *cursor, struct kf_stream *stream, int64_t position)
{
    *cursor = (struct kf_cursor){ .stream = stream,
                                  .position = position,
                                  .stop = INT64_MAX,
                                  .pause = INT64_MAX,
                                  .expected_from = position };
    atomic_init(&cursor->restart, KF_NO_RESTART);
}

static void give_scratch_back(struct kf_scratch *scratch, struct kf_opener *opener)
{
    if (scratch->data && opener)
        kf_scratches_give(opener->scratches, scratch);
    else
        kf_scratch_fini(scratch);
}

static void release_list(struct kf_cursor *cursor, struct kf_slice **list)
{
    while (*list) {
        struct kf_slice *slice = *list;
        *list = slice->next;
        kf_stream_release(cursor->stream, slice);
    }
}

void kf_cursor_release(struct kf_cursor *cursor, struct kf_opener *opener)
{
    while (opener && opener->kept_count > 0)
        give_scratch_back(&opener->kept[--opener->kept_count], opener);
    release_list(cursor, &cursor->spent);
}

static void close_without_moving(struct kf_cursor *cursor, struct kf_opener *opener)
{
    cursor->open = false;
    cursor->cut_by_pause = false;
    give_scratch_back(&cursor->scratch, opener);
}

void kf_cursor_discard(struct kf_cursor *cursor, struct kf_opener *opener)
{
    close_without_moving(cursor, opener);
    kf_cursor_release(cursor, opener);
    release_list(cursor, &cursor->slices);
    cursor->last = NULL;
    cursor->at = 0;
    cursor->expected_from = cursor->position;
}

void kf_cursor_fini(struct kf_cursor *cursor)
{
    kf_cursor_discard(cursor, NULL);
    kf_scratches_leave(&cursor->wait);
}

static int64_t records_in(const struct kf_slice *slice, size_t at)
{
    struct kf_batch_header header;
    int64_t count = 0;
    for (; at < slice->size; at += header.size) {
        if (kf_batch_header_read(slice->data + at, slice->size - at, &header) != KF_BATCH_OK)
            break;
        if (!(header.attributes & KF_BATCH_CONTROL))
            count += header.record_count;
    }
    return count;
}

int64_t kf_cursor_records(const struct kf_cursor *cursor)
{
    int64_t count = cursor->open ? cursor->walk.left : 0;
    size_t at = cursor->open ? cursor->at + cursor->header.size : cursor->at;
    for (const struct kf_slice *slice = cursor->slices; slice; slice = slice->next) {
        count += records_in(slice, at);
        at = 0;
    }
    return count;
}

/* A slice that does not continue what we have is of a fetch that was given up, unless the stream
 * has been told to begin there. */
static bool belongs(struct kf_cursor *cursor, const struct kf_slice *slice)
{
    int64_t restart = slice->from;
    if (atomic_compare_exchange_strong(&cursor->restart, &restart, KF_NO_RESTART)) {
        cursor->expected_from = slice->from;
        cursor->position = slice->from;
    }
    return slice->from == cursor->expected_from;
}

void kf_cursor_take(struct kf_cursor *cursor)
{
    struct kf_slice *next;
    for (struct kf_slice *slice = kf_stream_take(cursor->stream); slice; slice = next) {
        next = slice->next;
        slice->next = NULL;
        if (!belongs(cursor, slice)) {
            kf_stream_release(cursor->stream, slice);
            continue;
        }
        cursor->expected_from = slice->next_offset;
        if (cursor->last)
            cursor->last->next = slice;
        else
            cursor->slices = slice;
        cursor->last = slice;
    }
}

/* The first slice is read to its end: its offsets are all done with. */
static void spend_slice(struct kf_cursor *cursor)
{
    struct kf_slice *slice = cursor->slices;
    if (slice->next_offset > cursor->position)
        cursor->position = slice->next_offset;
    cursor->slices = slice->next;
    if (!cursor->slices)
        cursor->last = NULL;
    cursor->at = 0;
    /* At the end, so that a rewind finds them in order. */
    struct kf_slice **end = &cursor->spent;
    while (*end)
        end = &(*end)->next;
    slice->next = NULL;
    *end = slice;
}

static enum kf_cursor_status broken(struct kf_cursor *cursor, enum kf_batch_status why)
{
    cursor->broken = why;
    return KF_CURSOR_BROKEN;
}

static bool has_nothing_for_us(const struct kf_cursor *cursor)
{
    return (cursor->header.attributes & KF_BATCH_CONTROL) || cursor->header.record_count == 0 ||
           cursor->header.next_offset <= cursor->position;
}

static void move_behind_batch(struct kf_cursor *cursor)
{
    if (cursor->header.next_offset > cursor->position)
        cursor->position = cursor->header.next_offset;
    if (!cursor->cut_by_pause)
        cursor->at += cursor->header.size;
    cursor->cut_by_pause = false;
}

static int64_t end_of(const struct kf_cursor *cursor)
{
    return cursor->pause < cursor->stop ? cursor->pause : cursor->stop;
}

/* The stop, or a pause, lies in the open batch: it ends there. Bytes that are no records are left
 * to whoever comes upon them. */
static void cut_walk(struct kf_cursor *cursor)
{
    int64_t end = end_of(cursor);
    struct kf_record record;
    struct kf_record_walk ahead = cursor->walk;
    struct kf_record_walk before = ahead;
    int32_t count = 0;
    int more;
    while ((more = kf_record_next(&ahead, &record)) == 1 && record.offset < end) {
        before = ahead;
        count++;
    }
    if (more < 0)
        return;
    cursor->walk.left = count;
    cursor->walk.end = before.at;
    cursor->header.next_offset = end;
    cursor->cut_by_pause = end < cursor->stop;
}

static bool is_compressed(const struct kf_batch_header *header)
{
    return (header->attributes & KF_BATCH_CODEC_MASK) != 0;
}

static enum kf_batch_status decompress(struct kf_cursor *cursor, const struct kf_opener *opener,
                                       const uint8_t *data, kaffe_bytes *records)
{
    struct kf_scratches *scratches = opener->scratches;
    if (!kf_scratches_take(scratches, &cursor->wait, &cursor->scratch))
        return KF_BATCH_NO_ROOM;
    struct kf_decompressor codecs = kf_scratches_codecs(scratches);
    enum kf_batch_status status = kf_batch_open(
        data, &cursor->header, kf_scratches_largest(scratches), &codecs, &cursor->scratch, records);
    kf_scratches_codecs_done(scratches, &codecs);
    if (status == KF_BATCH_NO_ROOM)
        kf_scratches_wait(scratches, &cursor->wait, &cursor->scratch);
    else if (status != KF_BATCH_OK)
        kf_scratches_give(scratches, &cursor->scratch);
    return status;
}

/* The header has been read. */
static enum kf_batch_status open_batch(struct kf_cursor *cursor, const struct kf_opener *opener,
                                       const uint8_t *data)
{
    kaffe_bytes records;
    enum kf_batch_status status =
        is_compressed(&cursor->header)
            ? decompress(cursor, opener, data, &records)
            : kf_batch_open(data, &cursor->header, 0, NULL, NULL, &records);
    if (status != KF_BATCH_OK)
        return status;
    kf_record_walk_begin(&cursor->walk, &cursor->header, records);
    if (cursor->header.next_offset > end_of(cursor))
        cut_walk(cursor);
    cursor->open = true;
    return KF_BATCH_OK;
}

enum kf_cursor_status kf_cursor_open(struct kf_cursor *cursor, struct kf_opener *opener)
{
    while (!cursor->open) {
        const struct kf_slice *slice = cursor->slices;
        if (!slice || cursor->position >= end_of(cursor))
            return KF_CURSOR_EMPTY;
        const uint8_t *data = slice->data + cursor->at;
        enum kf_batch_status status =
            kf_batch_header_read(data, slice->size - cursor->at, &cursor->header);
        if (status == KF_BATCH_CUT) {
            spend_slice(cursor);
            continue;
        }
        if (status != KF_BATCH_OK)
            return broken(cursor, status);
        if (has_nothing_for_us(cursor)) {
            move_behind_batch(cursor);
            continue;
        }
        status = open_batch(cursor, opener, data);
        if (status == KF_BATCH_NO_ROOM)
            return KF_CURSOR_WAIT;
        if (status != KF_BATCH_OK)
            return broken(cursor, status);
    }
    return KF_CURSOR_OPEN;
}

void kf_cursor_close(struct kf_cursor *cursor, struct kf_opener *opener, bool keep)
{
    move_behind_batch(cursor);
    cursor->open = false;
    if (keep && cursor->scratch.data) {
        opener->kept[opener->kept_count++] = cursor->scratch;
        cursor->scratch = (struct kf_scratch){ 0 };
    }
    give_scratch_back(&cursor->scratch, opener);
}

struct kf_cursor_mark kf_cursor_mark(const struct kf_cursor *cursor)
{
    return (struct kf_cursor_mark){ .slice = cursor->slices,
                                    .at = cursor->at,
                                    .position = cursor->position };
}

/* From the marked slice on, spent ones are to be read once more. */
static void unspend(struct kf_cursor *cursor, const struct kf_slice *marked)
{
    struct kf_slice **from = &cursor->spent;
    while (*from && *from != marked)
        from = &(*from)->next;
    struct kf_slice *first = *from;
    if (!first)
        return;
    struct kf_slice *end = first;
    while (end->next)
        end = end->next;
    end->next = cursor->slices;
    if (!cursor->slices)
        cursor->last = end;
    cursor->slices = first;
    *from = NULL;
}

void kf_cursor_rewind(struct kf_cursor *cursor, struct kf_opener *opener,
                      struct kf_cursor_mark mark)
{
    close_without_moving(cursor, opener);
    unspend(cursor, mark.slice);
    cursor->at = mark.at;
    cursor->position = mark.position;
    kf_cursor_release(cursor, opener); /* what lies before the mark, and the scratches */
}

/* The open batch may lie across it, or have been cut at the last one. */
void kf_cursor_pause(struct kf_cursor *cursor, struct kf_opener *opener, int64_t offset)
{
    if (cursor->pause == offset)
        return;
    cursor->pause = offset;
    kf_cursor_rewind(cursor, opener, kf_cursor_mark(cursor));
}
