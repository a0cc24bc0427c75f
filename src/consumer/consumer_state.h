/* SPDX-License-Identifier: MIT
 * What a consumer is made of. Each part has one owner thread or its own lock; only `state`,
 * `failure` and the condition belong to `lock`. */
#ifndef KF_CONSUMER_STATE_H
#define KF_CONSUMER_STATE_H

#include "counters.h"
#include "dead_letters.h"
#include "fetcher.h"
#include "flights.h"
#include "group.h"
#include "health.h"
#include "partition.h"
#include "pool.h"
#include "quota.h"
#include "reader_settings.h"
#include "watchdog.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum kf_consumer_state {
    KF_CONSUMER_NEW,
    KF_CONSUMER_RUNNING,
    KF_CONSUMER_STOPPED
};

struct kf_selection;
struct kf_source;

struct kf_partition_vector {
    struct kf_partition **items;
    size_t count;
    size_t capacity;
};

/* What a stop could not finish. */
struct kf_left_behind {
    int64_t partitions; /* with one of these */
    int64_t handlers; /* still running, worker_open and worker_close among them */
    int64_t unacknowledged; /* messages whose verdict has not come */
    int64_t uncommitted; /* offsets that are finished, and not known to be committed */
};

struct kaffe_consumer {
    struct kf_consumer_settings settings; /* constant after new, as are these */
    struct kf_reader_settings reader; /* a reader's */
    const struct kf_source *source;
    const char *name; /* the group; of a reader: its topics */
    struct kf_counters counters;
    struct kf_quota quota;
    struct kf_pool pool;
    struct kf_scratches scratches;
    int64_t max_batch_count; /* of the settings, or what memory_limit_bytes leaves of it */
    struct kf_dead_letters dead_letters;
    struct kf_flights flights;
    struct kf_health health;
    struct kf_watchdog watchdog;
    struct kf_fetcher *fetcher;
    int wake_fd; /* wakes the control thread */
    atomic_bool stop_requested;
    atomic_bool news; /* the data plane or a worker has something for the control thread */
    atomic_int unreachable; /* a bit per plane; what is logged is the change to and from 0 */

    pthread_mutex_t lock;
    pthread_cond_t stopped;
    enum kf_consumer_state state;
    bool tried; /* to start */
    char unreachable_why[200]; /* the last reason */
    int64_t
        denied_since_ms; /* which is that credentials or certificates are refused; 0: it is not */
    kaffe_error failure; /* why it stopped; KAFFE_OK: it was told to */
    pthread_t control;

    /* The control thread's own. */
    struct kf_group *group;
    struct kf_selection *selection; /* a reader's */
    struct kf_partition_vector assigned;
    struct kf_partition_vector late; /* given up while a handler ran */
    struct kf_partition_vector in_commit; /* in the order of the request under way */
    bool begun; /* its source has assigned something, or nothing, for the first time */
    int64_t start_deadline_ms; /* to begin; INT64_MAX: no limit */
    int64_t next_commit_ms;
    int64_t next_ack_look_ms;
    int64_t next_lookup_ms;
    uint32_t lookup_failures;
    uint32_t commit_failures; /* in a row */
    int64_t stop_deadline_ms; /* to leave; INT64_MAX: not stopping */
    bool leaving;
    bool left_work; /* something finished could not be committed, or a handler still ran */
    struct kf_left_behind left;
};

/** The thread that calls is one of the consumer's own: a handler or hook. */
bool kf_consumer_is_inside(const kaffe_consumer *consumer);
void kf_consumer_enter(const kaffe_consumer *consumer);

/** Stops it with that error, if it has none yet. Any thread. */
void kf_consumer_fail(kaffe_consumer *consumer, const kaffe_error *err);

/** Something for the control thread. Any thread. */
void kf_consumer_tell(kaffe_consumer *consumer);

/** Any thread, and a signal handler. */
void kf_consumer_request_stop(kaffe_consumer *consumer);

/** By when it has to have left the group; INT64_MAX: nobody asked. Control thread. */
int64_t kf_consumer_stop_deadline_ms(kaffe_consumer *consumer, int64_t now_ms);
/** A last part of shutdown_timeout_ms, behind that deadline, in which workers end. */
int64_t kf_consumer_workers_ms(const kaffe_consumer *consumer);

/** @return false: out of memory */
bool kf_partition_vector_add(struct kf_partition_vector *vector, struct kf_partition *partition);
/** Order is kept. */
void kf_partition_vector_remove(struct kf_partition_vector *vector, size_t index);

#endif
