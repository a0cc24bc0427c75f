/* SPDX-License-Identifier: MIT
 * One process writes, and readers look again if it wrote meanwhile: nobody waits for a lock that a
 * dead process could hold. */
#include "crash_ledger.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* --- memory ------------------------------------------------------------------------------- */

size_t kf_ledger_size(uint32_t process_count)
{
    return sizeof(struct kf_ledger) + process_count * sizeof(struct kaffe_in_hand);
}

struct kf_ledger *kf_ledger_begin(void *memory, uint32_t process_count)
{
    struct kf_ledger *ledger = memory;
    ledger->version = KF_LEDGER_VERSION;
    ledger->process_count = process_count;
    for (uint32_t i = 0; i < process_count; i++)
        kf_ledger_clear(ledger, i);
    return ledger;
}

/* What a dead process wrote is not trusted. */
static int32_t hand_count(const struct kaffe_in_hand *process)
{
    int32_t count = atomic_load(&process->hand_count);
    return count < 0 ? 0 : count > KF_HAND_COUNT ? KF_HAND_COUNT : count;
}

void kf_ledger_clear(struct kf_ledger *ledger, uint32_t index)
{
    struct kaffe_in_hand *process = &ledger->processes[index];
    for (int32_t i = 0; i < hand_count(process); i++) {
        atomic_store(&process->hands[i].busy, 0);
        atomic_store(&process->hands[i].thread, 0);
    }
    atomic_store(&process->hand_count, 0);
    atomic_store(&process->fault_thread, 0);
    atomic_store(&process->alone, 0);
    atomic_store(&process->leaving, 0);
    process->version = KF_LEDGER_VERSION;
    process->number = (int32_t)index + 1;
    process->behind = (size_t)((char *)process - (char *)ledger);
}

struct kf_ledger *kf_ledger_of(struct kaffe_in_hand *process)
{
    return (void *)((char *)process - process->behind);
}

/* --- laying blame ------------------------------------------------------------------------- */

struct verdict {
    struct kf_ledger *ledger;
    const struct kf_death *death;
    kf_blamed_fn tell;
    void *ctx;
    bool is_trial; /* one was handed out alone */
};

static void begin_to_write(struct kf_ledger *ledger)
{
    atomic_fetch_add(&ledger->edition, 1);
}

static void end_writing(struct kf_ledger *ledger)
{
    uint32_t count = 0;
    for (size_t i = 0; i < KF_LEDGER_BLAMED_COUNT; i++)
        count += ledger->blamed[i].id != 0;
    atomic_fetch_add(&ledger->edition, 1);
    atomic_store(&ledger->blamed_count, count);
}

static bool is_at(const struct kf_blamed *blamed, const struct kf_ledger_place *place)
{
    return blamed->id != 0 && blamed->partition == place->partition &&
           strncmp(blamed->topic, place->topic, KF_HAND_NAME_SIZE - 1) == 0 &&
           strncmp(blamed->group, place->group, KF_HAND_NAME_SIZE - 1) == 0;
}

/* Where that message is, or one that it was part of; else a free place; else the oldest. */
static struct kf_blamed *place_for(struct kf_ledger *ledger, const struct kf_blamed *new)
{
    const struct kf_ledger_place place = { new->group, new->topic, new->partition };
    struct kf_blamed *best = &ledger->blamed[0];
    for (struct kf_blamed *one = ledger->blamed; one < ledger->blamed + KF_LEDGER_BLAMED_COUNT;
         one++) {
        if (is_at(one, &place) && one->offset < new->until &&new->offset < one->until)
            return one;
        if (best->id != 0 && (one->id == 0 || one->at_ms < best->at_ms))
            best = one;
    }
    return best;
}

static void blame(const struct verdict *verdict, const struct kf_hand *hand, bool is_suspect)
{
    struct kf_ledger *ledger = verdict->ledger;
    struct kf_blamed new = { .attempts = hand->attempt - is_suspect,
                             .offset = atomic_load(&hand->offset),
                             .until = hand->until,
                             .at_ms = verdict->death->at_ms,
                             .partition = hand->partition,
                             .signal = verdict->death->signal,
                             .exit_code = verdict->death->exit_code,
                             .is_suspect = is_suspect,
                             .is_tried_alone = is_suspect || verdict->is_trial };
    new.is_batch = new.until > new.offset + 1;
    if (new.until == 0)
        new.until = new.offset + 1;
    memcpy(new.group, hand->group, sizeof new.group - 1);
    memcpy(new.topic, hand->topic, sizeof new.topic - 1);
    begin_to_write(ledger);
    do
        new.id = ++ledger->last_id;
    while (new.id == 0);
    *place_for(ledger, &new) = new;
    end_writing(ledger);
    verdict->tell(&new, verdict->ctx);
}

static bool has_something(const struct kf_hand *hand)
{
    return hand && atomic_load(&hand->thread) != 0 && atomic_load(&hand->offset) >= 0;
}

static const struct kf_hand *hand_of(const struct kaffe_in_hand *process, int32_t thread)
{
    for (int32_t i = 0; thread != 0 && i < hand_count(process); i++)
        if (atomic_load(&process->hands[i].thread) == thread)
            return &process->hands[i];
    return NULL;
}

static size_t count_held(const struct kaffe_in_hand *process, const struct kf_hand **last)
{
    size_t count = 0;
    for (int32_t i = 0; i < hand_count(process); i++) {
        if (!has_something(&process->hands[i]))
            continue;
        *last = &process->hands[i];
        count++;
    }
    return count;
}

