/* SPDX-License-Identifier: MIT
 * Where a partition stands in its fetched bytes. Slices come in, batches are opened one after
 * another, and behind a batch the position moves past its last offset even if no record of it was
 * left (compaction, markers). It decides what is read next; what a record means is the turn's. */
#ifndef KF_CURSOR_H
#define KF_CURSOR_H

#include "fetcher.h"
#include "record_batch.h"
#include "scratches.h"

#include <stdatomic.h>
#include <stdbool.h>

#define KF_OPENER_KEPT 32

/* What one worker opens batches with: the memory that all share, and its scratches of batches that
 * are closed but whose records the handler still looks at. */
struct kf_opener {
    struct kf_scratches *scratches;
    struct kf_scratch kept[KF_OPENER_KEPT];
    size_t kept_count;
};

#define KF_NO_RESTART INT64_MIN

struct kf_cursor {
    struct kf_stream *stream;
    struct kf_slice *spent; /* read, but the handler may still look at them */
    struct kf_slice *slices; /* the first one is being read */
    struct kf_slice *last;
    size_t at; /* in the first slice: the open batch, or the next one */
    struct kf_batch_header header;
    struct kf_record_walk walk;
    struct kf_scratch scratch; /* of the open batch, if it was compressed */
    struct kf_scratch_wait wait; /* for one */
    int64_t position; /* the next offset to hand out */
    int64_t stop; /* the first offset that is not handed out; INT64_MAX: none */
    int64_t pause; /* for now, nothing from here on is handed out; INT64_MAX: it is */
    int64_t expected_from; /* where the next slice has to begin */
    _Atomic int64_t restart; /* the stream was told to begin here; KF_NO_RESTART: no */
    enum kf_batch_status broken; /* of the batch that does not open */
    bool open;
    bool cut_by_pause; /* the open batch goes on behind it */
};

enum kf_cursor_status {
    KF_CURSOR_OPEN, /* walk the records */
    KF_CURSOR_EMPTY, /* nothing fetched is left */
    KF_CURSOR_WAIT, /* no room to decompress into; kf_scratches tells when to try again */
    KF_CURSOR_BROKEN /* `broken` says why; kf_cursor_discard and fetch it again */
};

/** @param position  the first offset to hand out */
void kf_cursor_init(struct kf_cursor *cursor, struct kf_stream *stream, int64_t position);
void kf_cursor_fini(struct kf_cursor *cursor);

/** Takes over what waits in the stream. */
void kf_cursor_take(struct kf_cursor *cursor);
/** Records not read yet, in the slices taken: an upper bound of what can be handed out. */
int64_t kf_cursor_records(const struct kf_cursor *cursor);
/** Opens the next batch that has records for us, or keeps the open one. */
enum kf_cursor_status kf_cursor_open(struct kf_cursor *cursor, struct kf_opener *opener);
/** Behind the last record of the open batch. keep: views into it are still in use, until
 *  kf_cursor_release; at most KF_OPENER_KEPT batches. */
void kf_cursor_close(struct kf_cursor *cursor, struct kf_opener *opener, bool keep);
/** Nothing from `offset` on is handed out until this is called again; INT64_MAX: everything is. */
void kf_cursor_pause(struct kf_cursor *cursor, struct kf_opener *opener, int64_t offset);
/** No view is in use any more. */
void kf_cursor_release(struct kf_cursor *cursor, struct kf_opener *opener);

/* A place to come back to; valid until the next kf_cursor_release. */
struct kf_cursor_mark {
    const struct kf_slice *slice;
    size_t at;
    int64_t position;
};
struct kf_cursor_mark kf_cursor_mark(const struct kf_cursor *cursor);
void kf_cursor_rewind(struct kf_cursor *cursor, struct kf_opener *opener,
                      struct kf_cursor_mark mark);

/** Gives all fetched bytes back; what is fetched from `position` on is expected next. */
void kf_cursor_discard(struct kf_cursor *cursor, struct kf_opener *opener);

#endif
