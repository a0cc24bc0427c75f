/* SPDX-License-Identifier: MIT
 * kaffe_ack and its kin: what a verdict comes to is counted and becomes a status. */
#include "consumer_state.h"
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

kaffe_ack_token kaffe_message_ack_token(const kaffe_message *m)
{
    const struct kf_message *message = (const struct kf_message *)m;
    return (kaffe_ack_token){ .assignment = message->assignment,
                              .hand_over = message->hand_over,
                              .first = m->offset,
                              .last = m->offset };
}

kaffe_consumer *kaffe_message_consumer(const kaffe_message *m)
{
    return ((const struct kf_message *)m)->consumer;
}

static kaffe_status stale(_Atomic int64_t *counter)
{
    kf_count(counter, 1);
    return KAFFE_STALE;
}

static kaffe_status give(kaffe_consumer *consumer, const kaffe_ack_token *token,
                         const struct kf_failure *failure)
{
    struct kf_counters *counters = &consumer->counters;
    switch (kf_verdict_give(consumer, token, failure)) {
    case KF_VERDICT_COUNTS:
        return KAFFE_OK;
    case KF_VERDICT_REPEATED:
        return stale(&counters->acks_repeated);
    case KF_VERDICT_OUTDATED:
        return stale(&counters->acks_outdated);
    case KF_VERDICT_LATE:
        return stale(atomic_load(&consumer->stop_requested) ? &counters->acks_after_stop
                                                            : &counters->acks_after_revoke);
    case KF_VERDICT_UNKNOWN:
        break;
    }
    return KAFFE_INVALID;
}

kaffe_status kaffe_ack(kaffe_consumer *consumer, kaffe_ack_token token)
{
    return give(consumer, &token, NULL);
}

kaffe_status kaffe_nack(kaffe_consumer *consumer, kaffe_ack_token token, const char *reason, ...)
{
    struct kf_failure failure = { .offset = -1, .status = KAFFE_FAILED };
    va_list args;
    va_start(args, reason);
    vsnprintf(failure.reason, sizeof failure.reason, reason, args);
    va_end(args);
    return give(consumer, &token, &failure);
}

kaffe_status kaffe_nack_permanently(kaffe_consumer *consumer, kaffe_ack_token token,
                                    const char *reason, ...)
{
    struct kf_failure failure = { .offset = -1, .status = KAFFE_FAILED, .permanent = true };
    va_list args;
    va_start(args, reason);
    vsnprintf(failure.reason, sizeof failure.reason, reason, args);
    va_end(args);
    return give(consumer, &token, &failure);
}
