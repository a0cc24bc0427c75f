/* SPDX-License-Identifier: MIT
 * Consumers of one group come and go within one process, at any moment and in any state, while
 * handlers fail, dawdle and outlive their partitions. Whatever happens: no message is lost, none is
 * handed out twice at once by one consumer, each consumer sees a partition in order, and every stop
 * and free returns. A number of seconds as the argument makes it longer. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "clock.h"
#include "e2e_broker.h"
#include "scaling_load.h"

#define PARTITION_COUNT 16
#define SLOT_COUNT 5
#define OFFSETS_MAX 200000

static const struct timespec glance = { 0, 50000000 };

struct storm {
    struct e2e_name name; /* of the topic and the group */
    bool clean; /* handlers are quick and nobody is hurried: nothing comes twice */
    int64_t end_ms;
    atomic_uint seed;
    atomic_uchar *handled; /* [PARTITION_COUNT * OFFSETS_MAX] how often with KAFFE_OK */
    atomic_llong lives;
    atomic_llong unclean; /* revocations */
    atomic_llong late;
    atomic_llong left_behind;
    atomic_llong overlaps;
    atomic_llong disordered;
    atomic_llong running; /* handlers */
    atomic_llong overdue; /* stops that took too long */
};

/* One consumer's life. Left to the end of the test: a late handler may still use it. */
struct life {
    struct life *next;
    struct storm *storm;
    bool fails;
    bool dawdles;
    struct {
        atomic_int running;
        atomic_llong expected; /* the offset to come; -1: any, it has just been assigned */

    } partitions[PARTITION_COUNT];
};

static unsigned roll(struct storm *storm, unsigned below)
{
    unsigned x = atomic_fetch_add(&storm->seed, 0x9e3779b9u);
    x ^= x >> 16;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    x ^= x >> 16;
    return x % below;
}

static void pause_ms(unsigned ms)
{
    struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };
    nanosleep(&time, NULL);
}

/* --- handlers ----------------------------------------------------------------------------- */

static void enter(struct life *life, int32_t partition)
{
    atomic_fetch_add(&life->storm->running, 1);
    if (atomic_fetch_add(&life->partitions[partition].running, 1) > 0)
        atomic_fetch_add(&life->storm->overlaps, 1);
    if (life->dawdles && roll(life->storm, 400) == 0)
        pause_ms(roll(life->storm, 400));
}

static kaffe_status leave(struct life *life, int32_t partition, kaffe_status status)
{
    atomic_fetch_sub(&life->partitions[partition].running, 1);
    atomic_fetch_sub(&life->storm->running, 1);
    return status;
}

static void finish(struct life *life, const kaffe_message *m)
{
    struct storm *storm = life->storm;
    /* Whoever outlives the assignment says nothing about the order of the next one. */
    long long next = kaffe_is_revoked(m) ? -1 : m->offset + 1;
    long long expected = atomic_exchange(&life->partitions[m->partition].expected, next);
    if (expected >= 0 && expected != m->offset)
        atomic_fetch_add(&storm->disordered, 1);
    atomic_fetch_add(&storm->handled[(size_t)m->partition * OFFSETS_MAX + (size_t)m->offset], 1);
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct life *life = ctx;
    enter(life, m->partition);
    if (life->fails && roll(life->storm, 50) == 0)
        return leave(life, m->partition, kaffe_fail(m, "bad luck"));
    finish(life, m);
    return leave(life, m->partition, KAFFE_OK);
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct life *life = ctx;
    int32_t partition = kaffe_batch_partition(batch);
    enter(life, partition);
    if (life->fails && roll(life->storm, 10) == 0)
        return leave(life, partition, kaffe_fail(kaffe_batch_at(batch, 0), "bad luck"));
    for (size_t i = 0; i < kaffe_batch_count(batch); i++)
        finish(life, kaffe_batch_at(batch, i));
    return leave(life, partition, KAFFE_OK);
}

static void assigned(const char *topic, int32_t partition, void *ctx)
{
    (void)topic;
    atomic_store(&((struct life *)ctx)->partitions[partition].expected, -1);
}

