/* SPDX-License-Identifier: MIT
 * Who of those that could be asked for is asked for now, so that all streams together stay within
 * the memory limit. Threads: the I/O thread. */
#ifndef KF_ADMISSION_H
#define KF_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>

struct kf_cluster;
struct kf_fetch_round;
struct kf_stream;
struct kf_stream_queue;

/**
 * Moves the streams of `queue` that may be asked for to `chosen`, in their order; course.ask says
 * for how much. The others stay, and what they wait for wakes the I/O thread.
 * @param most  bytes, of a whole response
 * @return bytes that the response may have; 0: nobody was chosen
 */
size_t kf_admit(struct kf_cluster *cluster, struct kf_stream_queue *queue,
                struct kf_stream_queue *chosen, size_t most);

/** Records of that size have begun to arrive for it. @return false: there is no room for them; it
 *  has been placed, to be asked for again when there is */
bool kf_admit_arrival(struct kf_cluster *cluster, struct kf_stream *stream, size_t asked_bytes,
                      size_t size);

/** A stream has come (1) or gone (-1). */
void kf_admission_count(struct kf_cluster *cluster, int change);
/** It goes away, or wants something else. */
void kf_admission_forget(struct kf_cluster *cluster, const struct kf_stream *stream);

#endif
