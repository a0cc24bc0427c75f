/* SPDX-License-Identifier: MIT
 * One synchronous call: the caller waits until each of its records has ended, or until its time is
 * up; the call itself lives until the last report has come, however late. Knows no Kafka. */
#ifndef KF_PRODUCE_CALL_H
#define KF_PRODUCE_CALL_H

#include "kaffe.h"

#include <pthread.h>

struct kf_call;

/* What an outlet gets for a record, and gives back with its result. */
struct kf_call_slot {
    struct kf_call *call;
    kaffe_result result;
};

struct kf_call {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t count;
    size_t pending; /* sent and not reported */
    bool pausing; /* the caller wants to hear of each report */
    bool left; /* by the caller: the last report frees it */
    struct kf_call_slot slots[];
};

/** @return NULL: out of memory */
struct kf_call *kf_call_new(size_t count);
/** Before a record is sent, as it may be reported at once. @return what the outlet gets */
struct kf_call_slot *kf_call_begin(struct kf_call *call, size_t index);
/** It was not sent after all, for this reason. */
void kf_call_refuse(struct kf_call_slot *slot, kaffe_status status, int32_t code);
/** The report. */
void kf_call_end(struct kf_call_slot *slot, const kaffe_result *result);
/** Waits for a report, any one; for a caller with a full queue before it. */
void kf_call_pause(struct kf_call *call, int64_t deadline_ms);
/** Waits until none is pending. @return false: deadline_ms came */
bool kf_call_await(struct kf_call *call, int64_t deadline_ms);
/** The caller goes, with the results; what is pending is KAFFE_MAYBE_WRITTEN.
 *  @param results  may be NULL
 *  @return the first that is not written, its result in *failed; the count: all are */
size_t kf_call_leave(struct kf_call *call, kaffe_result *results, kaffe_result *failed);

#endif
