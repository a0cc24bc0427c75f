/* SPDX-License-Identifier: MIT
 * Processes share the partitions of a topic under load, come, go, are restarted and killed: every
 * message is handled, in order, none twice but after the kill. Judged from what every process has
 * written down of every message, against a ledger of what was produced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "clock.h"
#include "e2e_broker.h"
#include "scaling_load.h"
#include "scaling_member.h"

#define PARTITION_COUNT 32
#define SOME 500 /* messages: under load, a good part of a second */
#define DRAIN_MS 60000

static const struct timespec glance = { 0, 50000000 };

struct scene {
    struct scaling_group group;
    struct scaling_member a;
    struct scaling_member b;
    struct scaling_member c;
    struct scaling_load *load;
    struct scaling_ledger ledger;
    int32_t killed;
    int64_t killed_ns;
};

static void begin(struct scene *scene, const char *strategy, const char *handler)
{
    *scene = (struct scene){ .group = { .program = TEST_PROGRAMS "/scaling_member",
                                        .endpoints = e2e_endpoints(),
                                        .strategy = strategy,
                                        .handler = handler } };
    scaling_group_init(&scene->group);
    e2e_create_topic(scene->group.name, PARTITION_COUNT, NULL);
    scene->load = scaling_load_start(scene->group.endpoints, scene->group.name, PARTITION_COUNT);
}

static void start(struct scene *scene, struct scaling_member *member)
{
    scaling_member_start(&scene->group, member, NULL);
    scaling_member_wait_handled(&scene->group, member, SOME);
}

static void stop(struct scene *scene, struct scaling_member *member)
{
    assert_int_equal(scaling_member_stop(&scene->group, member), 0);
    assert_int_equal(member->assigned, member->revoked);
}

static size_t ledger_size(const struct scaling_ledger *ledger)
{
    size_t size = 0;
    for (int32_t i = 0; i < ledger->partition_count; i++)
        size += ledger->partitions[i].count;
    return size;
}

static void look(struct scene *scene)
{
    scaling_member_look(&scene->group, &scene->a);
    scaling_member_look(&scene->group, &scene->b);
    scaling_member_look(&scene->group, &scene->c);
}

/* Until as many messages have been handled as there are, repetitions aside. */
static void drain(struct scene *scene)
{
    int64_t deadline_ms = kf_clock_ms() + DRAIN_MS;
    scene->ledger = scaling_load_stop(scene->load);
    for (;;) {
        look(scene);
        struct scaling_report report =
            scaling_check(&scene->ledger, &scene->group.record, &scene->killed, 1);
        if (report.lost == 0 || kf_clock_ms() > deadline_ms)
            return;
        nanosleep(&glance, NULL);
    }
}

static void assert_all_committed(const struct scene *scene)
{
    int64_t committed[PARTITION_COUNT];
    e2e_committed(scene->group.name, scene->group.name, PARTITION_COUNT, committed);
    for (int32_t i = 0; i < PARTITION_COUNT; i++) {
        int64_t end = e2e_end(scene->group.name, i);
        assert_int_equal(end, scene->ledger.partitions[i].count);
        assert_int_equal(committed[i], end);
    }
}

static struct scaling_report judge(struct scene *scene)
{
    struct scaling_report report =
        scaling_check(&scene->ledger, &scene->group.record, &scene->killed, 1);
    printf("%s, %s: %zu written, %zu handled, %zu lost, %zu twice, %zu twice after a kill, %zu out "
           "of order; silence of a partition in %zu hand-overs: median %lld ms, at most %lld ms\n",
           scene->group.strategy, scene->group.handler, ledger_size(&scene->ledger), report.handled,
           report.lost, report.duplicates, report.killed_duplicates, report.disordered,
           report.hand_overs, (long long)report.silence_median_ns / 1000000,
           (long long)report.silence_max_ns / 1000000);
    bool good = report.lost + report.duplicates + report.disordered + report.strangers == 0;
    kafka_client_delete_topic(scene->group.endpoints, scene->group.name);
    scaling_group_fini(&scene->group, !good);
    scaling_ledger_fini(&scene->ledger);
    assert_int_equal(report.lost, 0);
    assert_int_equal(report.duplicates, 0);
    assert_int_equal(report.disordered, 0);
    assert_int_equal(report.strangers, 0);
    assert_in_range(report.hand_overs, 1, SIZE_MAX);
    assert_in_range(report.silence_median_ns, 1, INT64_C(10000000000));
    return report;
}

