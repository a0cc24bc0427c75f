/* SPDX-License-Identifier: MIT
 * A member of a group whose memory runs out, in whatever thread: it ends and says so, or goes on,
 * and no message is lost, dead letters included. */
#include "scarce.h"

#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define EACH 10

/* A group takes a moment to form, so the runs are shared out among processes. */
#define PROCESSES 16

static void *start_broker(void)
{
    void *broker;
    assert_int_equal(recorder_start_broker(&broker, "orders:2,orders.dlq"), 0);
    for (int32_t p = 0; p < 2; p++)
        recorder_produce(kaffe_mock_broker_endpoints(broker), "orders", p, EACH);
    return broker;
}

static size_t seen(struct recorder *recorder)
{
    pthread_mutex_lock(&recorder->lock);
    size_t count = recorder->count;
    pthread_mutex_unlock(&recorder->lock);
    return count;
}

static void await_messages(kaffe_consumer *consumer, struct recorder *recorder)
{
    kaffe_error err;
    for (int i = 0; i < 2000 && seen(recorder) < 2 * EACH + 1; i++)
        if (kaffe_consumer_wait(consumer, 10, &err) != KAFFE_TIMED_OUT || err.flags != 0)
            return;
    scarce_require(seen(recorder) >= 2 * EACH + 1, "messages come");
}

static bool consume(struct recorder *recorder, const kaffe_consumer_options *options, long nth)
{
    kaffe_error err;
    kaffe_consumer *consumer = kaffe_consumer_new(options, &err);
    assert_non_null(consumer);
    scarce_begin(nth); /* the unit tests have the allocations before */
    if (kaffe_consumer_start(consumer, &err) == KAFFE_OK) {
        await_messages(consumer, recorder);
        kaffe_consumer_stop(consumer);
        (void)!kaffe_consumer_wait(consumer, 60000, &err);
    }
    /* The last one: the commit at the end had no memory, and what it would have said comes again.
     */
    scarce_require(err.status == KAFFE_OK || err.status == KAFFE_NO_MEMORY ||
                       (err.status == KAFFE_TIMED_OUT && (err.flags & KAFFE_ERROR_FATAL) != 0),
                   err.message);
    scarce_require(kaffe_consumer_free(consumer) == KAFFE_OK, "it is freed");
    return err.status == KAFFE_OK;
}

/* @return whether there was an allocation to fail */
static bool run(const char *endpoints, long nth)
{
    char group[32];
    struct recorder *recorder = recorder_new();
    snprintf(group, sizeof group, "group-%ld", nth);
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "orders", group);
    options.workers = 1;
    options.max_attempts = 2;
    options.on_failure = "dead_letter";
    recorder->fail_partition = 1;
    recorder->fail_offset = 5;
    recorder->fail_times = -1;
    long before = scarce_held();
    bool well = consume(recorder, &options, nth);
    bool struck = scarce_end();
    scarce_require(well || struck, "it ends well");
    scarce_require(scarce_comes_down_to(before), "nothing is left behind");
    recorder_free(recorder);
    return struck;
}

static void run_each(long first)
{
    void *broker = start_broker();
    long nth = first;
    while (run(kaffe_mock_broker_endpoints(broker), nth))
        nth += PROCESSES;
    recorder_stop_broker(&broker);
    assert_true(nth > 2L * PROCESSES);
}

static pid_t share(long first)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    run_each(first);
    exit(0); /* with the leak check that is made there */
}

static void no_message_is_lost_and_it_ends_well_or_says_so(void **state)
{
    pid_t pids[PROCESSES];
    (void)state;
    for (int i = 0; i < PROCESSES; i++)
        pids[i] = share(i + 1);
    for (int i = 0; i < PROCESSES; i++) {
        int status = 1;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_message_is_lost_and_it_ends_well_or_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
