/* SPDX-License-Identifier: MIT */
#include "ack_watch.h"

#include "consumer_state.h"
#include "error.h"
#include "log.h"

static const int64_t interval_max_ms = 500;

/* One look at all partitions, those that were given up included. */
struct round {
    int64_t now_ms;
    int64_t timeout_ms;
    const struct kf_partition *oldest;
    struct kf_flight_look look; /* at the oldest's */
};

static void tell(const struct kf_partition *partition, const struct kf_flight_look *look,
                 int64_t timeout_ms)
{
    const struct kf_log *log = &partition->consumer->settings.log;
    if (look->overdue > 0)
        kf_log(log, KAFFE_LOG_ERROR, "ack.overdue",
               "topic=%s partition=%d offset=%lld age_ms=%lld messages=%zu ack_timeout_ms=%lld",
               partition->topic, partition->partition, (long long)look->offset,
               (long long)look->age_ms, look->overdue, (long long)timeout_ms);
    else
        kf_log(log, KAFFE_LOG_INFO, "ack.caught_up", "topic=%s partition=%d done=%lld",
               partition->topic, partition->partition, (long long)kf_partition_done(partition));
}

static void look_at(struct kf_partition *partition, struct round *round)
{
    struct kf_flight_look look;
    kf_flight_look(partition->flight, round->now_ms, &look);
    if ((look.overdue > 0) != partition->acks_overdue)
        tell(partition, &look, round->timeout_ms);
    partition->acks_overdue = look.overdue > 0;
    if (look.age_ms <= round->look.age_ms)
        return;
    round->oldest = partition;
    round->look = look;
}

static void look_at_all(const struct kf_partition_vector *partitions, struct round *round)
{
    for (size_t i = 0; i < partitions->count; i++)
        look_at(partitions->items[i], round);
}

static void set_health(kaffe_consumer *consumer, const struct round *round)
{
    kaffe_error err;
    if (round->oldest)
        kf_error_set(&err, KAFFE_TIMED_OUT,
                     "%.100s[%d]@%lld: not acknowledged for %lld ms: ack_timeout_ms = %lld",
                     round->oldest->topic, round->oldest->partition, (long long)round->look.offset,
                     (long long)round->look.age_ms, (long long)round->timeout_ms);
    kf_health_set(&consumer->health, KF_HEALTH_ACK, round->oldest ? &err : NULL);
}

int64_t kf_ack_watch_step(kaffe_consumer *consumer, int64_t now_ms)
{
    struct round round = { .now_ms = now_ms,
                           .timeout_ms = consumer->settings.options.ack_timeout_ms };
    if (round.timeout_ms == 0 || !consumer->settings.options.async_message_ack)
        return INT64_MAX;
    if (now_ms < consumer->next_ack_look_ms)
        return consumer->next_ack_look_ms;
    look_at_all(&consumer->assigned, &round);
    look_at_all(&consumer->late, &round);
    set_health(consumer, &round);
    int64_t interval_ms = round.timeout_ms / 10;
    consumer->next_ack_look_ms =
        now_ms + (interval_ms < interval_max_ms ? interval_ms : interval_max_ms);
    return consumer->next_ack_look_ms;
}
