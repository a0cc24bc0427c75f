/* SPDX-License-Identifier: MIT
 * Where a group starts: a commit overrides all; without one the earliest or the newest, decided
 * once and kept; a partition that appears later starts at its beginning. */
#include "e2e_broker.h"
#include "e2e_consumer.h"
#include "group_member.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    OLD = 10
};

static const char old_text[] = "old";
static const char new_text[] = "new";

static void produce(const char *topic, int32_t partition, const char *text, size_t count)
{
    kaffe_record records[OLD];
    for (size_t i = 0; i < count; i++)
        records[i] = (kaffe_record){ .value = kaffe_text(text) };
    kafka_client_produce(e2e_endpoints(), topic, partition, records, count);
}

static struct e2e_name topic_with_old(const char *what, int partition_count)
{
    struct e2e_name topic = e2e_name(what);
    e2e_create_topic(topic.text, partition_count, NULL);
    for (int i = 0; i < partition_count; i++)
        produce(topic.text, i, old_text, OLD);
    return topic;
}

/* The group has the topic's name. */
static void start(struct e2e_consumer *consumer, const struct e2e_name *topic, bool earliest)
{
    e2e_consumer_start(consumer, E2E_MESSAGES,
                       (kaffe_consumer_options){ .topics = topic->text,
                                                 .consumer_group = topic->text,
                                                 .start_with_earliest_message = earliest });
}

static size_t handled_with(const struct e2e_consumer *consumer, const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < consumer->handled.count; i++)
        count += strcmp(consumer->handled.items[i].message.value.data, text) == 0;
    return count;
}

static void finish(struct e2e_consumer *consumer, const struct e2e_name *topic)
{
    e2e_consumer_free(consumer);
    kafka_client_delete_topic(e2e_endpoints(), topic->text);
}

static void a_commit_overrides_even_when_it_is_0(void **state)
{
    (void)state;
    struct e2e_consumer consumer = { 0 };
    struct e2e_name topic = topic_with_old("zero", 2);
    e2e_commit(topic.text, topic.text, 0, 0);
    e2e_commit(topic.text, topic.text, 1, 7);
    start(&consumer, &topic, false);
    e2e_consumer_until_handled(&consumer, OLD + 3);
    e2e_consumer_stop(&consumer);
    assert_int_equal(consumer.handled.count, OLD + 3);
    assert_int_equal(e2e_consumer_logged(&consumer, "partition.started",
                                         "partition=0 offset=0 reason=committed"),
                     1);
    assert_int_equal(e2e_consumer_logged(&consumer, "partition.started",
                                         "partition=1 offset=7 reason=committed"),
                     1);
    finish(&consumer, &topic);
}

static void a_new_group_starts_with_the_earliest_when_told_to(void **state)
{
    (void)state;
    struct e2e_consumer consumer = { 0 };
    struct e2e_name topic = topic_with_old("earliest", 1);
    e2e_delete_records(topic.text, 0, 4);
    start(&consumer, &topic, true);
    e2e_consumer_until_handled(&consumer, OLD - 4);
    assert_int_equal(consumer.handled.items[0].message.offset, 4);
    assert_int_equal(
        e2e_consumer_logged(&consumer, "partition.started", "offset=4 reason=earliest"), 1);
    finish(&consumer, &topic);
}

struct pinned {
    const char *topic;
    _Atomic int64_t committed; /* when the first message was handed out */
};

static kaffe_status ask_for_the_pin(const kaffe_message *m, void *ctx)
{
    struct pinned *pinned = ctx;
    int64_t none = -1;
    (void)m;
    int64_t committed = kafka_client_committed(e2e_endpoints(), pinned->topic, pinned->topic, 0);
    atomic_compare_exchange_strong(&pinned->committed, &none, committed);
    return KAFFE_OK;
}

static void latest_is_committed_before_the_first_delivery(void **state)
{
    (void)state;
    struct e2e_name topic = topic_with_old("latest", 2);
    struct pinned pinned = { .topic = topic.text, .committed = -1 };
    struct e2e_consumer consumer = { .judge = ask_for_the_pin, .judge_ctx = &pinned };
    start(&consumer, &topic, false);
    e2e_consumer_until_logged(&consumer, 2, "partition.started", "offset=10 reason=latest");
    produce(topic.text, 0, new_text, 3);
    e2e_consumer_until_handled(&consumer, 3);
    e2e_consumer_stop(&consumer);
    assert_int_equal(pinned.committed, OLD);
    assert_int_equal(handled_with(&consumer, new_text), 3);
    assert_int_equal(consumer.handled.count, 3);
    finish(&consumer, &topic);
}

static void latest_is_decided_once(void **state)
{
    (void)state;
    struct e2e_name topic = topic_with_old("once", 1);
    struct e2e_consumer consumer = { 0 };
    start(&consumer, &topic, false);
    e2e_consumer_until_logged(&consumer, 1, "partition.started", "reason=latest");
    e2e_consumer_free(&consumer);
    produce(topic.text, 0, new_text, 5); /* while nobody is there */
    start(&consumer, &topic, false);
    e2e_consumer_until_handled(&consumer, 5);
    assert_int_equal(consumer.handled.items[0].message.offset, OLD);
    assert_int_equal(
        e2e_consumer_logged(&consumer, "partition.started", "offset=10 reason=committed"), 1);
    finish(&consumer, &topic);
}