static kaffe_status open_worker(void *ctx, void **worker_ctx, kaffe_error *err)
{
    struct life *life = ctx;
    *worker_ctx = ctx;
    if (!life->dawdles || roll(life->storm, 100) > 0)
        return KAFFE_OK;
    snprintf(err->message, sizeof err->message, "bad luck");
    return KAFFE_FAILED;
}

static void close_worker(void *ctx, void *worker_ctx)
{
    assert_ptr_equal(ctx, worker_ctx);
}

static void no_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)ctx;
    if (level <= KAFFE_LOG_ERROR && !strstr(fields, "bad luck"))
        fprintf(stderr, "%s %s\n", event, fields);
}

/* --- consumers ---------------------------------------------------------------------------- */

static kaffe_consumer *new_consumer(struct storm *storm, struct life *life)
{
    kaffe_error err;
    bool batches = roll(storm, 2) == 0;
    kaffe_consumer_options options = {
        .endpoints = e2e_endpoints(),
        .consumer_group = storm->name.text,
        .topics = storm->name.text,
        .handle_message = batches ? NULL : handle_message,
        .handle_messages = batches ? handle_messages : NULL,
        .max_batch_count = 1 + roll(storm, 50),
        .max_batch_wait_ms = batches ? roll(storm, 30) : 0,
        .ctx = life,
        .worker_open = open_worker,
        .worker_close = close_worker,
        .partition_assigned = assigned,
        .log = no_log,
        .start_with_earliest_message = true,
        .workers = roll(storm, 5),
        .max_bytes = roll(storm, 2) ? 4096 : 0,
        .offset_commit_interval_ms = 10 + roll(storm, 100),
        .retry_backoff_ms = 1 + roll(storm, 5),
        .retry_backoff_max_ms = 20,
        .session_timeout_ms = 6000,
        .heartbeat_interval_ms = 200,
        .rebalance_delay_ms = life->dawdles ? 100 : 0,
        .shutdown_timeout_ms = life->dawdles ? 300 : 20000,
    };
    kaffe_consumer *consumer = kaffe_consumer_new(&options, &err);
    if (!consumer)
        fail_msg("%s", err.message);
    return consumer;
}

static void count(struct storm *storm, kaffe_consumer *consumer)
{
    kaffe_consumer_counters counters;
    kaffe_consumer_count(consumer, &counters);
    atomic_fetch_add(&storm->unclean, counters.revocations_unclean);
    atomic_fetch_add(&storm->late, counters.late_finishes);
}

static void end(struct storm *storm, const struct life *life, kaffe_consumer *consumer)
{
    kaffe_error err;
    int64_t began_ms = kf_clock_ms();
    unsigned how = roll(storm, 3);
    if (how > 0 || storm->clean) {
        kaffe_consumer_stop(consumer);
        kaffe_status status = kaffe_consumer_wait(consumer, how > 1 ? 5 : KAFFE_NONE, &err);
        assert_int_not_equal(status, KAFFE_KAFKA);
    }
    count(storm, consumer);
    if (kaffe_consumer_free(consumer) != KAFFE_OK)
        atomic_fetch_add(&storm->left_behind, 1);
    /* librdkafka's own end takes some time more. */
    int64_t limit_ms = life->dawdles ? 5000 : 25000;
    if (kf_clock_ms() - began_ms > limit_ms)
        atomic_fetch_add(&storm->overdue, 1);
}

static struct life *new_life(struct storm *storm, struct life *next)
{
    struct life *life = calloc(1, sizeof *life);
    assert_non_null(life);
    life->next = next;
    life->storm = storm;
    life->fails = roll(storm, 2) == 0;
    life->dawdles = !storm->clean && roll(storm, 2) == 0;
    atomic_fetch_add(&storm->lives, 1);
    return life;
}

/* One after another, until the time is up. @return all of them */
static void *live(void *arg)
{
    struct storm *storm = arg;
    struct life *lives = NULL;
    while (kf_clock_ms() < storm->end_ms) {
        kaffe_error err;
        lives = new_life(storm, lives);
        kaffe_consumer *consumer = new_consumer(storm, lives);
        if (roll(storm, 10) > 0)
            assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
        pause_ms(roll(storm, 4) == 0 ? roll(storm, 100) : 300 + roll(storm, 2500));
        if (roll(storm, 10) == 0)
            kaffe_consumer_stop(consumer);
        end(storm, lives, consumer);
    }
    return lives;
}

