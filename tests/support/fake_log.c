/* SPDX-License-Identifier: MIT */
#include "fake_log.h"

#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_HEADER 61

void fake_log_free(struct fake_log *log)
{
    for (int i = 0; i < FAKE_PARTITIONS; i++)
        free(log->partitions[i].batches);
}

void fake_log_append(struct fake_log *log, int partition, int records, size_t bytes)
{
    struct fake_partition *to = &log->partitions[partition];
    size_t count = (size_t)to->batch_count + 1;
    to->batches = realloc(to->batches, count * sizeof *to->batches);
    if (!to->batches)
        abort();
    to->batches[to->batch_count++] = (struct fake_batch){ to->end, records, bytes };
    to->end += records;
}

struct fake_partition *fake_log_find(struct fake_log *log, const struct fake_part *part)
{
    bool known = strcmp(part->topic, log->topic) == 0 && part->partition >= 0 &&
                 part->partition < log->partition_count;
    return known ? &log->partitions[part->partition] : NULL;
}

static void read_part(struct kf_reader *r, struct fake_request *request, kaffe_bytes topic)
{
    struct fake_part *part = &request->parts[request->part_count++];
    snprintf(part->topic, sizeof part->topic, "%.*s", KAFFE_TEXT(topic));
    part->partition = kf_read_int32(r);
    bool fetch = request->api == KF_API_FETCH;
    if (request->version >= (fetch ? 9 : 4))
        kf_read_int32(r); /* leader epoch */
    part->offset = kf_read_int64(r);
    if (fetch && request->version >= 5)
        kf_read_int64(r); /* log start */
    if (fetch)
        part->max_bytes = kf_read_int32(r);
}

static void read_parts(struct kf_reader *r, struct fake_request *request)
{
    int32_t topics = kf_read_int32(r);
    for (int32_t i = 0; i < topics && !r->failed; i++) {
        kaffe_bytes topic = kf_read_string(r);
        int32_t count = kf_read_int32(r);
        for (int32_t j = 0; j < count && !r->failed && request->part_count < 1100; j++)
            read_part(r, request, topic);
    }
}

static void read_login(struct kf_reader *r, struct fake_request *request)
{
    if (request->api == KF_API_SASL_HANDSHAKE) {
        kaffe_bytes mechanism = kf_read_string(r);
        snprintf(request->mechanism, sizeof request->mechanism, "%.*s", KAFFE_TEXT(mechanism));
    }
    if (request->api != KF_API_SASL_AUTHENTICATE)
        return;
    kaffe_bytes message = kf_read_bytes(r);
    if (message.size >= sizeof request->message)
        abort();
    memcpy(request->message, message.data, message.size);
    request->message_size = (int)message.size;
}

bool fake_request_read(struct fake_request *request, const void *body, size_t size)
{
    struct kf_reader r = kf_reader_of(body, size);
    request->api = (enum kf_api)kf_read_int16(&r);
    request->version = kf_read_int16(&r);
    request->correlation_id = kf_read_int32(&r);
    kf_read_string(&r); /* client id */
    if (request->api == KF_API_FETCH) {
        kf_read_int32(&r);
        request->max_wait_ms = kf_read_int32(&r);
        request->min_bytes = kf_read_int32(&r);
        kf_read_int32(&r); /* max bytes */
        kf_read_int8(&r);
        if (request->version >= 7)
            kf_read_int64(&r); /* session */
    } else if (request->api == KF_API_LIST_OFFSETS) {
        kf_read_int32(&r);
        if (request->version >= 2)
            kf_read_int8(&r);
    } else {
        read_login(&r, request);
        return !r.failed;
    }
    read_parts(&r, request);
    if (request->api == KF_API_FETCH && request->version >= 11) {
        kf_read_int32(&r); /* forgotten topics */
        kaffe_bytes rack = kf_read_string(&r);
        snprintf(request->rack, sizeof request->rack, "%.*s", KAFFE_TEXT(rack));
    }
    return !r.failed;
}

