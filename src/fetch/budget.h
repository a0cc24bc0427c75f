/* SPDX-License-Identifier: MIT
 * How much a stream may be asked for next. Pure. Sizes are buffer capacities, since those are what
 * is held; a slice's own head is among them.
 *
 * A fetch asks for half of max_bytes, so that one half is handled while the other is fetched. Only
 * a batch larger than all of it is asked for beyond max_bytes, alone, with nothing else held. */
#ifndef KF_BUDGET_H
#define KF_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

struct kf_budget {
    size_t max_bytes;
    size_t held_bytes; /* waiting in the inbox or taken */
    size_t largest_batch; /* of late; fades, so that one large batch is not for ever */
    size_t grown_bytes; /* to ask for, because a batch came cut; 0: the usual */
};

/** The capacity to ask for; 0: no room. It stays valid when held_bytes shrinks. */
size_t kf_budget_ask(const struct kf_budget *budget);

/** A slice with whole batches came, the largest of this size. */
void kf_budget_saw_batch(struct kf_budget *budget, size_t largest_batch);

/**
 * A slice came that was cut inside its first batch, although `asked` bytes of records were allowed.
 * @param batch_size  as its header says; 0: not even that came
 * @return false: asking for more makes no sense, since the whole batch had been allowed
 */
bool kf_budget_saw_cut(struct kf_budget *budget, size_t asked, size_t batch_size);

#endif
