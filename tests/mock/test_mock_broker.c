/* SPDX-License-Identifier: MIT
 * The embedded broker of kaffe.h: its topics, and what it refuses. */
#include "kaffe.h"
#include "kafka_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void topics_have_the_partitions_asked_for(void **state)
{
    (void)state;
    kaffe_error err;
    kaffe_mock_broker *broker = kaffe_mock_broker_new("orders:4, refunds", &err);
    assert_non_null(broker);
    assert_int_equal(err.status, KAFFE_OK);
    const char *endpoints = kaffe_mock_broker_endpoints(broker);
    assert_int_equal(kafka_client_partition_count(endpoints, "orders"), 4);
    assert_int_equal(kafka_client_partition_count(endpoints, "refunds"), 1);
    kaffe_mock_broker_free(broker);
}

static void a_broker_without_topics_starts(void **state)
{
    (void)state;
    kaffe_mock_broker *broker = kaffe_mock_broker_new(NULL, NULL);
    assert_non_null(broker);
    assert_memory_equal(kaffe_mock_broker_endpoints(broker), "127.0.0.1:", 10);
    kaffe_mock_broker_free(broker);
}

static void two_brokers_live_side_by_side(void **state)
{
    (void)state;
    kaffe_mock_broker *a = kaffe_mock_broker_new("orders:2", NULL);
    kaffe_mock_broker *b = kaffe_mock_broker_new("orders:3", NULL);
    assert_int_equal(kafka_client_partition_count(kaffe_mock_broker_endpoints(a), "orders"), 2);
    assert_int_equal(kafka_client_partition_count(kaffe_mock_broker_endpoints(b), "orders"), 3);
    kaffe_mock_broker_free(a);
    kaffe_mock_broker_free(b);
}

static void refuses(const char *topics, const char *message)
{
    kaffe_error err;
    assert_null(kaffe_mock_broker_new(topics, &err));
    assert_int_equal(err.status, KAFFE_INVALID);
    assert_string_equal(err.message, message);
}

static void wrong_topics_are_named(void **state)
{
    (void)state;
    refuses("orders:0", "topics: orders:0: partitions must be 1..10000");
    refuses("a,orders:many", "topics: orders:many: partitions must be 1..10000");
    refuses("orders:", "topics: orders:: partitions must be 1..10000");
    refuses("or ders",
            "topics: \"or ders\": must have letters, digits, dots, underscores and hyphens only");
    refuses(":4", "topics: \"\": must not be empty");
    refuses("orders,orders", "topics: orders: Broker: Topic already exists");
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    kaffe_mock_broker_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_have_the_partitions_asked_for),
        cmocka_unit_test(a_broker_without_topics_starts),
        cmocka_unit_test(two_brokers_live_side_by_side),
        cmocka_unit_test(wrong_topics_are_named),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
