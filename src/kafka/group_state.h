/* SPDX-License-Identifier: MIT
 * What a group knows, shared by the sources that make it up. For this folder only.
 * One owner: the control thread; librdkafka's threads see none of it but the log. */
#ifndef KF_GROUP_STATE_H
#define KF_GROUP_STATE_H

#include "connection.h"
#include "group.h"
#include "sockets.h"

#include <librdkafka/rdkafka.h>

enum kf_group_phase {
    KF_GROUP_MEMBER, /* or on the way to be one */
    KF_GROUP_PARTING, /* about to leave, when the join under way has come to its end */
    KF_GROUP_LEAVING, /* unsubscribed, the partitions are not given up yet */
    KF_GROUP_CLOSING, /* librdkafka leaves */
    KF_GROUP_LEFT
};

struct kf_group {
    struct kf_connection_owner owner; /* first: librdkafka's opaque is also the whole */
    struct kf_security_settings security; /* what the owner's login goes by */
    struct kf_sockets sockets;
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue; /* rebalances and errors */
    rd_kafka_queue_t *commits; /* answers to commits, apart, so that `revoked` can wait for them */
    struct kf_group_events events;
    void *ctx;
    struct kf_text_list topics;
    char *endpoints;
    char *consumer_group;
    enum kf_group_phase phase;
    bool is_static; /* has an instance id: leaving is not told to the broker */
    bool holds; /* `assigned` was called, `revoked` not yet */
    bool joined; /* no join is under way, as far as events tell */
    bool unreachable; /* told so */
    kaffe_status told_reachable;
    bool dead; /* `failed` was called */
    bool commit_in_flight;
    int64_t probed_ms; /* when the cluster was last looked for */
    char trouble[400]; /* the last lost connection */
    bool refused; /* and TLS or the login was refused for good */
    struct kf_text_list told_topics; /* missing or forbidden ones, each said once */
    int32_t told_code; /* the last error said, so that it is said once */
    struct kf_text_list metadata; /* of the last kf_group_committed */
};

/* group_events.c */
void kf_group_handle(struct kf_group *group, rd_kafka_event_t *event);
void kf_group_probe(struct kf_group *group);

/* group_commit.c */
void kf_group_handle_commit(struct kf_group *group, rd_kafka_event_t *event);

#endif
