/* SPDX-License-Identifier: MIT */
#include "watchdog.h"

#include "clock.h"
#include "consumer_state.h"
#include "error.h"
#include "in_hand.h"
#include "log.h"
#include "thread.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* For the last line of the log, if who writes it hangs, too. */
static const int last_line_ms = 1000;

/* What one round of looks has found. */
struct round {
    int64_t now_ms;
    int64_t timeout_ms;
    int64_t count; /* of calls that are overdue now */
    const struct kf_partition *longest;
    int64_t longest_ms;
};

/* --- the end of the process --------------------------------------------------------------- */

static void *end_soon(void *arg)
{
    (void)arg;
    poll(NULL, 0, last_line_ms);
    _exit(KAFFE_EXIT_HANDLER_TIMEOUT);
}

/* Before the line that says why: what hangs may be the log itself, or hold stderr. */
static void prepare_to_end(void)
{
    pthread_t thread;
    if (kf_thread_start(&thread, "kaffe-exit", end_soon, NULL) == 0)
        pthread_detach(thread);
}

static bool is_to_end(kaffe_consumer *consumer, int64_t now_ms)
{
    const char *policy = consumer->settings.options.on_handler_timeout;
    return policy && strcmp(policy, "exit") == 0 &&
           kf_consumer_stop_deadline_ms(consumer, now_ms) == INT64_MAX;
}

/* Counts it. @return what follows, for the line in the log */
static const char *begin_telling(kaffe_consumer *consumer, int64_t now_ms)
{
    kf_count(&consumer->counters.handler_timeouts, 1);
    if (!is_to_end(consumer, now_ms))
        return "report";
    prepare_to_end();
    return "exit";
}

static void end_telling(kaffe_consumer *consumer, int64_t now_ms)
{
    if (is_to_end(consumer, now_ms))
        _exit(KAFFE_EXIT_HANDLER_TIMEOUT);
}

/* --- handlers ----------------------------------------------------------------------------- */

static int64_t offset_of(const struct kf_handler_watch *watch)
{
    return watch->call.offset;
}

static void tell_overdue(kaffe_consumer *consumer, const struct kf_partition *partition,
                         const struct round *round)
{
    if (is_to_end(consumer, round->now_ms))
        kf_in_hand_accuse(consumer, partition);
    const char *action = begin_telling(consumer, round->now_ms);
    kf_log(&consumer->settings.log, KAFFE_LOG_ERROR, "handler.overdue",
           "topic=%s partition=%d offset=%lld age_ms=%lld handler_timeout_ms=%lld action=%s",
           partition->topic, partition->partition, (long long)offset_of(&partition->watch),
           (long long)kf_handler_watch_age_ms(&partition->watch, round->now_ms),
           (long long)round->timeout_ms, action);
    end_telling(consumer, round->now_ms);
}

static void tell_returned(const kaffe_consumer *consumer, const struct kf_partition *partition,
                          const struct kf_handler_watch *before, int64_t now_ms)
{
    kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "handler.returned",
           "topic=%s partition=%d offset=%lld age_ms=%lld", partition->topic, partition->partition,
           (long long)offset_of(before), (long long)kf_handler_watch_age_ms(before, now_ms));
}

/* The message first, and then the turn: whose number was there before it. */
static struct kf_handler_call call_of(struct kf_partition *partition)
{
    struct kf_handler_call call;
    call.offset = atomic_load_explicit(&partition->in_hand, memory_order_acquire);
    call.turn = atomic_load_explicit(&partition->turn, memory_order_relaxed);
    return call;
}

static void look_at(kaffe_consumer *consumer, struct kf_partition *partition, struct round *round)
{
    const struct kf_handler_watch before = partition->watch;
    const struct kf_handler_call call = call_of(partition);
    enum kf_handler_news news =
        kf_handler_watch_look(&partition->watch, &call, round->now_ms, round->timeout_ms);
    if (news == KF_HANDLER_OVERDUE)
        tell_overdue(consumer, partition, round);
    if (news == KF_HANDLER_RETURNED)
        tell_returned(consumer, partition, &before, round->now_ms);
    if (!partition->watch.is_overdue)
        return;
    int64_t age_ms = kf_handler_watch_age_ms(&partition->watch, round->now_ms);
    round->count++;
    if (age_ms > round->longest_ms) {
        round->longest = partition;
        round->longest_ms = age_ms;
    }
}

static void look_at_all(kaffe_consumer *consumer, const struct kf_partition_vector *partitions,
                        struct round *round)
{
    for (size_t i = 0; i < partitions->count; i++)
        look_at(consumer, partitions->items[i], round);
}

