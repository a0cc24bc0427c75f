/* SPDX-License-Identifier: MIT
 * Metadata, written and read. A response is read twice: first to measure, which also checks all of
 * it, then to fill one allocation. */
#include "metadata.h"

#include "error.h"
#include "reader.h"

#include <stdlib.h>
#include <string.h>

/* Least bytes of an array's elements, so that a lying count is found before it is believed. */
#define BROKER_SIZE_MIN 12
#define TOPIC_SIZE_MIN 9
#define PARTITION_SIZE_MIN 18

struct builder {
    struct kf_reader reader;
    int16_t version;
    struct kf_metadata *metadata;
    bool measuring; /* count only; there is no memory yet */
    size_t partition_count;
    size_t text_size;
    struct kf_metadata_partition *partitions;
    char *text;
};

void kf_metadata_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                         const char *client_id, const char *const *topics, size_t count)
{
    kf_request_begin(request, KF_API_METADATA, version, correlation_id, client_id);
    kf_write_int32(request, (int32_t)count);
    for (size_t i = 0; i < count; i++)
        kf_write_string(request, topics[i]);
    if (version >= 4)
        kf_write_int8(request, 0); /* create nothing */
}

static const char *read_text(struct builder *b)
{
    kaffe_bytes bytes = kf_read_string(&b->reader);
    if (!bytes.data || memchr(bytes.data, 0, bytes.size)) {
        b->reader.failed = true;
        return NULL;
    }
    char *text = b->measuring ? NULL : b->text + b->text_size;
    b->text_size += bytes.size + 1;
    if (text) {
        memcpy(text, bytes.data, bytes.size);
        text[bytes.size] = 0;
    }
    return text;
}

static void read_broker(struct builder *b, size_t index)
{
    struct kf_metadata_broker broker = { .id = kf_read_int32(&b->reader) };
    broker.host = read_text(b);
    broker.port = kf_read_int32(&b->reader);
    kf_read_string(&b->reader); /* rack */
    if (!b->measuring)
        b->metadata->brokers[index] = broker;
}

static void skip_int32s(struct kf_reader *r)
{
    int32_t count = kf_read_count(r, 4);
    kf_read_raw(r, (size_t)count * 4);
}

static void read_partition(struct builder *b)
{
    struct kf_reader *r = &b->reader;
    struct kf_metadata_partition partition = { .error = kf_read_int16(r) };
    partition.index = kf_read_int32(r);
    partition.leader = kf_read_int32(r);
    if (b->version >= 7)
        kf_read_int32(r); /* leader epoch: not reliable below v9 */
    skip_int32s(r); /* replicas */
    skip_int32s(r); /* in sync */
    if (b->version >= 5)
        skip_int32s(r); /* offline */
    if (partition.index < 0)
        r->failed = true;
    if (!b->measuring)
        b->partitions[b->partition_count] = partition;
    b->partition_count++;
}

static void read_topic(struct builder *b, size_t index)
{
    struct kf_metadata_topic topic = { .error = kf_read_int16(&b->reader) };
    topic.name = read_text(b);
    kf_read_int8(&b->reader); /* internal */
    topic.partition_count = (size_t)kf_read_count(&b->reader, PARTITION_SIZE_MIN);
    topic.partitions = b->measuring ? NULL : b->partitions + b->partition_count;
    for (size_t i = 0; i < topic.partition_count && !b->reader.failed; i++)
        read_partition(b);
    if (!b->measuring)
        b->metadata->topics[index] = topic;
}

/* @return false: malformed */
static bool read_all(struct builder *b)
{
    struct kf_reader *r = &b->reader;
    b->metadata->throttle_ms = b->version >= 3 ? kf_read_int32(r) : 0;
    b->metadata->broker_count = (size_t)kf_read_count(r, BROKER_SIZE_MIN);
    for (size_t i = 0; i < b->metadata->broker_count && !r->failed; i++)
        read_broker(b, i);
    if (b->version >= 2)
        kf_read_string(r); /* cluster id */
    kf_read_int32(r); /* controller */
    b->metadata->topic_count = (size_t)kf_read_count(r, TOPIC_SIZE_MIN);
    for (size_t i = 0; i < b->metadata->topic_count && !r->failed; i++)
        read_topic(b, i);
    return !r->failed && kf_reader_left(r) == 0;
}

static bool allocate(struct kf_metadata *metadata, struct builder *filling,
                     const struct builder *measured)
{
    size_t brokers_size = metadata->broker_count * sizeof *metadata->brokers;
    size_t topics_size = metadata->topic_count * sizeof *metadata->topics;
    size_t partitions_size = measured->partition_count * sizeof *filling->partitions;
    uint8_t *memory =
        malloc(brokers_size + topics_size + partitions_size + measured->text_size + 1);
    if (!memory)
        return false;
    /* In falling order of alignment. */
    metadata->memory = memory;
    metadata->brokers = (void *)memory;
    metadata->topics = (void *)(memory + brokers_size);
    filling->partitions = (void *)(memory + brokers_size + topics_size);
    filling->text = (char *)memory + brokers_size + topics_size + partitions_size;
    return true;
}

kaffe_status kf_metadata_decode(kaffe_bytes body, int16_t version, struct kf_metadata *metadata,
                                kaffe_error *err)
{
    *metadata = (struct kf_metadata){ 0 };
    struct builder filling = { .reader = kf_reader_of(body.data, body.size),
                               .version = version,
                               .metadata = metadata };
    struct builder measuring = filling;
    measuring.measuring = true;
    if (!read_all(&measuring)) {
        *metadata = (struct kf_metadata){ 0 };
        return kf_error_set(err, KAFFE_KAFKA, "Metadata response: malformed");
    }
    if (!allocate(metadata, &filling, &measuring)) {
        *metadata = (struct kf_metadata){ 0 };
        return kf_error_no_memory(err);
    }
    read_all(&filling);
    return kf_error_ok(err);
}

void kf_metadata_fini(struct kf_metadata *metadata)
{
    free(metadata->memory);
    *metadata = (struct kf_metadata){ 0 };
}
