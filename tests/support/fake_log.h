/* SPDX-License-Identifier: MIT
 * What a fake broker knows, and the answers that it makes of it. The caller holds the lock. */
#ifndef FAKE_LOG_H
#define FAKE_LOG_H

#include "fake_broker.h"

#define FAKE_PARTITIONS 1100

struct fake_batch {
    int64_t base_offset;
    int32_t records;
    size_t bytes;
};

struct fake_partition {
    struct fake_batch *batches;
    int batch_count;
    int64_t start;
    int64_t end;
    int32_t leader;
    int16_t error;
    int error_times;
    bool prefers;
    int32_t preferred;
    bool replicates;
};

struct fake_peer {
    int32_t id;
    char host[64];
    uint16_t port;
};

struct fake_log {
    char topic[64];
    int partition_count;
    struct fake_partition partitions[FAKE_PARTITIONS];
    struct fake_peer peers[8]; /* the first is the broker itself */
    int peer_count;
    int32_t throttle_ms;
    int16_t fetch_version;
    bool cut_batches;
};

void fake_log_free(struct fake_log *log);
void fake_log_append(struct fake_log *log, int partition, int records, size_t bytes);
struct fake_partition *fake_log_find(struct fake_log *log, const struct fake_part *part);

/** Reads a request's own fields. @return false: it can not be read */
bool fake_request_read(struct fake_request *request, const void *body, size_t size);

/** The answer behind the correlation id. */
void fake_answer(struct fake_log *log, const struct fake_request *request, struct kf_request *body);
/** A fetch has something to answer, so that it need not wait. */
bool fake_fetch_has_answer(struct fake_log *log, const struct fake_request *request);

#endif
