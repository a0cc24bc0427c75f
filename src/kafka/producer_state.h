/* SPDX-License-Identifier: MIT
 * What a producer knows, shared by the sources that make it up. For this folder only.
 *
 * One lock guards what is marked so; it is never held while anything waits for the network.
 * Threads: callers; "kaffe-produce", one for each outlet, which hands out delivery reports;
 * "kaffe-topics", which asks for partition counts and clears outlets away. */
#ifndef KF_PRODUCER_STATE_H
#define KF_PRODUCER_STATE_H

#include "backlog.h"
#include "outlet.h"
#include "producer_topics.h"
#include "settings.h"

#include <pthread.h>
#include <stdatomic.h>

#define KF_TOPIC_BUCKETS 256

enum kf_outlet_kind {
    KF_OUTLET_SYNC, /* no linger: somebody waits */
    KF_OUTLET_ASYNC, /* gathers */
    KF_OUTLET_KINDS
};

struct kaffe_producer {
    struct kf_producer_settings settings;
    const char *endpoints; /* the settings', for messages */
    struct kf_backlog backlog;
    atomic_bool closing;
    atomic_bool aborted; /* calls that wait go without their reports */
    atomic_bool muted; /* it may be gone for its owner: no word to the log */
    atomic_bool unreachable; /* said so */
    pthread_t clerk; /* "kaffe-topics" */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a round ended, a call left, closing */
    pthread_cond_t work; /* for the clerk */
    /* By the lock, from here on. */
    struct kf_outlet *outlets[KF_OUTLET_KINDS];
    struct kf_outlet *retired;
    struct kf_target *topics[KF_TOPIC_BUCKETS];
    size_t topic_count;
    size_t calls; /* of the public API, inside now */
    int32_t
        refused; /* nothing answers because TLS or the login is refused: its code; 0: it is not */
    char trouble[400]; /* why nothing answers; "": it does, as far as we know */
    bool clerk_stops;
};

/* producer.c: every public call begins and ends with these */

/** @return KAFFE_OK: leave afterwards; KAFFE_CLOSED: do not */
kaffe_status kf_producer_enter(struct kaffe_producer *producer, kaffe_error *err);
/** The same for calls that a delivery callback must not make: KAFFE_INVALID. */
kaffe_status kf_producer_enter_waiting(struct kaffe_producer *producer, const char *call,
                                       kaffe_error *err);
void kf_producer_leave(struct kaffe_producer *producer);
/** Is this a thread that calls delivery callbacks? */
bool kf_producer_calls_back(struct kaffe_producer *producer);
/** Frees what is left when nobody uses it and the clerk has gone. */
void kf_producer_discard(struct kaffe_producer *producer);
/** Checks what a caller gave and finds the topic. */
kaffe_status kf_producer_address(struct kaffe_producer *producer, const char *name,
                                 int32_t partition, struct kf_target **topic, kaffe_error *err);
kaffe_status kf_record_check(const kaffe_record *record, kaffe_error *err);
size_t kf_record_bytes(const kaffe_record *record);

/* producer_outlets.c */

/** The outlet for a send, made if there is none or if the last one died, and the topic's handle in
 *  it. @return KAFFE_OK: release it; KAFFE_NO_MEMORY, KAFFE_FAILED, KAFFE_NOT_WRITTEN, KAFFE_DENIED
 */
kaffe_status kf_outlet_acquire(struct kaffe_producer *producer, enum kf_outlet_kind kind,
                               const struct kf_target *topic, struct kf_route *route,
                               kaffe_error *err);
/** The outlet as it is. @return NULL: there is none; else release it */
struct kf_outlet *kf_outlet_hold(struct kaffe_producer *producer, enum kf_outlet_kind kind);
void kf_outlet_release(struct kaffe_producer *producer, struct kf_outlet *outlet);
/** Frees retired outlets that have nothing left to report. The lock is held, and given up for it.
 */
void kf_outlets_clear_locked(struct kaffe_producer *producer);
bool kf_outlets_call_back_locked(const struct kaffe_producer *producer);
/** Ends all that is queued or sent; reports follow. */
void kf_outlets_purge(struct kaffe_producer *producer);
bool kf_outlets_idle(struct kaffe_producer *producer);
/** Their threads look at the backlog now. */
void kf_outlets_wake(struct kaffe_producer *producer);
/** Nothing is logged any more, by us or librdkafka. */
void kf_outlets_mute(struct kaffe_producer *producer);
/** The last thing: nobody else uses the producer any more. */
void kf_outlets_close(struct kaffe_producer *producer);
/** Opens the outlet for synchronous calls, so that connecting begins. */
kaffe_status kf_outlets_open(struct kaffe_producer *producer, kaffe_error *err);

#endif