static void free_lives(struct life *lives)
{
    while (lives) {
        struct life *next = lives->next;
        free(lives);
        lives = next;
    }
}

/* --- the test ----------------------------------------------------------------------------- */

static size_t count_missing(const struct storm *storm, const struct scaling_ledger *ledger,
                            size_t *twice)
{
    size_t missing = 0;
    *twice = 0;
    for (int32_t p = 0; p < ledger->partition_count; p++) {
        for (size_t i = 0; i < ledger->partitions[p].count; i++) {
            unsigned times = atomic_load(&storm->handled[(size_t)p * OFFSETS_MAX + i]);
            missing += times == 0;
            *twice += times > 1;
        }
    }
    return missing;
}

/* A last consumer handles what is left. */
static size_t handle_the_rest(struct storm *storm, const struct scaling_ledger *ledger,
                              size_t *twice)
{
    kaffe_error err;
    int64_t deadline_ms = kf_clock_ms() + 60000;
    struct life *life = new_life(storm, NULL);
    life->dawdles = false;
    kaffe_consumer *consumer = new_consumer(storm, life);
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    while (count_missing(storm, ledger, twice) > 0 && kf_clock_ms() < deadline_ms)
        nanosleep(&glance, NULL);
    end(storm, life, consumer);
    while (atomic_load(&storm->running) > 0)
        nanosleep(&glance, NULL);
    free_lives(life);
    return count_missing(storm, ledger, twice);
}

static void let_it_blow(struct storm *storm, unsigned seconds)
{
    pthread_t slots[SLOT_COUNT];
    void *lives;
    size_t twice;
    storm->name = e2e_name("storm");
    storm->handled = calloc((size_t)PARTITION_COUNT * OFFSETS_MAX, sizeof *storm->handled);
    assert_non_null(storm->handled);
    storm->end_ms = kf_clock_ms() + (int64_t)seconds * 1000;
    atomic_store(&storm->seed, (unsigned)kf_clock_us());
    e2e_create_topic(storm->name.text, PARTITION_COUNT, NULL);
    struct scaling_load *load =
        scaling_load_start(e2e_endpoints(), storm->name.text, PARTITION_COUNT);
    struct life *all[SLOT_COUNT];
    for (int i = 0; i < SLOT_COUNT; i++)
        assert_int_equal(pthread_create(&slots[i], NULL, live, storm), 0);
    for (int i = 0; i < SLOT_COUNT; i++) {
        pthread_join(slots[i], &lives);
        all[i] = lives;
    }
    struct scaling_ledger ledger = scaling_load_stop(load);
    size_t lost = handle_the_rest(storm, &ledger, &twice);
    for (int i = 0; i < SLOT_COUNT; i++)
        free_lives(all[i]);
    printf(
        "%s storm: %lld lives, %lld revocations not clean, %lld late handlers, %lld left behind, "
        "%zu messages twice, %zu lost\n",
        storm->clean ? "clean" : "wild", atomic_load(&storm->lives), atomic_load(&storm->unclean),
        atomic_load(&storm->late), atomic_load(&storm->left_behind), twice, lost);
    kafka_client_delete_topic(e2e_endpoints(), storm->name.text);
    scaling_ledger_fini(&ledger);
    free(storm->handled);
    assert_int_equal(lost, 0);
    assert_int_equal(atomic_load(&storm->overlaps), 0);
    assert_int_equal(atomic_load(&storm->disordered), 0);
    assert_int_equal(atomic_load(&storm->overdue), 0);
    if (storm->clean && atomic_load(&storm->unclean) == 0)
        assert_int_equal(twice, 0);
}

static unsigned storm_seconds = 8; /* house-rule: state */

static void nothing_is_lost_in_a_wild_storm(void **state)
{
    struct storm storm = { .clean = false };
    (void)state;
    let_it_blow(&storm, storm_seconds);
}

static void nothing_comes_twice_in_a_clean_storm(void **state)
{
    struct storm storm = { .clean = true };
    (void)state;
    let_it_blow(&storm, storm_seconds);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_in_a_wild_storm),
        cmocka_unit_test(nothing_comes_twice_in_a_clean_storm),
    };
    if (argc > 1)
        storm_seconds = (unsigned)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
