/* SPDX-License-Identifier: MIT
 * A topic that the cluster does not know, and that is to be made then: like another one. Without
 * that wish a missing topic is only waited for. For this folder only. */
#ifndef KF_MISSING_TOPIC_H
#define KF_MISSING_TOPIC_H

#include "producer_state.h"

/** The clerk, without the producer's lock: makes it, if that is wished for and has not been tried
 *  just now; the log says what came of it. Waits for the cluster's answer. */
void kf_missing_topic_make(struct kaffe_producer *producer, struct kf_target *topic);

#endif
