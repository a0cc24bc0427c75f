/* SPDX-License-Identifier: MIT */
#include "allowance.h"

#include "buffer_pool.h"

#include <stdint.h>

static bool is_endless(const struct kf_allowance *allowance)
{
    return allowance->limit_bytes == SIZE_MAX;
}

bool kf_allowance_is_crowded(const struct kf_allowance *allowance)
{
    return !is_endless(allowance) &&
           allowance->stream_count > allowance->limit_bytes / 4 * 3 / KF_STREAM_COST;
}

size_t kf_allowance_total(const struct kf_allowance *allowance)
{
    if (is_endless(allowance))
        return SIZE_MAX;
    if (kf_allowance_is_crowded(allowance))
        return allowance->limit_bytes / 4;
    return allowance->limit_bytes - allowance->stream_count * KF_STREAM_COST;
}

size_t kf_allowance_largest(const struct kf_allowance *allowance)
{
    return is_endless(allowance) ? SIZE_MAX : kf_allowance_total(allowance) / 2;
}

size_t kf_allowance_common(const struct kf_allowance *allowance, size_t used)
{
    if (is_endless(allowance))
        return SIZE_MAX;
    size_t half = kf_allowance_total(allowance) / 2;
    size_t taken = used + allowance->promised_bytes;
    return taken < half ? half - taken : 0;
}

size_t kf_allowance_share(const struct kf_allowance *allowance)
{
    if (is_endless(allowance) || allowance->stream_count == 0)
        return kf_allowance_largest(allowance);
    size_t share = kf_allowance_total(allowance) / 2 / allowance->stream_count;
    return share < kf_buffer_class_above(0) ? 0 : kf_buffer_class_below(share);
}

bool kf_allowance_admits(const struct kf_allowance *allowance, size_t used, size_t held,
                         size_t capacity)
{
    if (is_endless(allowance))
        return true;
    return used + capacity <= kf_allowance_total(allowance) / 2 ||
           held + capacity <= kf_allowance_share(allowance);
}

size_t kf_allowance_least(const struct kf_allowance *allowance)
{
    return is_endless(allowance) ? 0 : kf_allowance_total(allowance) / 16;
}
