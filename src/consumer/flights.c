/* SPDX-License-Identifier: MIT */
#include "flights.h"

#include "consumer_state.h"
#include "random.h"
#include "thread.h"

#include <stdlib.h>

#define FIRST_CHUNK 64u

/* --- memory ------------------------------------------------------------------------------- */

static uint32_t chunk_of(uint32_t index, uint32_t *within)
{
    uint32_t chunk = 0;
    uint32_t size = FIRST_CHUNK;
    for (; index >= size; size *= 2, chunk++)
        index -= size;
    *within = index;
    return chunk;
}

/* @return NULL: there is none yet */
static struct kf_flight *at(struct kf_flights *flights, uint32_t index)
{
    uint32_t within;
    uint32_t chunk = chunk_of(index, &within);
    struct kf_flight *first =
        chunk < KF_FLIGHT_CHUNKS
            ? atomic_load_explicit(&flights->chunks[chunk], memory_order_acquire)
            : NULL;
    return first ? &first[within] : NULL;
}

/* A token of another consumer finds another generation, most likely. */
static void init(kaffe_consumer *consumer, struct kf_flight *flight, uint32_t index,
                 uint32_t generation)
{
    flight->consumer = consumer;
    flight->index = index;
    flight->first_generation = generation;
    flight->generation = generation;
    pthread_mutex_init(&flight->lock, NULL);
    kf_cond_init(&flight->settled);
}

static bool grow(kaffe_consumer *consumer)
{
    struct kf_flights *flights = &consumer->flights;
    uint32_t within;
    uint32_t chunk = chunk_of(flights->count, &within);
    uint32_t size = FIRST_CHUNK << chunk;
    struct kf_flight *first = chunk < KF_FLIGHT_CHUNKS ? calloc(size, sizeof *first) : NULL;
    if (!first)
        return false;
    uint32_t generation = kf_random_below(UINT32_MAX / 2);
    for (uint32_t i = 0; i < size; i++)
        init(consumer, &first[i], flights->count + i, generation);
    atomic_store_explicit(&flights->chunks[chunk], first, memory_order_release);
    flights->count += size;
    return true;
}

void kf_flights_fini(struct kf_flights *flights)
{
    for (uint32_t chunk = 0; chunk < KF_FLIGHT_CHUNKS && flights->chunks[chunk]; chunk++) {
        struct kf_flight *first = flights->chunks[chunk];
        for (uint32_t i = 0; i < FIRST_CHUNK << chunk; i++) {
            kf_flight_clear(&first[i]);
            pthread_cond_destroy(&first[i].settled);
            pthread_mutex_destroy(&first[i].lock);
        }
        free(first);
    }
}

/* --- finding one -------------------------------------------------------------------------- */

static struct kf_flight *find_free(struct kf_flights *flights)
{
    for (uint32_t tried = 0; tried < flights->count; tried++) {
        uint32_t index = flights->next++ % flights->count;
        struct kf_flight *flight = at(flights, index);
        if (!atomic_load(&flight->taken))
            return flight;
    }
    return NULL;
}

struct kf_flight *kf_flights_take(kaffe_consumer *consumer, struct kf_partition *partition)
{
    struct kf_flights *flights = &consumer->flights;
    struct kf_flight *flight = find_free(flights);
    if (!flight) {
        flights->next = flights->count;
        flight = grow(consumer) ? find_free(flights) : NULL;
    }
    return flight && kf_flight_begin(flight, partition) ? flight : NULL;
}

struct kf_flight *kf_flights_find(struct kf_flights *flights, uint64_t assignment)
{
    struct kf_flight *flight = at(flights, (uint32_t)assignment);
    bool is_ours = flight && kf_assignment_generation(assignment) > flight->first_generation;
    return is_ours ? flight : NULL;
}

void kf_flights_count(struct kf_flights *flights, size_t *out, size_t *overdue)
{
    struct kf_flight *flight;
    *out = 0;
    *overdue = 0;
    for (uint32_t index = 0; (flight = at(flights, index)); index++)
        if (atomic_load(&flight->taken))
            kf_flight_count(flight, out, overdue);
}
