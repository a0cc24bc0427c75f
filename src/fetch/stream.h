/* SPDX-License-Identifier: MIT
 * One stream, two sides. The owner's side (wish, inbox, budget) is under the stream's lock; the
 * fetch side belongs to the I/O thread, which learns of a new wish through the mailbox.
 * Lock order: stream, then mailbox. The owner's events run with the stream's lock held. */
#ifndef KF_STREAM_H
#define KF_STREAM_H

#include "budget.h"
#include "fetcher.h"
#include "slice.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_broker;
struct kf_mailbox;
struct kf_topic;

enum kf_wish_kind {
    KF_WISH_REST,
    KF_WISH_COUNT,
    KF_WISH_LOCATE, /* offset: KF_OFFSET_EARLIEST, KF_OFFSET_LATEST, or a time */
    KF_WISH_FETCH /* offset: where to begin */
};

struct kf_wish {
    enum kf_wish_kind kind;
    uint32_t generation; /* counts wishes: an answer to an older one is stale */
    int64_t offset;
};

/* The fetch side. */
struct kf_stream_course {
    struct kf_wish wish; /* the last one seen; offset moves on with what is fetched */
    struct kf_topic *topic; /* NULL: not attached */
    struct kf_topic *own_topic; /* brought along, in case it is the first of its topic */
    struct kf_stream *topic_next;
    struct kf_stream *topic_previous;
    struct kf_broker *leader; /* NULL: not known */
    int32_t leader_id; /* the last one known; -1: none */
    struct kf_broker *follower; /* what it reads from instead; NULL: its leader */
    int64_t follower_until_ms; /* then its leader is asked again */
    int64_t no_follower_until_ms; /* one failed: the leader is to answer by itself */
    struct kf_stream_queue *queue; /* the one it stands in */
    struct kf_stream *next;
    struct kf_stream *previous;
    const void *asked_by; /* the round that asks for it now */
    struct kf_stream *topped; /* the next one of its topic, while a round is put together */
    size_t capacity; /* what its budget allows; 0: no room, release tells when there is */
    size_t held; /* when that was found out */
    size_t ask; /* what the allowance of all streams leaves of it, for the next request */
    bool grown; /* it is for one large batch */
    bool too_large; /* and the log has said that this one is refused */
    int64_t due_ms; /* not to be asked for before */
    uint32_t failures; /* in a row */
    int64_t gap_offset; /* where nothing came although the log goes on ... */
    int64_t gap_since_ms; /* ... and since when */
    int16_t complained; /* of this error code, in the log */
};

struct kf_stream {
    atomic_int references;
    struct kf_mailbox *mailbox;
    char *topic;
    int32_t partition;
    struct kf_stream_events events;
    void *ctx;

    pthread_mutex_t lock; /* guards the owner's side: */
    struct kf_wish wish;
    struct kf_slice *first;
    struct kf_slice *last;
    struct kf_budget budget;
    bool starved; /* release posts when there is room again */
    bool waits_empty; /* release posts when nothing is held any more */
    bool closed;

    bool mailed; /* these two under the mailbox's lock */
    struct kf_stream *mail_next;

    struct kf_stream_course course;
};

struct kf_stream *kf_stream_new(struct kf_mailbox *mailbox, const char *topic, int32_t partition,
                                size_t max_bytes);
void kf_stream_hold(struct kf_stream *stream);
void kf_stream_drop(struct kf_stream *stream);
/** A slice that was taken is needed until one more release. */
void kf_stream_keep(struct kf_stream *stream, struct kf_slice *slice);

/* Threads: the I/O thread. Each takes the lock once. */

/** Looks at the owner's wish: takes a new one over, brings course.capacity up to date.
 *  @return false: closed */
bool kf_stream_look(struct kf_stream *stream, bool *new_wish);
/** Its owner still has some of its bytes; once it has none, the stream comes by mail. */
bool kf_stream_holds(struct kf_stream *stream);
/** Its next batch needs so many bytes of records; brings course.capacity up to date. */
void kf_stream_grow(struct kf_stream *stream, size_t size);
enum kf_delivery {
    KF_DELIVERED,
    KF_DELIVERY_STALE, /* closed, or wished anew meanwhile */
    KF_DELIVERY_CUT, /* not one whole batch: more is asked for next time */
    KF_DELIVERY_USELESS /* nothing in it brings us on, and asking for more would not */
};

/** Puts a slice into the inbox, or frees it; brings course.capacity up to date.
 *  @param asked  bytes of records that had been allowed */
enum kf_delivery kf_stream_deliver(struct kf_stream *stream, struct kf_slice *slice, size_t asked,
                                   const struct kf_slice_look *look);
/** Tells the answer to the last wish. @return false: stale */
bool kf_stream_tell_located(struct kf_stream *stream, int64_t offset);
bool kf_stream_tell_out_of_range(struct kf_stream *stream);
bool kf_stream_tell_gap(struct kf_stream *stream, int64_t end);
bool kf_stream_tell_counted(struct kf_stream *stream, int32_t count, int16_t code);

#endif
