/* SPDX-License-Identifier: MIT
 * A verdict on what was handed out: done, or failed and what follows from that. Whoever calls, on
 * whatever thread, in whatever order: the first one counts. */
#ifndef KF_VERDICT_H
#define KF_VERDICT_H

#include "kaffe.h"
#include "message.h"

#include <stdint.h>

/* In a failure's offset: none of the messages is to blame, they only come again. */
#define KF_BLAMES_NOBODY INT64_MAX

enum kf_verdict {
    KF_VERDICT_COUNTS, /* for one message at least */
    KF_VERDICT_REPEATED, /* each of them had one */
    KF_VERDICT_OUTDATED, /* a later attempt is out, or had one */
    KF_VERDICT_LATE, /* the partition was given up */
    KF_VERDICT_UNKNOWN /* no message has this token */
};

/** @param failure  NULL: acknowledged; else its offset is the one that is to blame; -1: all are */
enum kf_verdict kf_verdict_give(kaffe_consumer *consumer, const kaffe_ack_token *token,
                                const struct kf_failure *failure);

#endif
