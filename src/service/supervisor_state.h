/* SPDX-License-Identifier: MIT
 * What a supervisor is made of, and what its parts may ask of each other. */
#ifndef KF_SUPERVISOR_STATE_H
#define KF_SUPERVISOR_STATE_H

#include "configuration.h"
#include "kaffe_service.h"
#include "log.h"
#include "restarts.h"

#include <pthread.h>
#include <stdatomic.h>

/* A configuration, as long as something lives that was made by it. With `changing`. */
struct kf_generation {
    kaffe_config *config;
    size_t users;
};

struct kf_supervised_producer {
    struct kf_supervised_producer *next;
    char name[sizeof((kaffe_child *)0)->name];
    struct kf_generation *generation; /* NULL: added by the program */
    int64_t since_ms;
    kaffe_producer *producer; /* with the lock, and so is the rest; NULL: closed */
    kaffe_error last_error;
};

struct kf_supervised_consumer {
    struct kf_supervised_consumer *next;
    kaffe_supervisor *supervisor;
    char name[sizeof((kaffe_child *)0)->name];
    kaffe_consumer_options options; /* as they were given, with copies of all strings */
    struct kf_generation *generation; /* NULL: added by the program */
    pthread_t thread; /* with `changing` */
    bool has_thread;
    bool is_kept; /* while a configuration is applied */
    struct kf_restarts history; /* its thread's */
    kaffe_consumer *consumer; /* with the lock, and so is the rest; NULL: it does not run */
    bool stopping;
    bool left_behind;
    kaffe_child_state state;
    int64_t restarts;
    int64_t since_ms;
    kaffe_error last_error;
};

struct kaffe_supervisor {
    kaffe_supervisor_options options; /* as they were given */
    struct kf_log log;
    const char *log_format; /* where the configuration says none; static */
    struct kf_module_versions versions;
    pthread_t thread; /* kaffe-supervise, once started */
    int wake_fd; /* wakes it */
    int told_fd; /* wakes kaffe_supervisor_run: something is new */
    atomic_bool stop_requested;
    atomic_bool reload_requested;
    /* The outer one: held while children come and go, over waits for their ends. Who has it may
     * read the lists without the lock. */
    pthread_mutex_t changing;
    /* The inner one: never held over a wait. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct kf_supervised_producer *producers;
    struct kf_supervised_consumer *consumers;
    struct kf_restart_policy policy;
    bool started;
    bool stopping;
    bool ended;
    bool left_behind; /* a handler of some consumer has not returned */
    kaffe_error outcome; /* the first thing that went wrong for good */
};

/** supervision.c: something went wrong for good: `who` and why are the outcome, unless something
 * else was before; all is to stop. */
void kf_supervisor_fail(kaffe_supervisor *supervisor, const char *who, const kaffe_error *why);
/* supervisor.c */
/** @return KAFFE_OK or KAFFE_NOT_WRITTEN, which is the outcome then. With `changing`. */
kaffe_status kf_supervisor_close_producers(kaffe_supervisor *supervisor);
/** Numbers of its options and, stronger, of a configuration. */
void kf_supervisor_set_policy(kaffe_supervisor *supervisor,
                              const kaffe_supervisor_options *stronger);

/* supervised_consumer.c. Strings in the options are lent: they are copied. */
struct kf_supervised_consumer *kf_supervised_consumer_new(kaffe_supervisor *supervisor,
                                                          const char *name,
                                                          const kaffe_consumer_options *options,
                                                          kaffe_error *err);
void kf_supervised_consumer_free(struct kf_supervised_consumer *child);
kaffe_status kf_supervised_consumer_start(struct kf_supervised_consumer *child, kaffe_error *err);
void kf_supervised_consumer_stop_locked(struct kf_supervised_consumer *child);
/** At the end of a list. */
void kf_supervised_consumer_append(struct kf_supervised_consumer **list,
                                   struct kf_supervised_consumer *child);
/** Waits for its thread. With `changing`. */
void kf_supervised_consumer_join(struct kf_supervised_consumer *child);

/* supervised_producer.c */
struct kf_supervised_producer *kf_supervised_producer_new(const char *name,
                                                          const kaffe_producer_options *options,
                                                          kaffe_error *err);
/** Flushes and frees the producer; the child stays, and tells how that went.
 *  @param keep  a handler may use it still: it is only flushed */
void kf_supervised_producer_close(kaffe_supervisor *supervisor,
                                  struct kf_supervised_producer *child, bool keep);

/* applied.c */
void kf_generation_release(struct kf_generation *generation);

#endif
