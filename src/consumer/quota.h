/* SPDX-License-Identifier: MIT
 * How many messages may still be handled in all. A turn takes what it may need beforehand, and
 * gives back what it did not use, so that a message costs nothing and the sum is exact. Threads:
 * any. */
#ifndef KF_QUOTA_H
#define KF_QUOTA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* All zero: no limit. */
struct kf_quota {
    bool limited;
    _Atomic int64_t left; /* to be taken */
    _Atomic int64_t unhandled;
    atomic_bool refused; /* since kf_quota_renewed */
};

/** @param count  0: no limit */
void kf_quota_init(struct kf_quota *quota, int64_t count);
/** @return how many, up to `wanted`; INT64_MAX: no limit; 0: others have taken all that was left */
int64_t kf_quota_take(struct kf_quota *quota, int64_t wanted);
/** A turn has ended. @return true: look at it: it is spent, or somebody was refused */
bool kf_quota_give(struct kf_quota *quota, int64_t taken, int64_t handled);
/** Whether somebody was refused since the last time, who may now ask again. */
bool kf_quota_renewed(struct kf_quota *quota);
bool kf_quota_is_spent(const struct kf_quota *quota);

#endif
