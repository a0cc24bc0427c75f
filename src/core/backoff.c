/* SPDX-License-Identifier: MIT */
#include "backoff.h"

int64_t kf_backoff_ms(int64_t first_ms, int64_t max_ms, uint32_t failures, uint32_t random)
{
    int64_t pause = first_ms < max_ms ? first_ms : max_ms;
    for (uint32_t i = 1; i < failures && pause > 0 && pause < max_ms; i++)
        pause = pause <= max_ms / 2 ? pause * 2 : max_ms;
    double share = (double)random / ((double)UINT32_MAX + 1); /* 0 <= share < 1 */
    return pause - (int64_t)((double)pause / 5 * share);
}
