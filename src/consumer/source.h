/* SPDX-License-Identifier: MIT
 * Where a consumer's partitions come from, and whether what is finished is committed: a group's
 * membership, or a reader's own selection. The rest of a consumer knows neither. Threads: the
 * control thread, but for open. */
#ifndef KF_SOURCE_H
#define KF_SOURCE_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How all partitions were given up. */
struct kf_hand_over {
    size_t count;
    bool lost; /* too late for a commit */
    bool drained; /* no handler ran on */
    bool committed;
};

struct kf_source {
    const char *section; /* of the options, in the log */
    const char *key; /* in the log: what consumer->name is the name of */
    const char *left_work; /* what is wrong when work was left behind at shutdown_timeout_ms */
    int64_t commit_ms; /* the most that the last commit may take */

    /** The first word to the brokers. Threads: the one that starts the consumer. */
    kaffe_status (*open)(kaffe_consumer *consumer, kaffe_error *err);
    /** Takes in what has arrived: partitions may come and go. */
    void (*serve)(kaffe_consumer *consumer);
    /** Where partitions start, commits. @return when to come again, news aside */
    int64_t (*step)(kaffe_consumer *consumer, int64_t now_ms);
    /** Called again until it has left. @param at_once  no time is left for good manners */
    bool (*leave)(kaffe_consumer *consumer, bool at_once);
    /** Commits all that is finished. @return false: not known to be committed */
    bool (*commit)(kaffe_consumer *consumer, int64_t deadline_ms);
    /** After the commit; the partitions are still there. */
    void (*gave_up)(kaffe_consumer *consumer, const struct kf_hand_over *how);
    /** What has not happened when start_timeout_ms is over: "group g was not joined".
     *  @return the remedy; NULL: endpoints are as good a guess as any */
    const char *(*missed)(const kaffe_consumer *consumer, char *out, size_t size);
    /** Also of one that was never opened. */
    void (*close)(kaffe_consumer *consumer);
};

extern const struct kf_source kf_membership;
extern const struct kf_source kf_selection;

#endif
