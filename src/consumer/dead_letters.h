/* SPDX-License-Identifier: MIT
 * Dead letters on their way: produced, without a wait, by a producer that is made for the first
 * one. Who sends a letter is woken when its fate is known, unless he has dropped it. When to send,
 * and what follows, is the sender's. Threads: any. */
#ifndef KF_DEAD_LETTERS_H
#define KF_DEAD_LETTERS_H

#include "dead_letter_copy.h"
#include "kaffe.h"
#include "settings.h"

#include <pthread.h>
#include <stdbool.h>

/* kf_produce_at_once; a test has its own. */
typedef kaffe_status (*kf_produce_fn)(kaffe_producer *producer, const char *topic, int32_t spread,
                                      const kaffe_record *record, kaffe_delivery_fn delivered,
                                      void *ctx, kaffe_error *err);

/* One per consumer. */
struct kf_dead_letters {
    const struct kf_consumer_settings *settings;
    kf_produce_fn produce;
    pthread_mutex_t lock; /* guards what follows, and the fate of letters; held while waking */
    kaffe_producer *producer; /* NULL: no letter was sent yet */
};

/** @return 0 or an errno value */
int kf_dead_letters_init(struct kf_dead_letters *letters,
                         const struct kf_consumer_settings *settings);
/** Every letter has been dropped, or looked at. Gives those under way up. */
void kf_dead_letters_fini(struct kf_dead_letters *letters);

struct kf_dead_letter;

/* What happens when a letter's fate is known. */
struct kf_dead_letter_waker {
    void (*wake)(void *ctx);
    void *ctx;
};

/** Sends a copy of the message. @return NULL: it did not go, err says why; KAFFE_TIMED_OUT: its
 *  topic is being asked for, the same call soon will know more */
struct kf_dead_letter *kf_dead_letter_send(struct kf_dead_letters *letters, const kaffe_message *m,
                                           const struct kf_dead_letter_about *about,
                                           const struct kf_dead_letter_waker *waker,
                                           kaffe_error *err);

/** @return false: its fate is not known yet; true: *err says it, KAFFE_OK: all in-sync replicas
 *  have it */
bool kf_dead_letter_ended(struct kf_dead_letter *letter, kaffe_error *err);

/** It is of no more interest, ended or not; after this nobody is woken. NULL is fine. */
void kf_dead_letter_drop(struct kf_dead_letter *letter);

/** The topic for dead letters of `topic`; 256 bytes are enough for every name. @return out */
const char *kf_dead_letter_topic(const struct kf_consumer_settings *settings, const char *topic,
                                 char *out, size_t out_size);

#endif
