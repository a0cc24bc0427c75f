/* SPDX-License-Identifier: MIT */
#include "loans.h"

#include "scratches.h"
#include "stream.h"

#include <stdlib.h>

void kf_loans_init(struct kf_loans *loans, struct kf_stream *stream, struct kf_scratches *scratches)
{
    *loans = (struct kf_loans){ .stream = stream, .scratches = scratches };
    kf_stream_hold(stream);
}

static void free_disposal(struct kf_loan *loan)
{
    if (!loan->disposal)
        return;
    kf_disposal_forget(loan->disposal);
    free(loan->disposal);
    loan->disposal = NULL;
}

void kf_loan_leave_batch(struct kf_loan *loan)
{
    if (loan->batch && --loan->batch->unsettled == 0)
        free(loan->batch);
    loan->batch = NULL;
}

void kf_loans_fini(struct kf_loans *loans)
{
    if (!loans->stream)
        return;
    while (loans->slabs) {
        struct kf_loan_slab *slab = loans->slabs;
        loans->slabs = slab->next;
        for (size_t i = 0; i < KF_LOANS_IN_SLAB; i++)
            if (slab->loans[i].parcel)
                kf_loans_give_back(loans, &slab->loans[i]);
        free(slab);
    }
    while (loans->free_parcels) {
        struct kf_parcel *parcel = loans->free_parcels;
        loans->free_parcels = parcel->next;
        free(parcel);
    }
    kf_stream_drop(loans->stream);
    *loans = (struct kf_loans){ 0 };
}

/* --- messages ----------------------------------------------------------------------------- */

static void put_free(struct kf_loans *loans, struct kf_loan *loan)
{
    loan->next = loans->free;
    loans->free = loan;
    loans->free_count++;
}

bool kf_loans_reserve(struct kf_loans *loans, size_t count)
{
    if (loans->free_count >= count)
        return true;
    struct kf_loan_slab *slab = calloc(1, sizeof *slab);
    if (!slab)
        return false;
    slab->next = loans->slabs;
    loans->slabs = slab;
    for (size_t i = KF_LOANS_IN_SLAB; i-- > 0;)
        put_free(loans, &slab->loans[i]);
    return true;
}

struct kf_loan *kf_loans_take(struct kf_loans *loans, struct kf_parcel *parcel)
{
    struct kf_loan *loan = loans->free;
    loans->free = loan->next;
    loans->free_count--;
    loan->parcel = parcel;
    parcel->users++;
    return loan;
}

void kf_loans_give_back(struct kf_loans *loans, struct kf_loan *loan)
{
    kf_loan_leave_batch(loan);
    free_disposal(loan);
    kf_loans_close(loans, loan->parcel);
    loan->parcel = NULL;
    put_free(loans, loan);
}

/* --- batches of records ------------------------------------------------------------------- */

struct kf_parcel *kf_loans_open(struct kf_loans *loans, struct kf_slice *slice,
                                struct kf_scratch *scratch)
{
    struct kf_parcel *parcel = loans->free_parcels;
    if (parcel)
        loans->free_parcels = parcel->next;
    else
        parcel = malloc(sizeof *parcel);
    if (!parcel)
        return NULL;
    *parcel = (struct kf_parcel){ .slice = slice, .scratch = *scratch, .users = 1 };
    *scratch = (struct kf_scratch){ 0 };
    kf_stream_keep(loans->stream, slice);
    loans->scratch_bytes += parcel->scratch.capacity;
    return parcel;
}

static void release(struct kf_loans *loans, struct kf_parcel *parcel)
{
    kf_stream_release(loans->stream, parcel->slice);
    if (parcel->scratch.data) {
        loans->scratch_bytes -= parcel->scratch.capacity;
        kf_scratches_give(loans->scratches, &parcel->scratch);
    }
    parcel->next = loans->free_parcels;
    loans->free_parcels = parcel;
}

void kf_loans_close(struct kf_loans *loans, struct kf_parcel *parcel)
{
    if (--parcel->users == 0)
        release(loans, parcel);
}
