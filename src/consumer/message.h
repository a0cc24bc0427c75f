/* SPDX-License-Identifier: MIT
 * What stands behind a handler's view of a message: headers still encoded, the batch it came in,
 * and where a handler's own words about a failure go. */
#ifndef KF_MESSAGE_H
#define KF_MESSAGE_H

#include "kaffe.h"
#include "record_batch.h"

#include <stdatomic.h>
#include <stdbool.h>

#define KF_FAILURE_REASON_SIZE 200

/* Why a handler did not return KAFFE_OK, in its own words. One per worker. */
struct kf_failure {
    int64_t offset; /* of the message that it named; -1: none */
    kaffe_status status; /* what it returned */
    bool permanent; /* another try is of no use */
    char reason[KF_FAILURE_REASON_SIZE];
};

/** The handler's words; without any, those for what it returned. */
const char *kf_failure_text(const struct kf_failure *failure);

struct kf_message {
    kaffe_message view; /* first, so that a view is also the whole */
    const uint8_t *headers;
    size_t headers_size;
    int32_t header_count;
    int16_t attributes;
    int8_t magic;
    uint32_t crc;
    struct kf_failure *failure;
    const atomic_bool *revoked; /* of its partition */
    kaffe_consumer
        *consumer; /* whom it is acknowledged to; NULL: what its handler returns does it */
    uint64_t assignment; /* these two make its token */
    uint64_t hand_over;
};

/** What is the same for all messages of a batch of records. */
static inline void kf_message_of_batch(struct kf_message *m, const struct kf_batch_header *header)
{
    m->view.timestamp_type = header->attributes & KF_BATCH_LOG_APPEND_TIME ? KAFFE_TIMESTAMP_APPEND
                                                                           : KAFFE_TIMESTAMP_CREATE;
    m->attributes = header->attributes;
    m->magic = header->magic;
    m->crc = header->crc;
}

static inline void kf_message_of_record(struct kf_message *m, const struct kf_record *record)
{
    m->view.offset = record->offset;
    m->view.timestamp_ms = record->timestamp_ms;
    m->view.key = record->key;
    m->view.value = record->value;
    m->headers = record->headers;
    m->headers_size = record->headers_size;
    m->header_count = record->header_count;
}

#endif
