/* SPDX-License-Identifier: MIT */
#include "clock.h"

int64_t kf_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t kf_clock_ms(void)
{
    return kf_clock_us() / 1000;
}

int64_t kf_clock_date_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct timespec kf_clock_timespec(int64_t clock_ms)
{
    return (struct timespec){ .tv_sec = (time_t)(clock_ms / 1000),
                              .tv_nsec = (long)(clock_ms % 1000) * 1000000 };
}