static void answer_versions(const struct fake_log *log, struct kf_request *body)
{
    const int16_t offers[][3] = { { KF_API_FETCH, 0, log->fetch_version },
                                  { KF_API_LIST_OFFSETS, 0, 5 },
                                  { KF_API_METADATA, 0, 7 },
                                  { KF_API_API_VERSIONS, 0, 0 },
                                  { KF_API_SASL_HANDSHAKE, 0, 1 },
                                  { KF_API_SASL_AUTHENTICATE, 0, 1 } };
    kf_write_int16(body, 0);
    kf_write_int32(body, 6);
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 3; j++)
            kf_write_int16(body, offers[i][j]);
}

static void write_partition(const struct fake_partition *partition, int index, int16_t version,
                            struct kf_request *body)
{
    kf_write_int16(body, partition->leader < 0 ? 5 : 0);
    kf_write_int32(body, index);
    kf_write_int32(body, partition->leader);
    if (version >= 7)
        kf_write_int32(body, 0);
    kf_write_int32(body, 0); /* replicas */
    kf_write_int32(body, 0); /* in sync */
    if (version >= 5)
        kf_write_int32(body, 0); /* offline */
}

static void answer_metadata(const struct fake_log *log, int16_t version, struct kf_request *body)
{
    if (version >= 3)
        kf_write_int32(body, 0);
    kf_write_int32(body, log->peer_count);
    for (int i = 0; i < log->peer_count; i++) {
        kf_write_int32(body, log->peers[i].id);
        kf_write_string(body, log->peers[i].host);
        kf_write_int32(body, log->peers[i].port);
        kf_write_string(body, NULL);
    }
    if (version >= 2)
        kf_write_string(body, "fake");
    kf_write_int32(body, log->peers[0].id);
    kf_write_int32(body, 1);
    kf_write_int16(body, log->partition_count ? 0 : 3);
    kf_write_string(body, log->topic);
    kf_write_int8(body, 0);
    kf_write_int32(body, log->partition_count);
    for (int i = 0; i < log->partition_count; i++)
        write_partition(&log->partitions[i], i, version, body);
}

static int16_t error_of(struct fake_log *log, struct fake_partition *partition)
{
    if (!partition)
        return 3;
    if (partition->error_times > 0) {
        partition->error_times--;
        return partition->error;
    }
    return partition->leader == log->peers[0].id ? 0 : 6;
}

static int64_t locate(const struct fake_partition *partition, int64_t time)
{
    if (time == -2)
        return partition->start;
    if (time == -1)
        return partition->end;
    return time >= partition->end ? -1 : time < partition->start ? partition->start : time;
}

static bool names_another(const struct fake_request *request,
                          const struct fake_partition *partition)
{
    return partition && partition->prefers && request->rack[0];
}

static int16_t fetch_error_of(struct fake_log *log, struct fake_partition *partition)
{
    int16_t error = error_of(log, partition);
    return error == 6 && partition->replicates ? 0 : error;
}

static void answer_list_offsets(struct fake_log *log, const struct fake_request *request,
                                struct kf_request *body)
{
    if (request->version >= 2)
        kf_write_int32(body, 0);
    kf_write_int32(body, 1);
    kf_write_string(body, log->topic);
    kf_write_int32(body, request->part_count);
    for (int i = 0; i < request->part_count; i++) {
        const struct fake_part *part = &request->parts[i];
        struct fake_partition *partition = fake_log_find(log, part);
        int16_t error = error_of(log, partition);
        kf_write_int32(body, part->partition);
        kf_write_int16(body, error);
        kf_write_int64(body, -1);
        kf_write_int64(body, error ? -1 : locate(partition, part->offset));
        if (request->version >= 4)
            kf_write_int32(body, -1);
    }
}

static void write_batch(const struct fake_batch *batch, size_t limit, struct kf_request *body)
{
    size_t begin = body->size;
    kf_write_int64(body, batch->base_offset);
    kf_write_int32(body, (int32_t)(batch->bytes - 12));
    kf_write_int32(body, 0); /* leader epoch */
    kf_write_int8(body, 2);
    kf_write_int32(body, 0); /* a CRC that the fetcher does not look at */
    kf_write_int16(body, 0);
    kf_write_int32(body, batch->records - 1);
    kf_write_int64(body, 0);
    kf_write_int64(body, 0);
    kf_write_int64(body, -1);
    kf_write_int16(body, -1);
    kf_write_int32(body, -1);
    kf_write_int32(body, batch->records);
    while (body->size - begin < batch->bytes)
        kf_write_int8(body, (int8_t)batch->base_offset);
    if (body->size - begin > limit)
        body->size = begin + limit;
}

