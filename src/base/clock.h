/* SPDX-License-Identifier: MIT
 * The time that only moves forward. Pure logic takes it as an argument instead of asking here. */
#ifndef KF_CLOCK_H
#define KF_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t kf_clock_us(void);
int64_t kf_clock_ms(void);
/** kf_clock_ms' time as pthread_cond_timedwait on a kf_cond wants it. */
struct timespec kf_clock_timespec(int64_t clock_ms);

#endif
