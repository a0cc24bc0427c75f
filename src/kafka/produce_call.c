/* SPDX-License-Identifier: MIT */
#include "produce_call.h"

#include "response.h"
#include "thread.h"

#include <stdint.h>
#include <stdlib.h>

struct kf_call *kf_call_new(size_t count)
{
    if (count > (SIZE_MAX - sizeof(struct kf_call)) / sizeof(struct kf_call_slot))
        return NULL;
    struct kf_call *call = calloc(1, sizeof *call + count * sizeof call->slots[0]);
    if (!call || pthread_mutex_init(&call->lock, NULL)) {
        free(call);
        return NULL;
    }
    if (kf_cond_init(&call->changed)) {
        pthread_mutex_destroy(&call->lock);
        free(call);
        return NULL;
    }
    call->count = count;
    return call;
}

static void free_call(struct kf_call *call)
{
    pthread_cond_destroy(&call->changed);
    pthread_mutex_destroy(&call->lock);
    free(call);
}

struct kf_call_slot *kf_call_begin(struct kf_call *call, size_t index)
{
    struct kf_call_slot *slot = &call->slots[index];
    slot->call = call;
    /* Until a report says otherwise. */
    slot->result = (kaffe_result){ .status = KAFFE_MAYBE_WRITTEN,
                                   .kafka_code = KF_CODE_NO_ANSWER,
                                   .partition = -1,
                                   .offset = -1 };
    pthread_mutex_lock(&call->lock);
    call->pending++;
    pthread_mutex_unlock(&call->lock);
    return slot;
}

void kf_call_refuse(struct kf_call_slot *slot, kaffe_status status, int32_t code)
{
    pthread_mutex_lock(&slot->call->lock);
    slot->result.status = status;
    slot->result.kafka_code = code;
    slot->call->pending--;
    pthread_mutex_unlock(&slot->call->lock);
}

void kf_call_end(struct kf_call_slot *slot, const kaffe_result *result)
{
    struct kf_call *call = slot->call;
    pthread_mutex_lock(&call->lock);
    slot->result = *result;
    call->pending--;
    bool last = call->left && call->pending == 0;
    /* One wake-up for a whole list. */
    if (!call->left && (call->pending == 0 || call->pausing))
        pthread_cond_signal(&call->changed);
    pthread_mutex_unlock(&call->lock);
    if (last)
        free_call(call);
}

void kf_call_pause(struct kf_call *call, int64_t deadline_ms)
{
    pthread_mutex_lock(&call->lock);
    call->pausing = true;
    kf_cond_wait_until(&call->changed, &call->lock, deadline_ms);
    call->pausing = false;
    pthread_mutex_unlock(&call->lock);
}

bool kf_call_await(struct kf_call *call, int64_t deadline_ms)
{
    pthread_mutex_lock(&call->lock);
    bool in_time = true;
    while (call->pending > 0 && in_time)
        in_time = kf_cond_wait_until(&call->changed, &call->lock, deadline_ms);
    bool ended = call->pending == 0;
    pthread_mutex_unlock(&call->lock);
    return ended;
}

size_t kf_call_leave(struct kf_call *call, kaffe_result *results, kaffe_result *failed)
{
    pthread_mutex_lock(&call->lock);
    size_t first = call->count;
    for (size_t i = call->count; i-- > 0;) {
        if (results)
            results[i] = call->slots[i].result;
        if (call->slots[i].result.status != KAFFE_OK)
            first = i;
    }
    if (first < call->count)
        *failed = call->slots[first].result;
    call->left = true;
    bool last = call->pending == 0;
    pthread_mutex_unlock(&call->lock);
    if (last)
        free_call(call);
    return first;
}