static void come_and_go(struct scene *scene, struct scaling_member *member)
{
    start(scene, member);
    stop(scene, member);
    scaling_member_wait_handled(&scene->group, &scene->a, SOME);
    scaling_member_wait_handled(&scene->group, &scene->b, SOME);
}

static void kill_one(struct scene *scene, struct scaling_member *member)
{
    struct timespec now;
    start(scene, member);
    scene->killed = member->pid;
    scaling_member_kill(&scene->group, member);
    clock_gettime(CLOCK_MONOTONIC, &now);
    scene->killed_ns = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    size_t before = scene->a.assigned;
    for (int64_t deadline_ms = kf_clock_ms() + DRAIN_MS; scene->a.assigned <= before;) {
        assert_true(kf_clock_ms() < deadline_ms);
        nanosleep(&glance, NULL);
        look(scene);
    }
}

static void members_come_go_restart_and_one_is_killed(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, "roundrobin", "message");
    start(&scene, &scene.a);
    start(&scene, &scene.b);
    for (int i = 0; i < 3; i++)
        come_and_go(&scene, &scene.c);
    stop(&scene, &scene.a);
    start(&scene, &scene.a);
    stop(&scene, &scene.b);
    start(&scene, &scene.b);
    kill_one(&scene, &scene.c);
    drain(&scene);
    stop(&scene, &scene.a);
    stop(&scene, &scene.b);
    assert_all_committed(&scene);
    int64_t killed_ns = scene.killed_ns;
    struct scaling_report report = judge(&scene);
    /* Commits are 200 ms apart; nothing that was handled long before the kill comes again. */
    if (report.killed_duplicates > 0)
        assert_in_range(killed_ns - report.oldest_killed_duplicate_ns, 0, INT64_C(5000000000));
}

static void members_with_batches_and_ranges_share_too(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, "range", "messages");
    start(&scene, &scene.a);
    start(&scene, &scene.b);
    come_and_go(&scene, &scene.c);
    stop(&scene, &scene.a);
    drain(&scene);
    stop(&scene, &scene.b);
    assert_all_committed(&scene);
    judge(&scene);
}

static void a_static_member_that_bounces_disturbs_nobody(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, "roundrobin", "message");
    scaling_member_start(&scene.group, &scene.a, "first");
    scaling_member_wait_handled(&scene.group, &scene.a, SOME);
    scaling_member_start(&scene.group, &scene.b, "second");
    scaling_member_wait_handled(&scene.group, &scene.b, SOME);
    scaling_member_wait_handled(&scene.group, &scene.a, SOME);
    size_t revoked = scene.a.revoked;
    for (int i = 0; i < 2; i++) {
        stop(&scene, &scene.b);
        scaling_member_start(&scene.group, &scene.b, "second");
        scaling_member_wait_handled(&scene.group, &scene.b, SOME);
    }
    scaling_member_wait_handled(&scene.group, &scene.a, SOME);
    assert_int_equal(scene.a.revoked, revoked);
    drain(&scene);
    stop(&scene, &scene.a);
    stop(&scene, &scene.b);
    assert_all_committed(&scene);
    judge(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_go_restart_and_one_is_killed),
        cmocka_unit_test(members_with_batches_and_ranges_share_too),
        cmocka_unit_test(a_static_member_that_bounces_disturbs_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
