/* SPDX-License-Identifier: MIT
 * A failure, told: in the log, and, where on_failure is stop, as the end of the consumer. */
#ifndef KF_FAILING_H
#define KF_FAILING_H

#include "failure_policy.h"
#include "kaffe.h"

#include <stdint.h>

struct kf_failing {
    const char *topic;
    const char *reason;
    int32_t partition;
    int32_t attempts; /* so far */
    int64_t offset; /* of the first message that is to blame */
    int64_t until; /* behind the last one */
    int64_t pause_ms; /* until the next attempt, if there is one */
    enum kf_failure_action action;
};

/** No lock is held: it logs. */
void kf_failing_tell(kaffe_consumer *consumer, const struct kf_failing *failing);

#endif
