/* SPDX-License-Identifier: MIT
 * One librdkafka producer and the thread that takes its reports: sends a record, says once what
 * became of it. Whom to tell, deadlines and what to do when an outlet dies are its owner's.
 * For this folder only. */
#ifndef KF_OUTLET_H
#define KF_OUTLET_H

#include "connection.h"
#include "kaffe.h"
#include "settings.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>

/* Called on the outlet's thread. */
struct kf_outlet_hooks {
    void (*ended)(void *ctx, void *delivery, const kaffe_result *result);
    int64_t (*tick)(void *ctx); /* at least every poll_ms, and when it said; may be NULL */
    /** @param refused  librdkafka's code, if TLS or a login was refused for good; else 0 */
    void (*unreachable)(void *ctx, int32_t refused, const char *why);
    int poll_ms;
};

struct kf_outlet {
    struct kf_connection_owner owner; /* librdkafka's opaque; the settings outlive it */
    struct kf_outlet *next; /* the owner's list */
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    pthread_t poller;
    struct kf_outlet_hooks hooks;
    void *ctx;
    int64_t opened_ms;
    char trouble[400]; /* the last lost connection; the poller's */
    int32_t refused; /* its code, if it was refused for good */
    atomic_bool stopping;
    /* By the owner's lock. */
    size_t users;
    rd_kafka_topic_t **topics; /* [topic_count], NULL where none was needed yet */
    size_t topic_count;
};

/* A outlet in use, and one topic's handle in it. */
struct kf_route {
    struct kf_outlet *outlet;
    rd_kafka_topic_t *topic;
};

/** @return NULL with err */
struct kf_outlet *kf_outlet_open(const struct kf_producer_settings *settings, int64_t linger_ms,
                                 const struct kf_outlet_hooks *hooks, void *ctx, kaffe_error *err);

/** The handle for a topic, kept: made by name each time, its first record would take a second.
 *  The owner's lock is held. @return NULL: out of memory */
rd_kafka_topic_t *kf_outlet_topic_locked(struct kf_outlet *outlet, const char *name, size_t index);

/** Copies the record and queues it; `ended` gets `delivery` back.
 *  @return 0, or librdkafka's code: not queued, `ended` will not come */
int32_t kf_outlet_send(const struct kf_route *route, int32_t partition, const kaffe_record *record,
                       void *delivery);

/** Why it is of no more use; 0: it is. text may be NULL. */
int32_t kf_outlet_fatal(const struct kf_outlet *outlet, char *text, size_t text_size);
/** Nothing queued, sent or to be reported. */
bool kf_outlet_idle(const struct kf_outlet *outlet);
/** Sends what lingers and waits until idle, at most timeout_ms. */
void kf_outlet_flush(struct kf_outlet *outlet, int timeout_ms);
/** Ends all that is left, as purged. `ended` tells. */
void kf_outlet_purge(struct kf_outlet *outlet);
/** Has its thread tick now. */
void kf_outlet_wake(struct kf_outlet *outlet);
/** Nothing is logged, and nobody asked for a token, any more. */
void kf_outlet_mute(struct kf_outlet *outlet);
/** Joins the thread, which reports what has been waiting, and frees. */
void kf_outlet_close(struct kf_outlet *outlet);

#endif