/* Who ran when the process died, as far as it is known. @return NULL: it is not */
static const struct kf_hand *culprit_of(const struct kaffe_in_hand *process,
                                        const struct kf_death *death)
{
    const struct kf_hand *hand = hand_of(process, atomic_load(&process->fault_thread));
    if (hand)
        return hand;
    int32_t alone = atomic_load(&process->alone);
    if (alone > 0 && alone <= KF_HAND_COUNT && has_something(&process->hands[alone - 1]))
        return &process->hands[alone - 1];
    /* An exit is somebody's doing; a signal can come from anywhere. */
    return death->signal == 0 && count_held(process, &hand) == 1 ? hand : NULL;
}

enum kf_verdict kf_ledger_settle(struct kf_ledger *ledger, uint32_t index,
                                 const struct kf_death *death, kf_blamed_fn tell, void *ctx)
{
    const struct kaffe_in_hand *process = &ledger->processes[index];
    const bool is_trial = atomic_load(&process->alone) != 0;
    const struct verdict verdict = { ledger, death, tell, ctx, is_trial };
    const struct kf_hand *culprit = culprit_of(process, death);
    enum kf_verdict found = KF_VERDICT_NOBODY;
    if (atomic_load(&process->leaving) != 0)
        return KF_VERDICT_NOBODY;
    if (culprit) {
        if (!has_something(culprit)) /* our own fault, or one of what surrounds handlers */
            return KF_VERDICT_NOBODY;
        blame(&verdict, culprit, false);
        return KF_VERDICT_CULPRIT;
    }
    for (int32_t i = 0; i < hand_count(process); i++) {
        if (!has_something(&process->hands[i]))
            continue;
        blame(&verdict, &process->hands[i], true);
        found = KF_VERDICT_SUSPECTS;
    }
    return found;
}

void kf_ledger_sweep(struct kf_ledger *ledger)
{
    if (kf_ledger_is_clean(ledger))
        return;
    begin_to_write(ledger);
    for (size_t i = 0; i < KF_LEDGER_BLAMED_COUNT; i++)
        if (ledger->blamed[i].id == atomic_load(&ledger->passed[i]))
            ledger->blamed[i].id = 0;
    end_writing(ledger);
}

/* --- reading ------------------------------------------------------------------------------ */

/* One look, which counts if nothing was written meanwhile. */
static bool look(const struct kf_ledger *ledger, const struct kf_ledger_place *place,
                 int64_t position, struct kf_blamed *nearest)
{
    nearest->id = 0;
    for (size_t i = 0; i < KF_LEDGER_BLAMED_COUNT; i++) {
        const struct kf_blamed *one = &ledger->blamed[i];
        if (one->partition == place->partition && one->until > position && is_at(one, place) &&
            (nearest->id == 0 || one->offset < nearest->offset))
            *nearest = *one;
    }
    return nearest->id != 0;
}

/* @return the edition that is looked at; it is written within microseconds */
static uint32_t await_edition(const struct kf_ledger *ledger)
{
    uint32_t edition;
    do
        edition = atomic_load(&ledger->edition);
    while (edition % 2 != 0);
    return edition;
}

/* After what was read of it. An exchange that changes nothing, and not a load, because what was
 * read before must not be read after it. */
static bool is_still(struct kf_ledger *ledger, uint32_t edition)
{
    return atomic_fetch_add(&ledger->edition, 0) == edition;
}

bool kf_ledger_find(struct kf_ledger *ledger, const struct kf_ledger_place *place, int64_t position,
                    struct kf_blamed *found)
{
    bool any;
    uint32_t edition;
    struct kf_blamed nearest;
    do {
        edition = await_edition(ledger);
        any = look(ledger, place, position, &nearest);
    } while (!is_still(ledger, edition));
    if (any)
        *found = nearest;
    return any;
}

void kf_ledger_pass(struct kf_ledger *ledger, const struct kf_ledger_place *place, int64_t offset)
{
    uint32_t edition;
    uint32_t ids[KF_LEDGER_BLAMED_COUNT];
    do {
        edition = await_edition(ledger);
        for (size_t i = 0; i < KF_LEDGER_BLAMED_COUNT; i++) {
            const struct kf_blamed *one = &ledger->blamed[i];
            ids[i] = one->until <= offset && is_at(one, place) ? one->id : 0;
        }
    } while (!is_still(ledger, edition));
    for (size_t i = 0; i < KF_LEDGER_BLAMED_COUNT; i++)
        if (ids[i] != 0)
            atomic_store(&ledger->passed[i], ids[i]);
}

const char *kf_blamed_text(const struct kf_blamed *blamed, char *out, size_t out_size)
{
    const char *doubt = blamed->is_suspect ? ", or another one beside it" : "";
    const char *name = blamed->signal != 0 ? sigabbrev_np(blamed->signal) : NULL;
    if (name)
        snprintf(out, out_size, "the handler crashed%s: SIG%s", doubt, name);
    else if (blamed->signal != 0)
        snprintf(out, out_size, "the handler crashed%s: signal %d", doubt, blamed->signal);
    else if (blamed->exit_code == KAFFE_EXIT_HANDLER_TIMEOUT)
        snprintf(out, out_size, "the handler did not return%s: handler_timeout_ms", doubt);
    else
        snprintf(out, out_size, "the handler ended its process%s: exit code %d", doubt,
                 blamed->exit_code);
    return out;
}
