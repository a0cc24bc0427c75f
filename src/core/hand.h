/* SPDX-License-Identifier: MIT
 * What the worker threads of a process have in hand, where another process sees it: also what was
 * in hand when this one died. Plain stores, no lock. It decides who may work beside whom; what is
 * made of a death is crash_ledger.h's. */
#ifndef KF_HAND_H
#define KF_HAND_H

#include "kaffe.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_HAND_NAME_SIZE 256
#define KF_HAND_COUNT 4096 /* worker threads of a process */

/* One worker thread's; it writes, everybody reads. */
struct kf_hand {
    _Alignas(64) _Atomic int32_t thread; /* its id in the kernel; 0: nobody's */
    _Atomic int32_t busy; /* has a turn, in which it may hand something out */
    _Atomic int64_t offset; /* what the handler has; -1: nothing */
    int64_t until; /* behind it, if that is a batch; 0: it is one message */
    int32_t partition;
    int32_t attempt; /* of what the handler has */
    char group[KF_HAND_NAME_SIZE];
    char topic[KF_HAND_NAME_SIZE];
};

/* All of a process. */
struct kaffe_in_hand {
    uint32_t version; /* of the ledger that it is part of */
    int32_t number; /* of the process, from 1 */
    size_t behind; /* the ledger begins so many bytes before */
    _Atomic int32_t fault_thread; /* who raised a fault, or called exit; 0: unknown */
    _Atomic int32_t leaving; /* it ends in order, whatever its status */
    _Atomic int32_t alone; /* the hand, from 1, beside which no other works; 0: none */
    _Atomic int32_t hand_count; /* the highest one that was ever taken */
    struct kf_hand hands[KF_HAND_COUNT];
};

/** A hand for the calling thread. @return NULL: all are taken */
struct kf_hand *kf_hand_take(struct kaffe_in_hand *process, int32_t thread, const char *group);
void kf_hand_give_back(struct kf_hand *hand);

/** A turn with a partition begins; nothing is handed out yet.
 *  @return false: another hand works alone: not now */
bool kf_hand_begin(struct kaffe_in_hand *process, struct kf_hand *hand, const char *topic,
                   int32_t partition);
void kf_hand_end(struct kaffe_in_hand *process, struct kf_hand *hand);

/** In a turn: from now on nobody else begins one. @return false: another one was faster */
bool kf_hand_claim(struct kaffe_in_hand *process, struct kf_hand *hand);
/** After a claim: has everybody else ended? */
bool kf_hand_is_alone(const struct kaffe_in_hand *process, const struct kf_hand *hand);

/** Whose handler has something of that partition. @return NULL: nobody's */
const struct kf_hand *kf_hand_find(const struct kaffe_in_hand *process, const char *group,
                                   const char *topic, int32_t partition);

/* Around a handler's call. A hand that is NULL is nobody's to see. */

static inline void kf_hand_holds(struct kf_hand *hand, int64_t offset, int32_t attempt)
{
    if (!hand)
        return;
    hand->attempt = attempt;
    atomic_store_explicit(&hand->offset, offset, memory_order_relaxed);
}

/** @param until  the first offset behind the batch */
static inline void kf_hand_holds_batch(struct kf_hand *hand, int64_t offset, int64_t until,
                                       int32_t attempt)
{
    if (hand)
        hand->until = until;
    kf_hand_holds(hand, offset, attempt);
}

static inline void kf_hand_is_empty(struct kf_hand *hand)
{
    if (hand)
        atomic_store_explicit(&hand->offset, -1, memory_order_relaxed);
}

#endif
