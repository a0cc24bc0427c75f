/* SPDX-License-Identifier: MIT
 * A committed offset whose message the broker has deleted: what offset_reset_policy says is done,
 * and the log says the range that is lost. */
#include "e2e_broker.h"
#include "e2e_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    COUNT = 20,
    COMMITTED = 5,
    FIRST_LEFT = 12
};

static void produce(const char *topic, size_t count)
{
    kaffe_record records[COUNT];
    for (size_t i = 0; i < count; i++)
        records[i] = (kaffe_record){ .value = kaffe_text("value") };
    kafka_client_produce(e2e_endpoints(), topic, 0, records, count);
}

/* The group has the topic's name. */
static struct e2e_name topic_with_a_gap(const char *what)
{
    struct e2e_name topic = e2e_name(what);
    e2e_create_topic(topic.text, 1, NULL);
    produce(topic.text, COUNT);
    e2e_commit(topic.text, topic.text, 0, COMMITTED);
    e2e_delete_records(topic.text, 0, FIRST_LEFT);
    return topic;
}

static void start(struct e2e_consumer *consumer, const struct e2e_name *topic, const char *policy)
{
    e2e_consumer_start(consumer, E2E_MESSAGES,
                       (kaffe_consumer_options){ .topics = topic->text,
                                                 .consumer_group = topic->text,
                                                 .offset_reset_policy = policy });
}

static void assert_one_reset(struct e2e_consumer *consumer, const char *range)
{
    kaffe_consumer_counters counters;
    kaffe_consumer_count(consumer->consumer, &counters);
    assert_int_equal(counters.offset_resets, 1);
    assert_int_equal(e2e_consumer_logged(consumer, "offset.reset", range), 1);
}

static void earliest_goes_on_behind_the_range_that_is_lost(void **state)
{
    (void)state;
    /* NULL: it is the default. */
    const char *const policies[] = { "earliest", NULL };
    for (int i = 0; i < 2; i++) {
        struct e2e_consumer consumer = { 0 };
        struct e2e_name topic = topic_with_a_gap("reset-earliest");
        start(&consumer, &topic, policies[i]);
        e2e_consumer_until_handled(&consumer, COUNT - FIRST_LEFT);
        assert_one_reset(&consumer, "partition=0 from=5 to=12 lost=5..11");
        e2e_consumer_stop(&consumer);
        assert_int_equal(consumer.handled.items[0].message.offset, FIRST_LEFT);
        assert_int_equal(consumer.handled.count, COUNT - FIRST_LEFT);
        assert_int_equal(kafka_client_committed(e2e_endpoints(), topic.text, topic.text, 0), COUNT);
        e2e_consumer_free(&consumer);
        kafka_client_delete_topic(e2e_endpoints(), topic.text);
    }
}

static void latest_goes_on_with_what_comes(void **state)
{
    (void)state;
    struct e2e_consumer consumer = { 0 };
    struct e2e_name topic = topic_with_a_gap("reset-latest");
    start(&consumer, &topic, "latest");
    e2e_consumer_until_logged(&consumer, 1, "offset.reset", "from=5");
    produce(topic.text, 2);
    e2e_consumer_until_handled(&consumer, 2);
    assert_one_reset(&consumer, "partition=0 from=5 to=20 lost=5..19");
    e2e_consumer_stop(&consumer);
    assert_int_equal(consumer.handled.count, 2);
    assert_int_equal(consumer.handled.items[0].message.offset, COUNT);
    e2e_consumer_free(&consumer);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void stop_ends_the_consumer_and_touches_nothing(void **state)
{
    (void)state;
    kaffe_error err;
    char expected[300];
    struct e2e_consumer consumer = { 0 };
    struct e2e_name topic = topic_with_a_gap("reset-stop");
    start(&consumer, &topic, "stop");
    assert_int_equal(kaffe_consumer_wait(consumer.consumer, 30000, &err), KAFFE_FAILED);
    snprintf(expected, sizeof expected,
             "topic %s partition 0: offset 5 is no longer there, and offset_reset_policy is stop",
             topic.text);
    assert_string_equal(err.message, expected);
    kaffe_consumer_free(consumer.consumer);
    consumer.consumer = NULL;
    assert_int_equal(consumer.handled.count, 0);
    assert_int_equal(kafka_client_committed(e2e_endpoints(), topic.text, topic.text, 0), COMMITTED);
    e2e_consumer_free(&consumer);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earliest_goes_on_behind_the_range_that_is_lost),
        cmocka_unit_test(latest_goes_on_with_what_comes),
        cmocka_unit_test(stop_ends_the_consumer_and_touches_nothing),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
