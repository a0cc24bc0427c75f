/* SPDX-License-Identifier: MIT
 * What other threads have for the I/O thread: streams whose owner wants something, names that have
 * been looked up, the order to stop. A stream's wish stands in the stream itself; being in the
 * mailbox only means "look at it", so that no post allocates and none is ever refused. It is
 * reference-counted, because a resolver thread may outlive the fetcher. */
#ifndef KF_MAILBOX_H
#define KF_MAILBOX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct kf_lookup;
struct kf_stream;

struct kf_mailbox {
    atomic_int references;
    int wake_fd;
    pthread_mutex_t lock; /* guards all below; taken while a stream's lock is held */
    struct kf_stream *first;
    struct kf_stream *last;
    struct kf_lookup *lookups;
    bool asleep; /* the I/O thread needs a wake-up to notice */
    bool stopping;
    bool poked;
};

/** @return NULL with errno */
struct kf_mailbox *kf_mailbox_new(void);
struct kf_mailbox *kf_mailbox_hold(struct kf_mailbox *mailbox);
void kf_mailbox_drop(struct kf_mailbox *mailbox);

/** Threads: any. Keeps a reference to the stream until it is taken out. */
void kf_mailbox_post(struct kf_mailbox *mailbox, struct kf_stream *stream);
/** Threads: any. The lookup is the mailbox's from now on. */
void kf_mailbox_post_lookup(struct kf_mailbox *mailbox, struct kf_lookup *lookup);
void kf_mailbox_stop(struct kf_mailbox *mailbox);
/** Wakes the I/O thread, that it may look at everything once more. */
void kf_mailbox_poke(struct kf_mailbox *mailbox);

/* Threads: the I/O thread. */

/** @return false: there is something to do, do not sleep */
bool kf_mailbox_sleep(struct kf_mailbox *mailbox);
/** Whatever woke us: posts need not wake us any more. @return false: stop */
bool kf_mailbox_awake(struct kf_mailbox *mailbox);
/** The next stream, its reference now the caller's; NULL: none. */
struct kf_stream *kf_mailbox_take(struct kf_mailbox *mailbox);
/** A list, the caller's to free. */
struct kf_lookup *kf_mailbox_take_lookups(struct kf_mailbox *mailbox);

#endif
