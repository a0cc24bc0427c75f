/* SPDX-License-Identifier: MIT
 * The data plane: one I/O thread that fetches the records of many streams, a stream being one
 * partition in one assignment. It decides when and where to fetch. It knows no group, no handler
 * and no policy: where to start, and what an offset that is gone means, is asked of its owner.
 *
 * Back-pressure is not asking: a stream's bytes (waiting in its inbox or taken by a worker) are
 * counted by buffer capacity, and a fetch asks for no more than max_bytes leaves, once at least
 * half of it is free. Only a single batch larger than that goes beyond max_bytes. */
#ifndef KF_FETCHER_H
#define KF_FETCHER_H

#include "connection_settings.h"
#include "endpoints.h"
#include "kaffe.h"
#include "list_offsets.h"
#include "log.h"
#include "security_settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_buffer;
struct kf_fetcher;
struct kf_stream;

struct kf_fetcher_settings {
    const struct kf_endpoint_list *endpoints; /* where to ask first; copied */
    const char *client_id; /* copied */
    int32_t max_bytes; /* per stream */
    size_t memory_bytes; /* for all streams together, buffers that are kept included; 0: no limit */
    int32_t min_bytes;
    int32_t max_wait_ms;
    struct kf_connection_settings connection;
    const struct kf_security_settings *security; /* outlives the fetcher; NULL: plaintext */
    const char *client_rack; /* copied; leaders may name a replica there to read from; NULL: none */
    /** KAFFE_TIMED_OUT: nothing that we need answers (why: "kafka:9092: connection refused");
     *  KAFFE_DENIED: because credentials or certificates are refused; KAFFE_OK: something does
     *  again (why: NULL). Threads: the I/O thread. */
    void (*reachable)(void *ctx, kaffe_status status, const char *why);
    void *ctx;
};

struct kf_fetcher_counters {
    int64_t held_bytes; /* in all streams, by capacity */
    int64_t memory_bytes; /* those, and buffers that are kept for the next fetch */
    int64_t memory_waits; /* times that streams were not asked for because of memory_bytes */
    int64_t stale_responses; /* for a stream that was closed or started anew meanwhile */
};

/** @return NULL with err: KAFFE_NO_MEMORY, or KAFFE_INVALID of `security`. Nothing connects before
 *  kf_fetcher_start. */
struct kf_fetcher *kf_fetcher_new(const struct kf_fetcher_settings *settings,
                                  const struct kf_log *log, kaffe_error *err);
/** Starts the I/O thread ("kaffe-fetch"), which connects to the first endpoint that answers. */
kaffe_status kf_fetcher_start(struct kf_fetcher *fetcher, kaffe_error *err);
/** Stops the I/O thread and frees; every stream must be closed before, freed ones or not. */
void kf_fetcher_free(struct kf_fetcher *fetcher);
void kf_fetcher_count(const struct kf_fetcher *fetcher, struct kf_fetcher_counters *counters);

/* What a stream tells its owner: on the I/O thread, the stream's lock held, so that none runs after
 * kf_stream_close has returned. They must not block, nor call the stream. */
struct kf_stream_events {
    /** Slices wait in an inbox that was empty. */
    void (*ready)(void *ctx);
    /** The answer to kf_stream_locate. KF_LOCATED_NONE: no message has that time, or a later one.
     */
    void (*located)(void *ctx, int64_t offset);
    /** The log goes on to `end`, yet holds nothing from `offset` on, where the stream stands:
     *  compaction took the last of it. NULL: of no interest. */
    void (*gap)(void *ctx, int64_t offset, int64_t end);
    /** An answer to kf_stream_count. count 0: none, `code` is Kafka's, and it is asked again. */
    void (*counted)(void *ctx, int32_t count, int16_t code);
    /** `offset` is below the log's start or above its end. The stream stands still until
     *  kf_stream_locate or kf_stream_start. */
    void (*out_of_range)(void *ctx, int64_t offset);
};

/* Fetched record bytes of one stream: whole batches, and perhaps a cut one at the end. A batch that
 * can not be read (malformed, old magic) is handed out too, behind the whole ones if there are any;
 * the stream then stands still until kf_stream_start: its owner finds out, and decides. */
struct kf_slice {
    struct kf_slice *next;
    struct kf_buffer *buffer;
    const uint8_t *data;
    size_t size;
    int64_t from; /* the offset asked for: records below it are not ours */
    int64_t next_offset; /* behind the last whole batch */
    int64_t high_watermark;
    uint32_t kept; /* releases that give nothing back; under the stream's lock */
};

/* Threads: one owner calls locate, start, close and free (or hands the stream over with a lock of
 * its own); take and release may run on another thread, one at a time. */

#define KF_LOCATED_NONE (-1)
#define KF_NO_PARTITION (-1) /* as a stream's: the topic as a whole, for kf_stream_count only */

/** A stream at rest. @param topic copied. @return NULL: out of memory */
struct kf_stream *kf_stream_open(struct kf_fetcher *fetcher, const char *topic, int32_t partition,
                                 const struct kf_stream_events *events, void *ctx);
/** Asks where the log begins (KF_OFFSET_EARLIEST), ends (KF_OFFSET_LATEST), or which message is the
 *  first at a time (ms since 1970) or later; `located` answers, and the stream stands still from
 * now on until kf_stream_start. What waits stays. */
void kf_stream_locate(struct kf_stream *stream, int64_t which);
/** Asks how many partitions the topic has; `counted` answers. Of a stream of KF_NO_PARTITION. */
void kf_stream_count(struct kf_stream *stream);
/** Fetches from `offset` on. What waits is dropped, and what is under way will be; slices that were
 *  taken stay, and count, until they are released. */
void kf_stream_start(struct kf_stream *stream, int64_t offset);
/** All slices that wait, oldest first; NULL: none, and `ready` will tell of the next. */
struct kf_slice *kf_stream_take(struct kf_stream *stream);
/** One slice that was taken is done with. Also after close, and on any thread. */
void kf_stream_release(struct kf_stream *stream, struct kf_slice *slice);
/** No event after this; what waits is dropped. The fetcher may go away after it. */
void kf_stream_close(struct kf_stream *stream);
/** After close, all taken slices released. */
void kf_stream_free(struct kf_stream *stream);

#endif
