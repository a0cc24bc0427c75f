/* SPDX-License-Identifier: MIT
 * All flights of a consumer, found by what stands in a token. A flight's memory stays while the
 * consumer lives and serves one partition after another, so that a token of any age may come at any
 * time: finding one takes no lock. */
#ifndef KF_FLIGHTS_H
#define KF_FLIGHTS_H

#include "flight.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define KF_FLIGHT_CHUNKS 20

struct kf_flights {
    _Atomic(struct kf_flight *)
        chunks[KF_FLIGHT_CHUNKS]; /* each twice as large as the one before */
    uint32_t count; /* the control thread's, as are these */
    uint32_t next; /* where a free one is looked for first */
};

/** Whatever is still lent ends with it. */
void kf_flights_fini(struct kf_flights *flights);

/** One for this partition. Control thread. @return NULL: out of memory */
struct kf_flight *kf_flights_take(kaffe_consumer *consumer, struct kf_partition *partition);

/** The flight that an assignment is or was of. Any thread. @return NULL: there never was one */
struct kf_flight *kf_flights_find(struct kf_flights *flights, uint64_t assignment);
/** What stands in its tokens; > 0. Under the flight's lock, or by its partition. */
static inline uint64_t kf_flight_assignment(const struct kf_flight *flight)
{
    return (uint64_t)flight->generation << 32 | flight->index;
}
static inline uint32_t kf_assignment_generation(uint64_t assignment)
{
    return (uint32_t)(assignment >> 32);
}

/** Messages that are out, and those of them that are overdue. Any thread. */
void kf_flights_count(struct kf_flights *flights, size_t *out, size_t *overdue);

#endif
