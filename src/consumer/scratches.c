/* SPDX-License-Identifier: MIT */
#include "scratches.h"

#include "pages.h"

#include <stdint.h>

/* Without a limit on all of them, still one on each: far above what brokers accept. */
static const size_t largest_of_unlimited = 256u << 20;
static const size_t least_wanted = 64u << 10;

static bool resize(struct kf_scratch_account *account, size_t from, size_t to);

int kf_scratches_init(struct kf_scratches *scratches, size_t limit_bytes,
                      void (*granted)(struct kf_scratch_wait *wait))
{
    *scratches = (struct kf_scratches){ .account = { .resize = resize },
                                        .limit_bytes = limit_bytes ? limit_bytes : SIZE_MAX,
                                        .granted = granted };
    return pthread_mutex_init(&scratches->lock, NULL);
}

/* Scratches are freed here without their account: the lock is held, or all is over. */
static void free_spare_locked(struct kf_scratches *scratches)
{
    struct kf_scratch *spare = &scratches->spares[--scratches->spare_count];
    scratches->used_bytes -= spare->capacity;
    kf_pages_put(spare->data, spare->capacity);
}

void kf_scratches_fini(struct kf_scratches *scratches)
{
    while (scratches->spare_count > 0)
        free_spare_locked(scratches);
    while (scratches->idle_count > 0)
        kf_decompressor_fini(&scratches->idle[--scratches->idle_count]);
    pthread_mutex_destroy(&scratches->lock);
}

size_t kf_scratches_largest(const struct kf_scratches *scratches)
{
    return scratches->limit_bytes < SIZE_MAX ? scratches->limit_bytes : largest_of_unlimited;
}

/* Spare ones make way. */
static bool has_room_locked(struct kf_scratches *scratches, size_t bytes)
{
    while (scratches->used_bytes + bytes > scratches->limit_bytes && scratches->spare_count > 0)
        free_spare_locked(scratches);
    return scratches->used_bytes + bytes <= scratches->limit_bytes;
}

/* In their order, each as soon as there is room for it. */
static void grant_locked(struct kf_scratches *scratches)
{
    struct kf_scratch_wait *wait;
    while ((wait = scratches->first) && has_room_locked(scratches, wait->wanted_bytes)) {
        scratches->used_bytes += wait->wanted_bytes;
        wait->granted_bytes = wait->wanted_bytes;
        wait->queued = false;
        scratches->first = wait->next;
        if (!scratches->first)
            scratches->last = NULL;
        scratches->granted(wait);
    }
}

static bool resize(struct kf_scratch_account *account, size_t from, size_t to)
{
    struct kf_scratches *scratches = (struct kf_scratches *)account;
    bool allowed = true;
    pthread_mutex_lock(&scratches->lock);
    if (to > from)
        allowed = !scratches->first && has_room_locked(scratches, to - from);
    if (allowed)
        scratches->used_bytes = scratches->used_bytes - from + to;
    if (to < from)
        grant_locked(scratches);
    pthread_mutex_unlock(&scratches->lock);
    return allowed;
}

static void queue_locked(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                         size_t wanted_bytes)
{
    if (wait->queued)
        return;
    scratches->wait_count++;
    wait->scratches = scratches;
    wait->wanted_bytes = wanted_bytes;
    wait->next = NULL;
    wait->queued = true;
    if (scratches->last)
        scratches->last->next = wait;
    else
        scratches->first = wait;
    scratches->last = wait;
}

/* What was granted becomes memory. If that can not be had, decompressing will find out. */
static void use_grant_locked(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                             struct kf_scratch *scratch)
{
    scratch->data = kf_pages_get(wait->granted_bytes);
    scratch->capacity = scratch->data ? wait->granted_bytes : 0;
    scratches->used_bytes -= wait->granted_bytes - scratch->capacity;
    wait->granted_bytes = 0;
}

