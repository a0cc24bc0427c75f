/* SPDX-License-Identifier: MIT
 * How long to wait before trying again. */
#ifndef KF_BACKOFF_H
#define KF_BACKOFF_H

#include <stdint.h>

/**
 * The pause after failure number `failures` (1, 2, ...): first_ms, doubling, at most max_ms, less a
 * jitter of up to a fifth so that many who failed together do not try again together.
 * @param random  0..UINT32_MAX, evenly
 */
int64_t kf_backoff_ms(int64_t first_ms, int64_t max_ms, uint32_t failures, uint32_t random);

#endif
