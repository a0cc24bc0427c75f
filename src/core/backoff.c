/* SPDX-License-Identifier: MIT */
#include "backoff.h"

int64_t kf_backoff_ms(int64_t first_ms, int64_t max_ms, uint32_t failures, uint32_t random)
{
    int64_t pause = first_ms;
    for (uint32_t i = 1; i < failures && pause < max_ms; i++)
        pause *= 2;
    if (pause > max_ms)
        pause = max_ms;
    int64_t jitter = (int64_t)(((uint64_t)pause * random) >> 32) / 5;
    return pause - jitter;
}
