/* SPDX-License-Identifier: MIT
 * What is known of the cluster: its brokers, the topics that have streams, who leads what, and when
 * to ask again. It chooses whom to ask: a live broker if there is one, else all known brokers and
 * the endpoints of the settings in turn. Threads: the I/O thread. */
#ifndef KF_CLUSTER_H
#define KF_CLUSTER_H

#include "stream_queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_broker;
struct kf_io;
struct kf_lookup;
struct kf_request;
struct kf_stream;
struct kf_topic;

struct kf_cluster {
    struct kf_io *io;
    struct kf_broker *brokers; /* the endpoints first, then those that metadata names */
    struct kf_topic *topics;
    bool has_new_topic; /* not asked about so far */
    struct kf_stream_queue homeless; /* no leader known */
    struct kf_broker *asker; /* whom metadata is asked of; NULL: nobody now */
    struct kf_broker *asked_last;
    int64_t refresh_at_ms;
    int64_t answered_at_ms; /* 0: never */
    uint32_t failures; /* refreshes in a row that left something unsettled */
    bool unreachable; /* and its owner has been told */
};

/** @return false: out of memory */
bool kf_cluster_init(struct kf_cluster *cluster, struct kf_io *io);
/** Closes everything; streams are let go. */
void kf_cluster_fini(struct kf_cluster *cluster);

/** Whatever is due: metadata, connections, requests. */
void kf_cluster_tick(struct kf_cluster *cluster);

/** Takes the stream in, if it is new. */
void kf_cluster_attach(struct kf_cluster *cluster, struct kf_stream *stream);
void kf_cluster_detach(struct kf_cluster *cluster, struct kf_stream *stream);

struct kf_broker *kf_cluster_broker(const struct kf_cluster *cluster, int32_t id);
struct kf_topic *kf_cluster_topic(const struct kf_cluster *cluster, const char *name);
/** Takes the answer over. */
void kf_cluster_resolved(struct kf_cluster *cluster, struct kf_lookup *lookup);

/** Metadata is wanted in delay_ms, though never in a storm. */
void kf_cluster_refresh(struct kf_cluster *cluster, int64_t delay_ms);
/** New metadata is in place. */
void kf_cluster_refreshed(struct kf_cluster *cluster);
/** Who was to be asked can not answer now. */
void kf_cluster_not_answered(struct kf_cluster *cluster, const struct kf_broker *broker);

/** A broker has answered, or can not be reached (why): tells the owner when that changes much. */
void kf_cluster_judge(struct kf_cluster *cluster, const struct kf_broker *broker, const char *why);

#endif
