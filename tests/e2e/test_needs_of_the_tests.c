/* SPDX-License-Identifier: MIT
 * Who runs the e2e tests against a Kafka of their own is told what it lacks, and what to type. */
#include "e2e_broker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char why[1000];

static void says(const char *form, const char *topic)
{
    char expected[1000];
    char *at;
    snprintf(expected, sizeof expected, "%s", form);
    while ((at = strchr(expected, '@')) != NULL) { /* @: the topic, $: the endpoints */
        char rest[1000];
        snprintf(rest, sizeof rest, "%s", at + 1);
        snprintf(at, sizeof expected - (size_t)(at - expected), "%s%s", topic, rest);
    }
    at = strchr(expected, '$');
    assert_non_null(at);
    *at = '\0';
    assert_memory_equal(why, expected, strlen(expected));
    const char *behind = why + strlen(expected);
    assert_memory_equal(behind, e2e_endpoints(), strlen(e2e_endpoints()));
    assert_string_equal(behind + strlen(e2e_endpoints()), at + 1);
}

/* Before any client: a process with threads is not forked. */
static void without_endpoints_one_line_says_so(void **state)
{
    (void)state;
    int ends[2];
    char said[1000];
    int status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        unsetenv("KAFFE_TEST_ENDPOINTS");
        e2e_endpoints();
        _exit(0);
    }
    close(ends[1]);
    ssize_t size = read(ends[0], said, sizeof said - 1);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_true(size > 0);
    said[size] = '\0';
    assert_memory_equal(said, "KAFFE_TEST_ENDPOINTS is not set", 31);
    assert_ptr_equal(strchr(said, '\n'), said + size - 1);
}

static void a_missing_topic_is_made(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("made");
    assert_true(e2e_topic_ready(topic.text, 3, why, sizeof why));
    assert_int_equal(kafka_client_partition_count(e2e_endpoints(), topic.text), 3);
    assert_true(e2e_topic_ready(topic.text, 3, why, sizeof why));
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void a_topic_of_another_size_says_what_to_type(void **state)
{
    (void)state;
    struct e2e_name topic = e2e_name("sized");
    e2e_create_topic(topic.text, 3, NULL);
    assert_false(e2e_topic_ready(topic.text, 32, why, sizeof why));
    says("topic @ has 3 partitions, the tests need 32: "
         "kafka-topics.sh --bootstrap-server $ --alter --topic @ --partitions 32",
         topic.text);
    assert_false(e2e_topic_ready(topic.text, 2, why, sizeof why));
    says("topic @ has 3 partitions, the tests need 2 and make it again: "
         "kafka-topics.sh --bootstrap-server $ --delete --topic @",
         topic.text);
    kafka_client_delete_topic(e2e_endpoints(), topic.text);
}

static void a_topic_that_can_not_be_made_says_what_to_type(void **state)
{
    (void)state;
    /* Refused by the broker, as it refuses one to whom it is not allowed. */
    static const char topic[] = "kaffe:test";
    assert_false(e2e_topic_ready(topic, 32, why, sizeof why));
    assert_memory_equal(why, "topic kaffe:test is missing and can not be created (", 52);
    const char *command = strstr(why, "kafka-topics.sh");
    assert_non_null(command);
    memmove(why, command, strlen(command) + 1);
    says("kafka-topics.sh --bootstrap-server $ --create --topic @ --partitions 32", topic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_endpoints_one_line_says_so),
        cmocka_unit_test(a_missing_topic_is_made),
        cmocka_unit_test(a_topic_of_another_size_says_what_to_type),
        cmocka_unit_test(a_topic_that_can_not_be_made_says_what_to_type),
    };
    e2e_endpoints();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
