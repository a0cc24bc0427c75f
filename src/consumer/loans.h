/* SPDX-License-Identifier: MIT
 * Messages that are lent until their verdict, and the bytes that they lead to: no allocation per
 * message. A parcel is an opened batch of records; it keeps its slice, and its scratch if it was
 * compressed, until its last message is given back. The caller brings the lock. */
#ifndef KF_LOANS_H
#define KF_LOANS_H

#include "batch.h"
#include "decompress.h"
#include "disposal.h"
#include "fetcher.h"
#include "message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_scratches;

#define KF_LOANS_IN_SLAB 64

struct kf_parcel {
    struct kf_parcel *next;
    struct kf_slice *slice;
    struct kf_scratch scratch;
    size_t users; /* messages, and one while its records are walked */
};

/* A batch of messages, as its handler sees it; goes with its last verdict. */
struct kf_loan_batch {
    struct kaffe_batch view; /* first */
    size_t unsettled;
    struct kf_message *items[];
};

struct kf_loan {
    struct kf_message message; /* first, so that a view leads to the whole */
    struct kf_parcel *parcel;
    struct kf_loan_batch *batch; /* while it is out in one */
    struct kf_disposal *disposal; /* it was given up */
    struct kf_loan *next; /* free, out, or given up */
    struct kf_loan *previous; /* out */
    int64_t out_since_ms; /* 0: nobody asks */
    bool overdue;
};

struct kf_loan_slab {
    struct kf_loan_slab *next;
    struct kf_loan loans[KF_LOANS_IN_SLAB];
};

struct kf_loans {
    struct kf_stream *stream; /* a reference of its own */
    struct kf_loan *free;
    size_t free_count;
    struct kf_loan_slab *slabs;
    struct kf_parcel *free_parcels;
    struct kf_scratches *scratches; /* where those of parcels come from, and go */
    size_t scratch_bytes; /* of parcels in use */
};

void kf_loans_init(struct kf_loans *loans, struct kf_stream *stream,
                   struct kf_scratches *scratches);
/** Whatever is still lent ends with it. */
void kf_loans_fini(struct kf_loans *loans);

/** @param count  at most KF_LOANS_IN_SLAB. @return false: out of memory */
bool kf_loans_reserve(struct kf_loans *loans, size_t count);
/** One that was reserved, of that parcel. */
struct kf_loan *kf_loans_take(struct kf_loans *loans, struct kf_parcel *parcel);
void kf_loans_give_back(struct kf_loans *loans, struct kf_loan *loan);

/** A batch of records that was opened in a slice; its scratch is taken over.
 *  @return NULL: out of memory, the scratch is still the caller's */
struct kf_parcel *kf_loans_open(struct kf_loans *loans, struct kf_slice *slice,
                                struct kf_scratch *scratch);
/** Its records have been walked. */
void kf_loans_close(struct kf_loans *loans, struct kf_parcel *parcel);

/** Its verdict has come: its batch goes with the last one. */
void kf_loan_leave_batch(struct kf_loan *loan);

#endif
