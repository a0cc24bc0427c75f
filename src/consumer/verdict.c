/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include "clock.h"
#include "consumer_state.h"
#include "failing.h"
#include "flights.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>

/* One verdict, while it is given. */
struct judgement {
    struct kf_flight *flight;
    const kaffe_ack_token *token;
    const struct kf_failure *failure;
    int64_t now_ms; /* of a failure, as are these */
    uint32_t random; /* one for all, so that they come again together */
    size_t finished;
    size_t failed;
    struct kf_failing failing; /* the first one; attempts 0: none was to blame */
    char topic[256]; /* its own, since it is told without the lock */
};

/* --- failed ------------------------------------------------------------------------------- */

static bool is_innocent(const struct kf_failure *failure, int64_t offset)
{
    return failure->offset >= 0 && failure->offset != offset;
}

static enum kf_failure_action decide(struct judgement *judgement, struct kf_ack_entry *entry,
                                     int64_t *pause_ms)
{
    const kaffe_consumer_options *options = &judgement->flight->consumer->settings.options;
    const struct kf_failure_policy policy = kf_failure_policy_of(options);
    struct kf_blame blame = { .offset = entry->offset,
                              .until = entry->offset + 1,
                              .failures = entry->failures };
    kf_blame_add(&blame, entry->offset, entry->offset + 1);
    entry->failures = blame.failures;
    return kf_failure_decide(&policy, &blame, judgement->failure->permanent, judgement->random,
                             pause_ms);
}

static void note(struct judgement *judgement, const struct kf_ack_entry *entry,
                 enum kf_failure_action action, int64_t pause_ms)
{
    const struct kf_flight *flight = judgement->flight;
    if (judgement->failing.attempts > 0)
        return;
    snprintf(judgement->topic, sizeof judgement->topic, "%s", flight->topic);
    judgement->failing = (struct kf_failing){ .topic = judgement->topic,
                                              .reason = kf_failure_text(judgement->failure),
                                              .partition = flight->number,
                                              .attempts = entry->failures,
                                              .offset = entry->offset,
                                              .until = entry->offset + 1,
                                              .pause_ms = pause_ms,
                                              .action = action };
}

/* @return false: out of memory */
static bool give_up(struct judgement *judgement, struct kf_ack_entry *entry,
                    enum kf_failure_action action)
{
    struct kf_loan *loan = entry->item;
    loan->disposal = malloc(sizeof *loan->disposal);
    if (!loan->disposal)
        return false;
    kf_disposal_init(loan->disposal, action, entry->failures, kf_failure_text(judgement->failure));
    kf_ack_window_give_up(&judgement->flight->window, entry);
    kf_loan_list_append(&judgement->flight->given_up, loan);
    return true;
}

static void fail(struct judgement *judgement, struct kf_ack_entry *entry)
{
    int64_t pause_ms;
    struct kf_flight *flight = judgement->flight;
    const kaffe_consumer_options *options = &flight->consumer->settings.options;
    kf_flight_take_back_locked(flight, entry->item);
    judgement->failed++;
    atomic_store_explicit(&flight->returning, true, memory_order_relaxed);
    if (is_innocent(judgement->failure, entry->offset)) {
        kf_ack_window_fail(&flight->window, entry, judgement->now_ms + options->retry_backoff_ms);
        return;
    }
    enum kf_failure_action action = decide(judgement, entry, &pause_ms);
    note(judgement, entry, action, pause_ms);
    int64_t due_ms = judgement->now_ms + pause_ms;
    if (action == KF_FAILURE_STOP)
        due_ms = INT64_MAX;
    else if (action != KF_FAILURE_RETRY && give_up(judgement, entry, action))
        return;
    else if (action != KF_FAILURE_RETRY) /* it is handled, and fails, once more */
        due_ms = judgement->now_ms + options->retry_backoff_max_ms;
    kf_ack_window_fail(&flight->window, entry, due_ms);
}

/* --- done --------------------------------------------------------------------------------- */

