/* SPDX-License-Identifier: MIT */
#include "quota.h"

void kf_quota_init(struct kf_quota *quota, int64_t count)
{
    quota->limited = count > 0;
    atomic_init(&quota->left, count);
    atomic_init(&quota->unhandled, count);
    atomic_init(&quota->refused, false);
}

static int64_t take(struct kf_quota *quota, int64_t wanted)
{
    int64_t left = atomic_load(&quota->left);
    int64_t taken;
    do
        taken = left < wanted ? left : wanted;
    while (taken > 0 && !atomic_compare_exchange_weak(&quota->left, &left, left - taken));
    return taken;
}

int64_t kf_quota_take(struct kf_quota *quota, int64_t wanted)
{
    if (!quota->limited)
        return INT64_MAX;
    int64_t taken = take(quota, wanted);
    if (taken > 0)
        return taken;
    /* Who gives back before this is seen here, who gives back after it sees this. */
    atomic_store(&quota->refused, true);
    return take(quota, wanted);
}

bool kf_quota_give(struct kf_quota *quota, int64_t taken, int64_t handled)
{
    if (!quota->limited)
        return false;
    atomic_fetch_add(&quota->left, taken - handled);
    bool spent = handled > 0 && atomic_fetch_sub(&quota->unhandled, handled) == handled;
    return spent || (taken > handled && atomic_load(&quota->refused));
}

bool kf_quota_renewed(struct kf_quota *quota)
{
    return quota->limited && atomic_exchange(&quota->refused, false);
}

bool kf_quota_is_spent(const struct kf_quota *quota)
{
    return quota->limited && atomic_load(&quota->unhandled) == 0;
}
