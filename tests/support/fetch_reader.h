/* SPDX-License-Identifier: MIT
 * An owner of streams as a test drives it: what the fetcher tells is written down, and the test's
 * thread waits for it. Waiting ends the test after 30 s. */
#ifndef FETCH_READER_H
#define FETCH_READER_H

#include "fetcher.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct fetch_reader {
    struct kf_fetcher *fetcher;
    struct kf_fetcher_settings settings; /* changed by the test between init and start */
    struct kf_log log;
    struct kf_endpoint_list endpoints;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t told;
    int unreachable; /* times */
    int reachable;
    int disconnected; /* broker.disconnected in the log */
    char why[400];
    kaffe_status status; /* the last that was told */
    char events[16384]; /* warnings and worse, a line each */
};

struct fetch_stream {
    struct fetch_reader *reader;
    struct kf_stream *stream;
    int ready; /* under the reader's lock: */
    int located;
    int out_of_range;
    int gaps;
    int counted;
    int64_t offset; /* of the last located, out_of_range or gap */
    int64_t gap_end;
    int32_t partition_count; /* of the last counted, and its code */
    int16_t code;
};

/** Settings for tests: short pauses, max_bytes 100,000. */
void fetch_reader_init(struct fetch_reader *reader, const char *endpoints);
void fetch_reader_start(struct fetch_reader *reader);
void fetch_reader_stop(struct fetch_reader *reader);

void fetch_stream_open(struct fetch_stream *stream, struct fetch_reader *reader, const char *topic,
                       int32_t partition);
/** Closes and frees. */
void fetch_stream_close(struct fetch_stream *stream);
/** Locates and waits for the answer. */
int64_t fetch_stream_locate(struct fetch_stream *stream, int64_t which);
/** Slices, as soon as there are any. */
struct kf_slice *fetch_stream_take(struct fetch_stream *stream);
/** Takes and releases until the offset is reached; checks that slices join without a gap.
 *  @return bytes of whole batches */
size_t fetch_stream_drain(struct fetch_stream *stream, int64_t from, int64_t until);
/** Releases a list. */
void fetch_stream_release(struct fetch_stream *stream, struct kf_slice *slices);

/** Waits until a counter of the reader or of a stream is at least `least`. */
void fetch_reader_await(struct fetch_reader *reader, const int *counter, int least);
int64_t fetch_reader_held(const struct fetch_reader *reader);
int64_t fetch_reader_stale(const struct fetch_reader *reader);
/** How often an event with that text has been logged as a warning or worse. */
int fetch_reader_logged(struct fetch_reader *reader, const char *text);
/** Waits for it. */
void fetch_reader_await_log(struct fetch_reader *reader, const char *text);

#endif
