/* SPDX-License-Identifier: MIT
 * Reading from a replica that is not the leader: one in the client's own rack, which the leader
 * names. The leader stays the one who is asked when a follower fails, and now and then anyway.
 * Threads: the I/O thread. */
#ifndef KF_FOLLOWER_H
#define KF_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

struct kf_broker;
struct kf_cluster;
struct kf_stream;

/** The leader has named a broker to read from, or whatever it took for one. The caller places the
 *  stream. */
void kf_follower_take(struct kf_cluster *cluster, struct kf_stream *stream, int32_t id);
/** Its leader, or the follower that it may read from now. */
struct kf_broker *kf_follower_source(struct kf_cluster *cluster, struct kf_stream *stream);
/** May its leader name a follower, or did one fail a moment ago? */
bool kf_follower_allowed(const struct kf_cluster *cluster, const struct kf_stream *stream);

/** Back to its leader. The caller places the stream. */
void kf_follower_leave(struct kf_stream *stream);
/** The same, for a while. */
void kf_follower_give_up(const struct kf_cluster *cluster, struct kf_stream *stream);
/** The same, and placed. */
void kf_follower_lost(struct kf_cluster *cluster, struct kf_stream *stream);
/** The broker is away: so do all that read from it as followers. */
void kf_followers_disband(struct kf_cluster *cluster, const struct kf_broker *broker);

#endif
