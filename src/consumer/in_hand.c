/* SPDX-License-Identifier: MIT */
#include "in_hand.h"

#include "clock.h"
#include "consumer_state.h"
#include "crash_ledger.h"
#include "error.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* For whoever has to let another one work alone. */
static const int64_t ask_again_ms = 5;
/* A handler for faults needs little, but the kernel puts the registers there too. */
static const size_t fault_stack_size = 65536;

/* --- a worker ----------------------------------------------------------------------------- */

/* Where a stack overflow can be told from: without it the kernel ends the process, and nobody knows
 * which thread it was. */
static bool make_fault_stack(struct kf_turn_worker *worker)
{
    long least = sysconf(_SC_SIGSTKSZ);
    stack_t stack = { .ss_size = fault_stack_size };
    if (least > 0 && (size_t)least > stack.ss_size)
        stack.ss_size = (size_t)least;
    worker->fault_stack = malloc(stack.ss_size);
    stack.ss_sp = worker->fault_stack;
    return stack.ss_sp && sigaltstack(&stack, NULL) == 0;
}

kaffe_status kf_in_hand_open(struct kf_turn_worker *worker, kaffe_error *err)
{
    const kaffe_consumer_options *options = &worker->consumer->settings.options;
    if (!options->in_hand)
        return kf_error_ok(err);
    if (!make_fault_stack(worker))
        return kf_error_no_memory(err);
    worker->hand = kf_hand_take(options->in_hand, gettid(), options->consumer_group);
    if (!worker->hand)
        return kf_error_set(err, KAFFE_NO_MEMORY,
                            "a worker process has at most %d worker threads: lower workers, or run "
                            "fewer consumers in it",
                            KF_HAND_COUNT);
    return kf_error_ok(err);
}

void kf_in_hand_close(struct kf_turn_worker *worker)
{
    const stack_t none = { .ss_flags = SS_DISABLE };
    if (worker->hand)
        kf_hand_give_back(worker->hand);
    if (worker->fault_stack)
        sigaltstack(&none, NULL);
    free(worker->fault_stack);
}

/* --- what has crashed before -------------------------------------------------------------- */

static struct kf_ledger_place place_of(const struct kf_partition *partition)
{
    return (struct kf_ledger_place){ partition->consumer->settings.options.consumer_group,
                                     partition->topic, partition->partition };
}

/* The failures that the ledger knows of are this partition's, as if they had happened here.
 * @return true: it is to be handed out; false: *end says how the turn ends */
static bool take_over(struct kf_turn_worker *worker, struct kf_partition *partition,
                      const struct kf_blamed *blamed, enum kf_turn_end *end, int64_t *due_ms)
{
    struct kf_blame *blame = &partition->blame;
    int64_t offset = partition->cursor.position;
    if (blamed->attempts == 0 || (blame->failures >= blamed->attempts && blame->offset == offset))
        return true;
    *blame = (struct kf_blame){ .offset = offset,
                                .until = blamed->is_batch ? offset + 1 : blamed->until,
                                .failures = blamed->attempts };
    if (blamed->is_batch) /* which of its messages it was is not known yet */
        return true;
    worker->failure = (struct kf_failure){ .offset = offset, .status = KAFFE_FAILED };
    kf_blamed_text(blamed, worker->failure.reason, sizeof worker->failure.reason);
    *end = kf_turn_follow(worker, partition, blamed->at_ms, due_ms);
    return false;
}

/* Nobody else's handler runs in this process, and none will before the end of this turn. It waits
 * for those that run. @return false: not now */
static bool is_alone(struct kf_turn_worker *worker, struct kf_partition *partition)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    struct kaffe_in_hand *process = worker->consumer->settings.options.in_hand;
    if (!kf_hand_claim(process, worker->hand))
        return false;
    while (!kf_hand_is_alone(process, worker->hand)) {
        if (atomic_load(&partition->revoked) || atomic_load(&worker->consumer->stop_requested))
            return false;
        nanosleep(&moment, NULL);
    }
    return true;
}

/* The cursor pauses there. What lies behind is for another turn, which nobody else asks for. */
static enum kf_turn_end handle_until(struct kf_turn_worker *worker, struct kf_partition *partition,
                                     int64_t offset, int64_t *due_ms)
{
    enum kf_turn_end end = kf_turn_handle(worker, partition, due_ms);
    return end == KF_TURN_DRAINED && partition->cursor.position >= offset ? KF_TURN_MORE : end;
}

static enum kf_turn_end hand_out_blamed(struct kf_turn_worker *worker,
                                        struct kf_partition *partition,
                                        const struct kf_blamed *blamed, int64_t *due_ms)
{
    enum kf_turn_end end;
    kf_cursor_pause(&partition->cursor, &worker->opener, blamed->until);
    if (!take_over(worker, partition, blamed, &end, due_ms))
        return end;
    if (blamed->is_tried_alone && !is_alone(worker, partition)) {
        *due_ms = kf_clock_ms() + ask_again_ms;
        return KF_TURN_PARK;
    }
    worker->budget = 1;
    partition->batch_limit = 1;
    return handle_until(worker, partition, blamed->until, due_ms);
}

static enum kf_turn_end careful_turn(struct kf_turn_worker *worker, struct kf_partition *partition,
                                     int64_t *due_ms)
{
    struct kf_blamed blamed;
    struct kf_cursor *cursor = &partition->cursor;
    struct kf_ledger *ledger = kf_ledger_of(worker->consumer->settings.options.in_hand);
    const struct kf_ledger_place place = place_of(partition);
    if (!kf_ledger_find(ledger, &place, cursor->position, &blamed)) {
        kf_cursor_pause(cursor, &worker->opener, INT64_MAX);
        return kf_turn_handle(worker, partition, due_ms);
    }
    if (cursor->position >= blamed.offset)
        return hand_out_blamed(worker, partition, &blamed, due_ms);
    kf_cursor_pause(cursor, &worker->opener, blamed.offset);
    return handle_until(worker, partition, blamed.offset, due_ms);
}

enum kf_turn_end kf_in_hand_turn(struct kf_turn_worker *worker, struct kf_partition *partition,
                                 int64_t *due_ms)
{
    struct kaffe_in_hand *process = worker->consumer->settings.options.in_hand;
    if (!kf_hand_begin(process, worker->hand, partition->topic, partition->partition)) {
        *due_ms = kf_clock_ms() + ask_again_ms;
        return KF_TURN_PARK;
    }
    bool careful =
        !kf_ledger_is_clean(kf_ledger_of(process)) || partition->cursor.pause != INT64_MAX;
    enum kf_turn_end end = careful ? careful_turn(worker, partition, due_ms)
                                   : kf_turn_handle(worker, partition, due_ms);
    kf_hand_end(process, worker->hand);
    return end;
}

void kf_in_hand_committed(const struct kf_partition *partition, int64_t offset)
{
    struct kaffe_in_hand *process = partition->consumer->settings.options.in_hand;
    struct kf_ledger *ledger = process ? kf_ledger_of(process) : NULL;
    const struct kf_ledger_place place = place_of(partition);
    if (ledger && !kf_ledger_is_clean(ledger))
        kf_ledger_pass(ledger, &place, offset);
}

void kf_in_hand_accuse(kaffe_consumer *consumer, const struct kf_partition *partition)
{
    const struct kf_hand *hand;
    struct kaffe_in_hand *process = consumer->settings.options.in_hand;
    if (!process)
        return;
    hand = kf_hand_find(process, consumer->settings.options.consumer_group, partition->topic,
                        partition->partition);
    if (hand)
        atomic_store(&process->fault_thread, atomic_load(&hand->thread));
}
