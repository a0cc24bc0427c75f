/* SPDX-License-Identifier: MIT
 * Fetch v4 to v11. The request is written in one go. The response is read as it arrives: the parser
 * says how many record bytes of which partition follow, and the caller reads those where it wants
 * them, into a buffer of the partition's own. No session: session id 0, epoch -1. */
#ifndef KF_FETCH_MESSAGE_H
#define KF_FETCH_MESSAGE_H

#include "kaffe.h"
#include "request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_fetch_query {
    const char *topic; /* entries of one topic stand side by side */
    int32_t partition;
    int32_t max_bytes;
    int64_t offset;
};

struct kf_fetch_ask {
    const struct kf_fetch_query *queries;
    size_t query_count;
    int32_t max_wait_ms;
    int32_t min_bytes;
    int32_t max_bytes; /* of the whole response */
    int8_t isolation; /* 0: read_uncommitted, 1: read_committed */
    const char *rack; /* v11: the broker may name a replica there; NULL: it is not to */
};

void kf_fetch_request(struct kf_request *request, int16_t version, int32_t correlation_id,
                      const char *client_id, const struct kf_fetch_ask *ask);

struct kf_fetch_partition {
    kaffe_bytes topic; /* valid until the next topic begins; the parser keeps a copy */
    int32_t partition;
    int16_t error;
    int64_t high_watermark;
    int64_t last_stable_offset;
    int64_t log_start_offset; /* -1: not told */
    int32_t preferred_replica; /* a broker to read from instead; -1: none */
    int32_t records_size; /* bytes of records that follow; 0: none (null too) */
};

enum kf_fetch_event {
    KF_FETCH_NEED_MORE, /* what is there ends inside a field: read more, call again */
    KF_FETCH_HEADER, /* throttle_ms and error are known */
    KF_FETCH_PARTITION, /* `partition` is known; its records_size bytes of records follow: the
                           caller takes them from the stream, then calls again */
    KF_FETCH_END, /* the response is complete: size bytes have been consumed or taken */
    KF_FETCH_MALFORMED /* `malformed` says what; the connection is of no more use */
};

/* So many bytes to parse at a time always lead on. */
#define KF_FETCH_FIELDS_MAX 512

struct kf_fetch_parser {
    int16_t version;
    int64_t left; /* bytes of the response not consumed yet, records announced taken off */
    int32_t throttle_ms;
    int16_t error; /* of the whole response; 0 below v7 */
    struct kf_fetch_partition partition;
    const char *malformed;
    int state; /* and what follows: the parser's own */
    int32_t topics_left;
    int32_t partitions_left; /* of the topic */
    int32_t aborted_left; /* of the partition */
    char topic[256]; /* Kafka's names have at most 249 characters */
};

/** @param size  of the response behind its correlation id */
void kf_fetch_parser_init(struct kf_fetch_parser *parser, int16_t version, size_t size);

/**
 * Consumes at most one event's fields from `data`, never part of a field.
 * Records must not be passed in: after KF_FETCH_PARTITION the caller skips records_size bytes,
 * which are already taken off `left`. What lies behind the response is not touched. A field that
 * does not fit into the rest of the response is malformed at once, not NEED_MORE.
 * @param consumed  how many bytes of data are done with, whatever the event
 */
enum kf_fetch_event kf_fetch_parse(struct kf_fetch_parser *parser, const uint8_t *data, size_t size,
                                   size_t *consumed);

#endif
