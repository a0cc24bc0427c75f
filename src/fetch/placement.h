/* SPDX-License-Identifier: MIT
 * Where a stream goes next: to its leader's queues, to those who wait for metadata, aside until
 * later, or nowhere, since its owner has to say or release something first.
 * Threads: the I/O thread. */
#ifndef KF_PLACEMENT_H
#define KF_PLACEMENT_H

#include <stdint.h>

struct kf_broker;
struct kf_cluster;
struct kf_stream;

enum kf_place {
    KF_PLACE_BACK, /* behind those that have waited longer */
    KF_PLACE_FRONT, /* it got nothing this time */
    KF_PLACE_DRAINED /* it had nothing to give a moment ago: the next long poll, or soon */
};

/** By its wish and its leader; it is asked for by no round any more. */
void kf_place(struct kf_cluster *cluster, struct kf_stream *stream, enum kf_place place);
/** Aside for so long. */
void kf_place_aside(struct kf_cluster *cluster, struct kf_stream *stream, int64_t pause_ms);
/** Aside, longer with every failure in a row. */
void kf_place_later(struct kf_cluster *cluster, struct kf_stream *stream);
/** The broker answered with an error code. */
void kf_place_refused(struct kf_cluster *cluster, struct kf_stream *stream, int16_t code);
/** Says in the log what is wrong, once in a row for the same code. */
void kf_place_complain(const struct kf_cluster *cluster, struct kf_stream *stream, int16_t code);
/** Its owner, or a release, has put it into the mailbox. */
void kf_place_mailed(struct kf_cluster *cluster, struct kf_stream *stream);
/** Metadata names this leader; NULL: none. Other than before: asked for there at once. */
void kf_place_leader(struct kf_cluster *cluster, struct kf_stream *stream,
                     struct kf_broker *leader);

#endif
