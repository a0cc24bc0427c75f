/* SPDX-License-Identifier: MIT */
#include "slice_feed.h"

#include "buffer_pool.h"
#include "mailbox.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "slice feed: %s\n", what);
    abort();
}

static void nothing(void *ctx)
{
    (void)ctx;
}

void slice_feed_init(struct slice_feed *feed)
{
    feed->pool = kf_buffer_pool_new(0);
    feed->mailbox = kf_mailbox_new();
    require(feed->pool && feed->mailbox, "out of memory");
    feed->stream = kf_stream_new(feed->mailbox, "orders", 3, 1000000);
    require(feed->stream != NULL, "out of memory");
    feed->stream->events.ready = nothing;
}

void slice_feed_fini(struct slice_feed *feed)
{
    struct kf_stream *posted;
    kf_stream_close(feed->stream);
    kf_stream_free(feed->stream);
    while ((posted = kf_mailbox_take(feed->mailbox)))
        kf_stream_drop(posted);
    kf_mailbox_drop(feed->mailbox);
    require(kf_buffer_pool_used(feed->pool) == 0, "a slice was never released");
    kf_buffer_pool_free(feed->pool);
}

bool slice_feed_add(struct slice_feed *feed, int64_t from, kaffe_bytes batches)
{
    bool new_wish;
    struct kf_slice *slice = kf_slice_new(feed->pool, batches.size);
    require(slice != NULL, "out of memory");
    memcpy(kf_slice_room(slice), batches.data, batches.size);
    slice->from = from;
    struct kf_slice_look look = kf_slice_look(slice);
    kf_stream_look(feed->stream, &new_wish);
    return kf_stream_deliver(feed->stream, slice, batches.size, &look) == KF_DELIVERED;
}

void slice_feed_add_simple(struct slice_feed *feed, int64_t base_offset, int32_t count)
{
    struct kf_request out = { 0 };
    append_simple_batch(&out, base_offset, count);
    require(slice_feed_add(feed, base_offset, built_bytes(&out)), "refused");
    kf_request_fini(&out);
}

size_t slice_feed_held(const struct slice_feed *feed)
{
    return kf_buffer_pool_used(feed->pool);
}

void append_sparse_batch(struct kf_request *out, int64_t base_offset, int64_t last_offset,
                         const int64_t *offsets, int32_t count)
{
    struct kf_request records = { 0 };
    for (int32_t i = 0; i < count; i++)
        append_record(&records, &(struct built_record){ .offset_delta = offsets[i] - base_offset,
                                                        .key = kaffe_text("key"),
                                                        .value = kaffe_text("value") });
    append_batch(out,
                 &(struct built_batch){ .base_offset = base_offset,
                                        .last_offset_delta = (int32_t)(last_offset - base_offset),
                                        .record_count = count,
                                        .payload = built_bytes(&records) });
    kf_request_fini(&records);
}

void append_control_batch(struct kf_request *out, int64_t offset)
{
    struct kf_request records = { 0 };
    append_record(&records, &(struct built_record){ .key = { "\0\0\0\1", 4 },
                                                    .value = { "\0\0\0\0\0\0", 6 } });
    append_batch(out, &(struct built_batch){ .base_offset = offset,
                                             .record_count = 1,
                                             .attributes = 16 | 32, /* transactional, control */
                                             .payload = built_bytes(&records) });
    kf_request_fini(&records);
}

/* What append_simple_batch puts behind the header. */
static struct kf_request simple_records(int64_t base_offset, int32_t count)
{
    struct kf_request batch = { 0 };
    struct kf_request records = { 0 };
    append_simple_batch(&batch, base_offset, count);
    append_bytes(&records, batch.data + 61, batch.size - 61);
    kf_request_fini(&batch);
    return records;
}

static void append_payload(struct kf_request *out, int64_t base_offset, int32_t count,
                           int16_t attributes, kaffe_bytes payload)
{
    append_batch(out, &(struct built_batch){ .base_offset = base_offset,
                                             .last_offset_delta = count - 1,
                                             .record_count = count,
                                             .attributes = attributes,
                                             .first_timestamp = 1000,
                                             .max_timestamp = 1000 + count - 1,
                                             .payload = payload });
}

void append_gzip_batch(struct kf_request *out, int64_t base_offset, int32_t count)
{
    struct kf_request packed = { 0 };
    struct kf_request records = simple_records(base_offset, count);
    append_gzip(&packed, built_bytes(&records));
    append_payload(out, base_offset, count, 1, built_bytes(&packed));
    kf_request_fini(&packed);
    kf_request_fini(&records);
}

void append_malformed_batch(struct kf_request *out, int64_t base_offset, int32_t count)
{
    struct kf_request records = simple_records(base_offset, count - 1);
    append_payload(out, base_offset, count, 0, built_bytes(&records));
    kf_request_fini(&records);
}
