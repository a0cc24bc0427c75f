/* SPDX-License-Identifier: MIT
 * One broker, or one endpoint of the settings until it is known which broker that is (id -1), and
 * its two connections, here called lanes: `poll` for the fetch that waits, `side` for everything
 * else, so that nothing waits behind the fetch that waits. Threads: the I/O thread. */
#ifndef KF_BROKER_H
#define KF_BROKER_H

#include "endpoints.h"
#include "lane.h"
#include "resolver.h"
#include "stream_queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_cluster;

struct kf_broker {
    struct kf_broker *next;
    struct kf_cluster *cluster;
    int32_t id;
    struct kf_endpoint endpoint;
    const struct kf_lookup *lookup; /* under way */
    int64_t lookup_deadline_ms;
    struct kf_address_list addresses; /* count 0: to be looked up */
    struct kf_tls_memory tls_memory;
    struct kf_lane poll;
    struct kf_lane side;

    size_t stream_count; /* that it leads, or that follow it */
    size_t follower_count; /* streams that read from it though it does not lead them */
    struct kf_stream_queue fetchable;
    struct kf_stream_queue drained; /* fetchable, but found empty by a fetch that did not wait */
    struct kf_stream_queue locating;
    struct kf_stream_queue later;
    int64_t later_due_ms; /* the earliest of them */

    int64_t retry_at_ms; /* connect no sooner */
    int64_t throttled_until_ms;
    int32_t throttle_ms; /* the last one told */
    int64_t poll_at_ms; /* the next fetch that waits, no sooner */
    int64_t side_at_ms; /* the next look at the drained ones */
    int64_t side_pause_ms;
    uint32_t failures; /* in a row */
    bool down; /* it could not be reached when last tried */
    bool refused; /* because one side did not want the other */
    bool warned;
    bool listed; /* in the latest metadata */
};

/** @param id  -1: an endpoint of the settings. @return NULL: out of memory */
struct kf_broker *kf_broker_new(struct kf_cluster *cluster, int32_t id, const char *host,
                                uint16_t port);
void kf_broker_free(struct kf_broker *broker);

/** Connects, gives up, sends: whatever is due. */
void kf_broker_tick(struct kf_broker *broker);
/** Its address has changed, or nobody needs it any more. */
void kf_broker_disconnect(struct kf_broker *broker, const char *why);
/** @return false: out of memory, nothing changed */
bool kf_broker_move(struct kf_broker *broker, const char *host, uint16_t port);
bool kf_broker_is_at(const struct kf_broker *broker, const char *host, uint16_t port);
void kf_broker_resolved(struct kf_broker *broker, const struct kf_lookup *lookup);

/** When it may be asked something, or connected to so that it can be; the past: now. */
int64_t kf_broker_ready_at(const struct kf_broker *broker);

/* What its lanes tell. */
void kf_broker_opened(struct kf_broker *broker);
/** @param down     it could not even be connected to
 *  @param refused  because one side does not want the other: credentials, certificates */
void kf_broker_failed(struct kf_broker *broker, bool down, bool refused, const char *why);
/** A request has been answered. */
void kf_broker_answered(struct kf_broker *broker, int32_t throttle_ms);

#endif