static void finish(struct judgement *judgement, struct kf_ack_entry *entry)
{
    struct kf_flight *flight = judgement->flight;
    struct kf_loan *loan = entry->item;
    kf_flight_take_back_locked(flight, loan);
    kf_ack_window_finish(&flight->window, entry);
    kf_loans_give_back(&flight->loans, loan);
    judgement->finished++;
}

/* --- all that a token stands for ---------------------------------------------------------- */

static bool is_awaited(const struct kf_ack_entry *entry, const kaffe_ack_token *token)
{
    return entry->state == KF_ACK_OUT && entry->hand_over == token->hand_over;
}

/* What comes too late only ends what is lent. */
static void judge_all_locked(struct judgement *judgement)
{
    struct kf_flight *flight = judgement->flight;
    struct kf_ack_window *window = &flight->window;
    const kaffe_ack_token *token = judgement->token;
    struct kf_ack_entry *entry;
    uint64_t place = kf_ack_window_find(window, token->first);
    for (; (entry = kf_ack_window_at(window, place)) && entry->offset <= token->last; place++) {
        if (!is_awaited(entry, token))
            continue;
        if (judgement->failure && !flight->fenced)
            fail(judgement, entry);
        else
            finish(judgement, entry);
    }
}

static enum kf_verdict answer_locked(const struct judgement *judgement)
{
    const struct kf_flight *flight = judgement->flight;
    const kaffe_ack_token *token = judgement->token;
    if (judgement->finished + judgement->failed > 0)
        return flight->fenced ? KF_VERDICT_LATE : KF_VERDICT_COUNTS;
    switch (kf_ack_window_look(&flight->window, token->first, token->hand_over)) {
    case KF_ACK_OUTDATED:
        return flight->fenced ? KF_VERDICT_LATE : KF_VERDICT_OUTDATED;
    case KF_ACK_REPEATED:
    case KF_ACK_AWAITED:
        return flight->fenced ? KF_VERDICT_LATE : KF_VERDICT_REPEATED;
    case KF_ACK_UNKNOWN:
        break;
    }
    return KF_VERDICT_UNKNOWN;
}

static enum kf_verdict judge_locked(struct judgement *judgement)
{
    struct kf_flight *flight = judgement->flight;
    uint32_t generation = kf_assignment_generation(judgement->token->assignment);
    if (generation > flight->generation)
        return KF_VERDICT_UNKNOWN;
    if (generation < flight->generation || !atomic_load(&flight->taken))
        return KF_VERDICT_LATE;
    judge_all_locked(judgement);
    enum kf_verdict answer = answer_locked(judgement);
    kf_flight_publish_locked(flight);
    if (answer == KF_VERDICT_COUNTS && judgement->failed > 0 && flight->partition)
        kf_pool_ready(&flight->consumer->pool, &flight->partition->task);
    kf_flight_settled_locked(flight); /* last: the flight may end */
    return answer;
}

enum kf_verdict kf_verdict_give(kaffe_consumer *consumer, const kaffe_ack_token *token,
                                const struct kf_failure *failure)
{
    struct judgement judgement = { .token = token, .failure = failure };
    judgement.flight = kf_flights_find(&consumer->flights, token->assignment);
    if (!judgement.flight)
        return KF_VERDICT_UNKNOWN;
    if (failure) {
        judgement.now_ms = kf_clock_ms();
        judgement.random = kf_random_below(UINT32_MAX);
    }
    pthread_mutex_lock(&judgement.flight->lock);
    enum kf_verdict answer = judge_locked(&judgement);
    pthread_mutex_unlock(&judgement.flight->lock);
    if (answer == KF_VERDICT_COUNTS && judgement.finished > 0)
        kf_count(&consumer->counters.messages_handled, (int64_t)judgement.finished);
    if (judgement.failing.attempts > 0) {
        kf_count(&consumer->counters.failures, 1);
        kf_failing_tell(consumer, &judgement.failing);
    }
    return answer;
}
