/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include "buffer_pool.h"
#include "slice.h"

#define SHARES 2 /* of max_bytes; one is handled while the next is fetched */
#define MANY_BATCHES 8 /* in a share: then what is cut off does not matter */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What is worth a fetch: less would bring batches too large for the room that is left. Where
 * batches are large, as many as go into a share: a part of one more would come in vain. */
static size_t share_of(const struct kf_budget *budget)
{
    size_t share = kf_buffer_class_below(budget->max_bytes / SHARES);
    size_t batch = budget->largest_batch;
    if (batch <= share / MANY_BATCHES)
        return share;
    size_t fitting = (share - KF_SLICE_HEAD) / batch;
    return kf_buffer_class_above((fitting ? fitting : 1) * batch + KF_SLICE_HEAD);
}

size_t kf_budget_ask(const struct kf_budget *budget)
{
    if (budget->grown_bytes)
        return budget->held_bytes ? 0 : kf_buffer_class_above(budget->grown_bytes + KF_SLICE_HEAD);
    size_t share = share_of(budget);
    if (budget->held_bytes + share <= budget->max_bytes)
        return share;
    return budget->held_bytes ? 0 : kf_buffer_class_below(budget->max_bytes);
}

void kf_budget_saw_batch(struct kf_budget *budget, size_t largest_batch)
{
    size_t faded = budget->largest_batch - budget->largest_batch / 8;
    budget->largest_batch = larger(faded, largest_batch);
    budget->grown_bytes = 0;
}

bool kf_budget_saw_cut(struct kf_budget *budget, size_t asked, size_t batch_size)
{
    if (batch_size && asked >= batch_size)
        return false;
    size_t grown = asked * 2;
    budget->grown_bytes = batch_size && batch_size < grown ? batch_size : grown;
    return true;
}
