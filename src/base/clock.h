/* SPDX-License-Identifier: MIT
 * The time that only moves forward, and the time of day. Pure logic takes either as an argument
 * instead of asking here. */
#ifndef KF_CLOCK_H
#define KF_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t kf_clock_us(void);
int64_t kf_clock_ms(void);
/** The time of day, since 1970: to be told, never to be waited for. */
int64_t kf_clock_date_ms(void);
/** kf_clock_ms' time as pthread_cond_timedwait on a kf_cond wants it. */
struct timespec kf_clock_timespec(int64_t clock_ms);

#endif
