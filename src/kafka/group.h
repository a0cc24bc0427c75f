/* SPDX-License-Identifier: MIT
 * Membership of a consumer group, and commits: librdkafka's part of a consumer, without a message
 * ever passing through it. An assignment is answered with an empty assign(), which keeps the member
 * stable and fetches nothing; the fetching is the data plane's.
 *
 * Threads: all calls from one control thread, except kf_group_free of a group never served. */
#ifndef KF_GROUP_H
#define KF_GROUP_H

#include "kaffe.h"
#include "log.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_group;
struct kf_security_settings;

#define KF_NO_COMMIT INT64_C(-1001) /* as an offset: the group has none there */

struct kf_group_offset {
    const char *topic; /* borrowed for the call or event */
    int32_t partition;
    int32_t error; /* librdkafka's code; 0: none */
    int64_t offset;
    const char *metadata; /* of the commit; NULL: none */
};

struct kf_group_settings {
    const char *endpoints;
    const char *consumer_group;
    const char *client_id;
    const char *group_instance_id; /* NULL: none */
    const char *client_rack; /* NULL: none */
    const char *partition_assignment_strategy;
    const struct kf_text_list *topics;
    int64_t session_timeout_ms;
    int64_t heartbeat_interval_ms;
    int64_t max_poll_interval_ms;
    int64_t metadata_max_age_ms; /* new partitions, and topics made late, are noticed; 0: 10000 */
    const kaffe_property *properties; /* [property_count] checked, over our own */
    size_t property_count;
    const struct kf_security_settings *security; /* copied; NULL: plaintext, without a login */
};

/* Called by kf_group_serve, on the thread that calls it. Lists are lent for the call. */
struct kf_group_events {
    void (*assigned)(void *ctx, const struct kf_group_offset *partitions, size_t count);
    /** All partitions go. Inside it: stop them, settle and commit; the group waits for the return.
     *  lost: too late, somebody else may have them already; a commit would be refused. */
    void (*revoked)(void *ctx, bool lost);
    /** The answer to kf_group_commit; each entry has its own error. failed: the whole request. */
    void (*committed)(void *ctx, const struct kf_group_offset *offsets, size_t count,
                      const kaffe_error *failed);
    /** A broker answers again (KAFFE_OK), none does (KAFFE_TIMED_OUT), or they refuse TLS or the
     *  login (KAFFE_DENIED). */
    void (*reachable)(void *ctx, kaffe_status status, const char *why);
    /** This member is out for good: fenced, or not authorised. */
    void (*failed)(void *ctx, const kaffe_error *err);
};

/** @param wake_fd  an eventfd (base/thread.h) that is written when kf_group_serve has work.
 *  @return NULL with err: KAFFE_INVALID (librdkafka's own words), KAFFE_NO_MEMORY, KAFFE_FAILED */
struct kf_group *kf_group_new(const struct kf_group_settings *settings, const struct kf_log *log,
                              const struct kf_group_events *events, void *ctx, int wake_fd,
                              kaffe_error *err);

/** Joins. */
kaffe_status kf_group_subscribe(struct kf_group *group, kaffe_error *err);

/** One of its topics that the cluster does not know, or not for this client. @return NULL: none */
const char *kf_group_missing_topic(const struct kf_group *group);

/** Handles all that waits; at least twice a second, or librdkafka takes us for dead. */
void kf_group_serve(struct kf_group *group);

/** The committed offset and metadata of each entry; KF_NO_COMMIT where there is none. Blocks.
 *  metadata stays valid until the next call.
 *  @return KAFFE_OK; else nothing is known, ask again: an error is never "no commit" */
kaffe_status kf_group_committed(struct kf_group *group, struct kf_group_offset *offsets,
                                size_t count, int timeout_ms, kaffe_error *err);

/** How many partitions a topic has. Blocks. */
kaffe_status kf_group_partition_count(struct kf_group *group, const char *topic, int timeout_ms,
                                      int32_t *count, kaffe_error *err);

/** Sends a commit of exactly these offsets; `committed` answers. One at a time: not before the last
 *  one was answered. */
kaffe_status kf_group_commit(struct kf_group *group, const struct kf_group_offset *offsets,
                             size_t count, kaffe_error *err);
bool kf_group_commit_in_flight(const struct kf_group *group);
/** Serves nothing but the commit in flight, until answered or kf_clock_ms() reaches the deadline.
 *  For use inside `revoked`. @return false: not answered in time */
bool kf_group_commit_settle(struct kf_group *group, int64_t deadline_ms);

/** Begins to leave: go on serving (`revoked` will come if anything is assigned) until
 *  kf_group_left. A join under way is waited for, since the broker would not hear of our leaving
 *  before its end; call again with at_once when there is no more time for that. */
void kf_group_leave(struct kf_group *group, bool at_once);
bool kf_group_left(const struct kf_group *group);

/** Before it has left: gives up without leaving, the broker notices after the session timeout;
 *  librdkafka's own end may then take as long, in the background, without connections or log. Also
 *  after it has left, nobody waits for that end beyond deadline_ms. */
void kf_group_free(struct kf_group *group, int64_t deadline_ms);

#endif