static void until_all_are_pinned(const char *name, int partition_count)
{
    int64_t committed[8];
    for (int tries = 0, pinned = 0; pinned < partition_count; tries++) {
        assert_true(tries < 300);
        poll(NULL, 0, 50);
        e2e_committed(name, name, partition_count, committed);
        pinned = 0;
        for (int i = 0; i < partition_count; i++)
            pinned += committed[i] == OLD;
    }
}

/* The slower of two members: it asks what the group has committed when the other one has pinned. */
static void wait_for_the_other(const char *topic, int32_t partition, void *ctx)
{
    (void)partition;
    (void)ctx;
    for (int tries = 0; tries < 100; tries++)
        for (int i = 0; i < 4; i++)
            if (kafka_client_committed(e2e_endpoints(), topic, topic, i) >= 0)
                return;
}

/* A member of the group that takes no notice makes the others wait, so that they get their first
 * partitions at one time: were one to come first, it would decide for all of them. */
static void start_side_by_side(struct e2e_consumer members[2], const struct e2e_name *topic)
{
    struct group_member idle;
    group_member_start(&idle, e2e_endpoints(), topic->text, topic->text, NULL);
    assert_true(group_member_until(&idle, group_member_holds));
    start(&members[0], topic, false);
    e2e_consumer_start(&members[1], E2E_BATCHES,
                       (kaffe_consumer_options){ .topics = topic->text,
                                                 .consumer_group = topic->text,
                                                 .partition_assigned = wait_for_the_other });
    poll(NULL, 0, 500); /* until both have asked to join */
    kf_group_leave(idle.group, false);
    assert_true(group_member_until(&idle, group_member_left));
    group_member_free(&idle);
}

static void members_that_start_side_by_side_replay_nothing_old(void **state)
{
    (void)state;
    struct e2e_name topic = topic_with_old("side", 4);
    struct e2e_consumer members[2] = { { 0 }, { 0 } };
    start_side_by_side(members, &topic);
    for (int i = 0; i < 2; i++)
        e2e_consumer_until_logged(&members[i], 1, "group.assigned", "partitions=2");
    until_all_are_pinned(topic.text, 4);
    for (int i = 0; i < 4; i++)
        produce(topic.text, i, new_text, 2);
    for (int i = 0; i < 2; i++)
        e2e_consumer_until_handled(&members[i], 4);
    for (int i = 0; i < 2; i++) {
        e2e_consumer_stop(&members[i]);
        assert_int_equal(members[i].handled.count, 4);
        assert_int_equal(handled_with(&members[i], new_text), 4);
        e2e_consumer_free(&members[i]);
    }
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void a_partition_added_later_starts_at_its_beginning(void **state)
{
    (void)state;
    struct e2e_name topic = topic_with_old("grown", 2);
    struct e2e_consumer consumer = { 0 };
    start(&consumer, &topic, false);
    e2e_consumer_until_logged(&consumer, 2, "partition.started", "reason=latest");
    e2e_consumer_free(&consumer);
    kafka_client_grow_topic(e2e_endpoints(), topic.text, 4);
    produce(topic.text, 2, new_text, 3);
    produce(topic.text, 0, new_text, 1);
    start(&consumer, &topic, false);
    e2e_consumer_until_handled(&consumer, 4);
    e2e_consumer_until_logged(&consumer, 2, "partition.started", "offset=0 reason=new_partition");
    e2e_consumer_until_logged(&consumer, 2, "partition.started", "offset=10 reason=committed");
    e2e_consumer_stop(&consumer);
    assert_int_equal(consumer.handled.count, 4);
    assert_int_equal(handled_with(&consumer, new_text), 4);
    finish(&consumer, &topic);
}

static void a_partition_added_while_it_runs_is_noticed(void **state)
{
    (void)state;
    struct e2e_name topic = topic_with_old("growing", 1);
    struct e2e_consumer consumer = { 0 };
    start(&consumer, &topic, false);
    e2e_consumer_until_logged(&consumer, 1, "partition.started", "reason=latest");
    kafka_client_grow_topic(e2e_endpoints(), topic.text, 2);
    produce(topic.text, 1, new_text, 3);
    e2e_consumer_until_handled(&consumer, 3);
    e2e_consumer_until_logged(&consumer, 1, "partition.started",
                              "partition=1 offset=0 reason=new_partition");
    assert_int_equal(handled_with(&consumer, new_text), 3);
    finish(&consumer, &topic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_overrides_even_when_it_is_0),
        cmocka_unit_test(a_new_group_starts_with_the_earliest_when_told_to),
        cmocka_unit_test(latest_is_committed_before_the_first_delivery),
        cmocka_unit_test(latest_is_decided_once),
        cmocka_unit_test(members_that_start_side_by_side_replay_nothing_old),
        cmocka_unit_test(a_partition_added_later_starts_at_its_beginning),
        cmocka_unit_test(a_partition_added_while_it_runs_is_noticed),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
