/* SPDX-License-Identifier: MIT
 * Which messages are to blame for worker processes that died. The process that starts the others
 * lays the blame, from what they had in hand; they read it before they hand anything out. Where the
 * memory comes from, and how it is learnt that a process is dead, is the caller's. */
#ifndef KF_CRASH_LEDGER_H
#define KF_CRASH_LEDGER_H

#include "hand.h"

#define KF_LEDGER_VERSION 1u /* of the layout, in both libraries */
#define KF_LEDGER_BLAMED_COUNT 256

/* A message, or a batch, that was in hand when its process died. */
struct kf_blamed {
    uint32_t id; /* 0: this place is free */
    int32_t attempts; /* that ended badly so far, plain failures included */
    int64_t offset;
    int64_t until; /* the first offset behind it */
    int64_t at_ms; /* when; the clock that only moves forward is one for all processes */
    int32_t partition;
    int32_t signal; /* that the process died of; 0: it exited */
    int32_t exit_code;
    bool is_batch; /* something in it is to blame: its messages come one by one */
    bool is_suspect; /* it may have been another message */
    bool is_tried_alone; /* or the next death would not tell, either */
    char group[KF_HAND_NAME_SIZE];
    char topic[KF_HAND_NAME_SIZE];
};

/* Written by the starting process alone, but for `passed`. */
struct kf_ledger {
    uint32_t version;
    uint32_t process_count;
    uint32_t last_id;
    _Atomic uint32_t blamed_count; /* places in use: none is what workers mostly find */
    _Atomic uint32_t edition; /* odd while `blamed` is written */
    _Atomic uint32_t passed[KF_LEDGER_BLAMED_COUNT]; /* by workers: the id that is done with */
    struct kf_blamed blamed[KF_LEDGER_BLAMED_COUNT];
    struct kaffe_in_hand processes[]; /* [process_count] */
};

/* --- the starting process ----------------------------------------------------------------- */

size_t kf_ledger_size(uint32_t process_count);
/** @param memory  zeroed, of that size, aligned as a page is */
struct kf_ledger *kf_ledger_begin(void *memory, uint32_t process_count);
/** Process `index`, from 0, will begin: it has nothing in hand. */
void kf_ledger_clear(struct kf_ledger *ledger, uint32_t index);

struct kf_death {
    int32_t signal; /* 0: it exited */
    int32_t exit_code;
    int64_t at_ms;
};

enum kf_verdict {
    KF_VERDICT_NOBODY, /* no handler ran that could have done it */
    KF_VERDICT_CULPRIT,
    KF_VERDICT_SUSPECTS
};

/** Is told of each message that is blamed; lent. */
typedef void (*kf_blamed_fn)(const struct kf_blamed *blamed, void *ctx);

/** Process `index` is dead, and nobody had told it to end. */
enum kf_verdict kf_ledger_settle(struct kf_ledger *ledger, uint32_t index,
                                 const struct kf_death *death, kf_blamed_fn tell, void *ctx);
/** Forgets what workers are done with. Now and then. */
void kf_ledger_sweep(struct kf_ledger *ledger);

/* --- worker processes, any thread ---------------------------------------------------------- */

struct kf_ledger *kf_ledger_of(struct kaffe_in_hand *process);

/** Is nothing blamed at all? */
static inline bool kf_ledger_is_clean(const struct kf_ledger *ledger)
{
    return atomic_load_explicit(&ledger->blamed_count, memory_order_relaxed) == 0;
}

/* A partition of a group. */
struct kf_ledger_place {
    const char *group;
    const char *topic;
    int32_t partition;
};

/** The blamed one at `position`, or the nearest behind it. @return false: none, *found untouched */
bool kf_ledger_find(struct kf_ledger *ledger, const struct kf_ledger_place *place, int64_t position,
                    struct kf_blamed *found);
/** All below `offset` is committed: nobody will meet it again. */
void kf_ledger_pass(struct kf_ledger *ledger, const struct kf_ledger_place *place, int64_t offset);

/** "the handler crashed: SIGSEGV". @return out */
const char *kf_blamed_text(const struct kf_blamed *blamed, char *out, size_t out_size);

#endif
