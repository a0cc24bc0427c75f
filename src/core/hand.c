/* SPDX-License-Identifier: MIT */
#include "hand.h"

#include <stdio.h>
#include <string.h>

/* Others look at no more hands than that. */
static void raise_count(struct kaffe_in_hand *process, int32_t count)
{
    int32_t before = atomic_load(&process->hand_count);
    while (before < count && !atomic_compare_exchange_weak(&process->hand_count, &before, count))
        ;
}

struct kf_hand *kf_hand_take(struct kaffe_in_hand *process, int32_t thread, const char *group)
{
    for (size_t i = 0; i < KF_HAND_COUNT; i++) {
        int32_t nobody = 0;
        struct kf_hand *hand = &process->hands[i];
        if (!atomic_compare_exchange_strong(&hand->thread, &nobody, thread))
            continue;
        kf_hand_is_empty(hand);
        snprintf(hand->group, sizeof hand->group, "%s", group);
        raise_count(process, (int32_t)i + 1);
        return hand;
    }
    return NULL;
}

void kf_hand_give_back(struct kf_hand *hand)
{
    atomic_store(&hand->thread, 0);
}

static int32_t place_of(const struct kaffe_in_hand *process, const struct kf_hand *hand)
{
    return (int32_t)(hand - process->hands) + 1;
}

/* Either it sees the claim, or the one who claims sees that it is busy: both write first. */
bool kf_hand_begin(struct kaffe_in_hand *process, struct kf_hand *hand, const char *topic,
                   int32_t partition)
{
    hand->until = 0;
    hand->partition = partition;
    snprintf(hand->topic, sizeof hand->topic, "%s", topic);
    atomic_store(&hand->busy, 1);
    if (atomic_load(&process->alone) == 0)
        return true;
    atomic_store(&hand->busy, 0);
    return false;
}

void kf_hand_end(struct kaffe_in_hand *process, struct kf_hand *hand)
{
    int32_t own = place_of(process, hand);
    kf_hand_is_empty(hand);
    atomic_store(&hand->busy, 0);
    atomic_compare_exchange_strong(&process->alone, &own, 0);
}

bool kf_hand_claim(struct kaffe_in_hand *process, struct kf_hand *hand)
{
    int32_t nobody = 0;
    return atomic_compare_exchange_strong(&process->alone, &nobody, place_of(process, hand));
}

bool kf_hand_is_alone(const struct kaffe_in_hand *process, const struct kf_hand *hand)
{
    int32_t count = atomic_load(&process->hand_count);
    for (int32_t i = 0; i < count; i++)
        if (&process->hands[i] != hand && atomic_load(&process->hands[i].busy) != 0)
            return false;
    return true;
}

const struct kf_hand *kf_hand_find(const struct kaffe_in_hand *process, const char *group,
                                   const char *topic, int32_t partition)
{
    int32_t count = atomic_load(&process->hand_count);
    for (int32_t i = 0; i < count; i++) {
        const struct kf_hand *hand = &process->hands[i];
        if (atomic_load(&hand->thread) != 0 && atomic_load(&hand->offset) >= 0 &&
            hand->partition == partition &&
            strncmp(hand->topic, topic, KF_HAND_NAME_SIZE - 1) == 0 &&
            strncmp(hand->group, group, KF_HAND_NAME_SIZE - 1) == 0)
            return hand;
    }
    return NULL;
}