bool kf_scratches_take(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                       struct kf_scratch *scratch)
{
    *scratch = (struct kf_scratch){ .account = &scratches->account };
    pthread_mutex_lock(&scratches->lock);
    bool granted = wait->granted_bytes > 0;
    bool waits = !granted && scratches->first;
    if (waits)
        queue_locked(scratches, wait, least_wanted);
    else if (granted)
        use_grant_locked(scratches, wait, scratch);
    else if (scratches->spare_count > 0)
        *scratch = scratches->spares[--scratches->spare_count];
    pthread_mutex_unlock(&scratches->lock);
    return !waits;
}

static void give_locked(struct kf_scratches *scratches, struct kf_scratch *scratch)
{
    if (!scratch->data)
        return;
    scratch->refused = 0;
    if (scratches->spare_count == KF_SCRATCH_SPARES)
        free_spare_locked(scratches);
    scratches->spares[scratches->spare_count++] = *scratch;
    *scratch = (struct kf_scratch){ 0 };
}

void kf_scratches_give(struct kf_scratches *scratches, struct kf_scratch *scratch)
{
    pthread_mutex_lock(&scratches->lock);
    give_locked(scratches, scratch);
    grant_locked(scratches);
    pthread_mutex_unlock(&scratches->lock);
}

void kf_scratches_wait(struct kf_scratches *scratches, struct kf_scratch_wait *wait,
                       struct kf_scratch *scratch)
{
    size_t wanted_bytes = scratch->refused;
    pthread_mutex_lock(&scratches->lock);
    give_locked(scratches, scratch);
    queue_locked(scratches, wait, wanted_bytes);
    grant_locked(scratches);
    pthread_mutex_unlock(&scratches->lock);
}

static void unqueue_locked(struct kf_scratches *scratches, struct kf_scratch_wait *wait)
{
    struct kf_scratch_wait *before = NULL;
    for (struct kf_scratch_wait *each = scratches->first; each != wait; each = each->next)
        before = each;
    if (before)
        before->next = wait->next;
    else
        scratches->first = wait->next;
    if (scratches->last == wait)
        scratches->last = before;
    wait->queued = false;
}

void kf_scratches_leave(struct kf_scratch_wait *wait)
{
    struct kf_scratches *scratches = wait->scratches;
    if (!scratches)
        return;
    pthread_mutex_lock(&scratches->lock);
    if (wait->queued)
        unqueue_locked(scratches, wait);
    scratches->used_bytes -= wait->granted_bytes;
    wait->granted_bytes = 0;
    grant_locked(scratches);
    pthread_mutex_unlock(&scratches->lock);
}

bool kf_scratches_are_scarce(struct kf_scratches *scratches)
{
    pthread_mutex_lock(&scratches->lock);
    bool scarce = scratches->first || scratches->used_bytes > scratches->limit_bytes / 2;
    pthread_mutex_unlock(&scratches->lock);
    return scarce;
}

size_t kf_scratches_used(struct kf_scratches *scratches)
{
    pthread_mutex_lock(&scratches->lock);
    size_t used = scratches->used_bytes;
    pthread_mutex_unlock(&scratches->lock);
    return used;
}

int64_t kf_scratches_waits(struct kf_scratches *scratches)
{
    pthread_mutex_lock(&scratches->lock);
    int64_t count = scratches->wait_count;
    pthread_mutex_unlock(&scratches->lock);
    return count;
}

struct kf_decompressor kf_scratches_codecs(struct kf_scratches *scratches)
{
    struct kf_decompressor codecs = { 0 };
    pthread_mutex_lock(&scratches->lock);
    if (scratches->idle_count > 0)
        codecs = scratches->idle[--scratches->idle_count];
    pthread_mutex_unlock(&scratches->lock);
    return codecs;
}

void kf_scratches_codecs_done(struct kf_scratches *scratches, struct kf_decompressor *codecs)
{
    pthread_mutex_lock(&scratches->lock);
    bool kept = scratches->idle_count < KF_DECOMPRESSORS_KEPT;
    if (kept)
        scratches->idle[scratches->idle_count++] = *codecs;
    pthread_mutex_unlock(&scratches->lock);
    if (!kept)
        kf_decompressor_fini(codecs);
}
