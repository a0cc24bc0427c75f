/* SPDX-License-Identifier: MIT
 * Metadata v1 to v7: which brokers there are, and who leads which partition. */
#ifndef KF_METADATA_H
#define KF_METADATA_H

#include "kaffe.h"
#include "request.h"

#include <stddef.h>
#include <stdint.h>

struct kf_metadata_broker {
    int32_t id;
    int32_t port;
    const char *host; /* in kf_metadata's own memory, as all text here */
};

struct kf_metadata_partition {
    int32_t index;
    int32_t leader; /* -1: none now */
    int16_t error;
};

struct kf_metadata_topic {
    const char *name;
    int16_t error;
    size_t partition_count;
    struct kf_metadata_partition *partitions;
};

struct kf_metadata {
    int32_t throttle_ms;
    size_t broker_count;
    struct kf_metadata_broker *brokers;
    size_t topic_count;
    struct kf_metadata_topic *topics;
    void *memory; /* the one allocation behind all of it */
};

/** Asks for these topics, never creating any. count 0: brokers only. */
void kf_metadata_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                         const char *client_id, const char *const *topics, size_t count);
/** @return KAFFE_OK; KAFFE_KAFKA: malformed; KAFFE_NO_MEMORY. On failure nothing needs
 * kf_metadata_fini. */
kaffe_status kf_metadata_decode(kaffe_bytes body, int16_t version, struct kf_metadata *metadata,
                                kaffe_error *err);
void kf_metadata_fini(struct kf_metadata *metadata);

#endif
