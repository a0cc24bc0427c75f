/* SPDX-License-Identifier: MIT */
#include "random.h"

#include <sys/random.h>

#include "clock.h"

/* xorshift64*, one state per thread, so that no lock and no atomic is needed. */
static uint64_t next(void)
{
    static _Thread_local uint64_t state;
    if (state == 0 && getrandom(&state, sizeof state, GRND_NONBLOCK) != sizeof state)
        state = (uint64_t)kf_clock_us() ^ (uint64_t)(uintptr_t)&state;
    if (state == 0)
        state = 1;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545F4914F6CDD1DULL;
}

uint32_t kf_random_below(uint32_t bound)
{
    return (uint32_t)(((next() >> 32) * bound) >> 32);
}
