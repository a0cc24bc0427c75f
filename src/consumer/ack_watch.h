/* SPDX-License-Identifier: MIT
 * Verdicts that do not come within ack_timeout_ms: told of once in a partition, counted, seen in
 * the health. Nothing is handed out a second time for it. */
#ifndef KF_ACK_WATCH_H
#define KF_ACK_WATCH_H

#include "kaffe.h"

#include <stdint.h>

/** Looks, if it is time to. Control thread, also while it waits for verdicts.
 *  @return when to come again */
int64_t kf_ack_watch_step(kaffe_consumer *consumer, int64_t now_ms);

#endif