/* One line for all of them. */
static void remind(kaffe_consumer *consumer, const struct round *round)
{
    if (kf_handler_watch_remind(&consumer->watchdog.said_ms, round->longest_ms) && round->longest)
        kf_log(
            &consumer->settings.log, KAFFE_LOG_ERROR, "handler.overdue",
            "topic=%s partition=%d offset=%lld age_ms=%lld handler_timeout_ms=%lld handlers=%lld",
            round->longest->topic, round->longest->partition,
            (long long)offset_of(&round->longest->watch), (long long)round->longest_ms,
            (long long)round->timeout_ms, (long long)round->count);
}

static void set_health(kaffe_consumer *consumer, const struct round *round)
{
    kaffe_error err;
    char others[40] = "";
    if (round->count > 1)
        snprintf(others, sizeof others, ", and %lld more do", (long long)round->count - 1);
    if (round->longest)
        kf_error_set(&err, KAFFE_TIMED_OUT,
                     "%.100s[%d]@%lld: its handler runs for %lld ms%s: handler_timeout_ms = %lld",
                     round->longest->topic, round->longest->partition,
                     (long long)offset_of(&round->longest->watch), (long long)round->longest_ms,
                     others, (long long)round->timeout_ms);
    atomic_store(&consumer->counters.handlers_overdue, round->count);
    kf_health_set(&consumer->health, KF_HEALTH_HANDLER, round->longest ? &err : NULL);
}

/* --- worker_open -------------------------------------------------------------------------- */

static void tell_opens_overdue(kaffe_consumer *consumer, int64_t workers, const struct round *round)
{
    const char *action = begin_telling(consumer, round->now_ms);
    kf_log(&consumer->settings.log, KAFFE_LOG_ERROR, "worker.overdue",
           "call=worker_open workers=%lld age_ms=%lld handler_timeout_ms=%lld action=%s",
           (long long)workers,
           (long long)kf_handler_watch_age_ms(&consumer->watchdog.opens, round->now_ms),
           (long long)round->timeout_ms, action);
    end_telling(consumer, round->now_ms);
}

static void set_opens_health(kaffe_consumer *consumer, int64_t workers, const struct round *round)
{
    kaffe_error err;
    const struct kf_handler_watch *opens = &consumer->watchdog.opens;
    if (opens->is_overdue)
        kf_error_set(&err, KAFFE_TIMED_OUT,
                     "worker_open runs for %lld ms in %lld worker%s: handler_timeout_ms = %lld",
                     (long long)kf_handler_watch_age_ms(opens, round->now_ms), (long long)workers,
                     workers == 1 ? "" : "s", (long long)round->timeout_ms);
    kf_health_set(&consumer->health, KF_HEALTH_WORKER_OPEN, opens->is_overdue ? &err : NULL);
}

/* Whose it is does not matter: while none of those that have begun ends, one of them hangs. */
static void look_at_opens(kaffe_consumer *consumer, const struct round *round)
{
    struct kf_watchdog *watchdog = &consumer->watchdog;
    int64_t ended = atomic_load(&watchdog->opens_ended);
    int64_t running = atomic_load(&watchdog->opens_begun) - ended;
    const struct kf_handler_call call = { .turn = (uint64_t)ended + 1,
                                          .offset = running > 0 ? 0 : KF_NO_CALL };
    enum kf_handler_news news =
        kf_handler_watch_look(&watchdog->opens, &call, round->now_ms, round->timeout_ms);
    if (news == KF_HANDLER_OVERDUE)
        tell_opens_overdue(consumer, running, round);
    if (news == KF_HANDLER_RETURNED)
        kf_log(&consumer->settings.log, KAFFE_LOG_INFO, "worker.opened", "workers=%lld",
               (long long)ended);
    set_opens_health(consumer, running, round);
}

/* --- the rounds --------------------------------------------------------------------------- */

int64_t kf_watchdog_step(kaffe_consumer *consumer, int64_t now_ms)
{
    struct kf_watchdog *watchdog = &consumer->watchdog;
    struct round round = { .now_ms = now_ms,
                           .timeout_ms = consumer->settings.options.handler_timeout_ms };
    if (round.timeout_ms == 0)
        return INT64_MAX;
    if (now_ms < watchdog->next_ms)
        return watchdog->next_ms;
    look_at_all(consumer, &consumer->assigned, &round);
    look_at_all(consumer, &consumer->late, &round);
    remind(consumer, &round);
    set_health(consumer, &round);
    look_at_opens(consumer, &round);
    watchdog->next_ms = now_ms + kf_handler_watch_interval_ms(round.timeout_ms);
    return watchdog->next_ms;
}

void kf_watchdog_forget(kaffe_consumer *consumer, struct kf_partition *partition)
{
    if (partition->watch.is_overdue)
        tell_returned(consumer, partition, &partition->watch, kf_clock_ms());
    partition->watch = (struct kf_handler_watch){ 0 };
}
