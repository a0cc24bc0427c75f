/* SPDX-License-Identifier: MIT
 * Random numbers for jitter and random partitions; not for secrets. */
#ifndef KF_RANDOM_H
#define KF_RANDOM_H

#include <stdint.h>

/** 0..bound-1, evenly; bound > 0. Threads: any. */
uint32_t kf_random_below(uint32_t bound);

#endif
