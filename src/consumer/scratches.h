/* SPDX-License-Identifier: MIT
 * Memory that batches are decompressed into, of all workers of a consumer together, and the codecs'
 * contexts. A partition whose batch finds no room waits for it without a worker and without holding
 * any, first come first served; those that have some run on and give it back. So none waits for
 * ever, and a large batch is not passed by small ones. Threads: any; one lock, taken a few times
 * for each compressed batch. */
#ifndef KF_SCRATCHES_H
#define KF_SCRATCHES_H

#include "decompress.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_SCRATCH_SPARES 8
#define KF_DECOMPRESSORS_KEPT 4

/* A place in the queue; all zero: none. Belongs to one partition, guarded by the lock. */
struct kf_scratch_wait {
    struct kf_scratches *scratches; /* NULL: never waited */
    struct kf_scratch_wait *next;
    size_t wanted_bytes;
    size_t granted_bytes; /* its turn has come: these are reserved for it */
    bool queued;
};

struct kf_scratches {
    struct kf_scratch_account account; /* first: what growing scratches ask */
    pthread_mutex_t lock; /* guards all below */
    size_t limit_bytes;
    size_t used_bytes; /* of all scratches, the spare ones too, and of grants */
    struct kf_scratch spares[KF_SCRATCH_SPARES];
    size_t spare_count;
    struct kf_decompressor idle[KF_DECOMPRESSORS_KEPT];
    size_t idle_count;
    struct kf_scratch_wait *first;
    struct kf_scratch_wait *last;
    int64_t wait_count;
    void (*granted)(struct kf_scratch_wait *wait); /* the lock is held */
};

/** @param limit_bytes  of all scratches; 0: none
 *  @param granted      its room is there: it should try again */
int kf_scratches_init(struct kf_scratches *scratches, size_t limit_bytes,
                      void (*granted)(struct kf_scratch_wait *wait));
/** All scratches have been given back. */
void kf_scratches_fini(struct kf_scratches *scratches);

/** What one batch may decompress to. */
size_t kf_scratches_largest(const struct kf_scratches *scratches);
/** An empty scratch, with the room that was granted or with what a spare one has.
 *  @return false: others wait, and now this one does, too */
bool kf_scratches_take(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                       struct kf_scratch *scratch);
void kf_scratches_give(struct kf_scratches *scratches, struct kf_scratch *scratch);
/** Gives the scratch back, which could not grow to scratch->refused, and waits for that much. */
void kf_scratches_wait(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                       struct kf_scratch *scratch);
/** Waits no longer. */
void kf_scratches_leave(struct kf_scratch_wait *wait);
/** Somebody waits, or soon will: who can do without a scratch for a while should. */
bool kf_scratches_are_scarce(struct kf_scratches *scratches);
size_t kf_scratches_used(struct kf_scratches *scratches);
/** How often a batch had to wait. */
int64_t kf_scratches_waits(struct kf_scratches *scratches);

/** A decompressor, for the time of one batch's opening. */
struct kf_decompressor kf_scratches_codecs(struct kf_scratches *scratches);
void kf_scratches_codecs_done(struct kf_scratches *scratches, struct kf_decompressor *codecs);

#endif