/* As Kafka does: up to the limit, the last batch cut; the first one whole for the first partition
 * that has any, else not at all. */
static void write_records(const struct fake_log *log, const struct fake_partition *partition,
                          const struct fake_part *part, bool first, struct kf_request *body)
{
    size_t limit = (size_t)part->max_bytes;
    size_t begin = body->size;
    for (int i = 0; i < partition->batch_count; i++) {
        const struct fake_batch *batch = &partition->batches[i];
        size_t used = body->size - begin;
        if (batch->base_offset + batch->records <= part->offset)
            continue;
        if (used >= limit)
            return;
        if (used == 0 && batch->bytes > limit && !first && !log->cut_batches)
            return;
        bool whole = used == 0 && first && !log->cut_batches;
        write_batch(batch, whole ? batch->bytes : limit - used, body);
    }
}

static bool write_fetched(struct fake_log *log, const struct fake_request *request, int index,
                          bool first, struct kf_request *body)
{
    const struct fake_part *part = &request->parts[index];
    struct fake_partition *partition = fake_log_find(log, part);
    int16_t error = fetch_error_of(log, partition);
    bool elsewhere = !error && names_another(request, partition);
    if (!error && (part->offset < partition->start || part->offset > partition->end))
        error = 1;
    kf_write_int32(body, part->partition);
    kf_write_int16(body, error);
    kf_write_int64(body, error ? -1 : partition->end);
    kf_write_int64(body, error ? -1 : partition->end);
    if (request->version >= 5)
        kf_write_int64(body, error ? -1 : partition->start);
    kf_write_int32(body, -1); /* aborted */
    if (request->version >= 11)
        kf_write_int32(body, elsewhere ? partition->preferred : -1);
    size_t size_at = body->size;
    kf_write_int32(body, 0);
    if (!error && !elsewhere)
        write_records(log, partition, part, first, body);
    size_t size = body->size - size_at - 4;
    kf_write_int32_at(body, size_at, (int32_t)size);
    return size > 0;
}

static void answer_fetch(struct fake_log *log, const struct fake_request *request,
                         struct kf_request *body)
{
    kf_write_int32(body, log->throttle_ms);
    log->throttle_ms = 0;
    if (request->version >= 7) {
        kf_write_int16(body, 0);
        kf_write_int32(body, 0);
    }
    kf_write_int32(body, 1);
    kf_write_string(body, log->topic);
    kf_write_int32(body, request->part_count);
    bool first = true;
    for (int i = 0; i < request->part_count; i++)
        if (write_fetched(log, request, i, first, body))
            first = false;
}

bool fake_fetch_has_answer(struct fake_log *log, const struct fake_request *request)
{
    for (int i = 0; i < request->part_count; i++) {
        const struct fake_part *part = &request->parts[i];
        const struct fake_partition *partition = fake_log_find(log, part);
        if (!partition || partition->error_times > 0 || names_another(request, partition))
            return true;
        if (partition->leader != log->peers[0].id && !partition->replicates)
            return true;
        if (part->offset != partition->end)
            return true;
    }
    return false;
}

void fake_answer(struct fake_log *log, const struct fake_request *request, struct kf_request *body)
{
    switch (request->api) {
    case KF_API_SASL_HANDSHAKE:
    case KF_API_SASL_AUTHENTICATE:
        abort(); /* not the log's business */
    case KF_API_API_VERSIONS:
        answer_versions(log, body);
        return;
    case KF_API_METADATA:
        answer_metadata(log, request->version, body);
        return;
    case KF_API_LIST_OFFSETS:
        answer_list_offsets(log, request, body);
        return;
    case KF_API_FETCH:
        answer_fetch(log, request, body);
    }
}
