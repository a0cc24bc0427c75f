/* SPDX-License-Identifier: MIT
 * Heroku's variables on a real Kafka whose certificate names another host, as there: producer,
 * consumer and reader get in, names get their prefix, and another authority is still refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "e2e_broker.h"
#include "e2e_security.h"
#include "kaffe.h"

#define PREFIX "kaffe-"

static struct e2e_name topic; /* with the prefix */
static struct e2e_name group;

/* An environment of the test's own, before any client is made. */
static void set_environment(const char *name, const char *value)
{
    static char *variables[16];
    size_t i = 0;
    while (variables[i] && strncmp(variables[i], name, strlen(name)) != 0)
        i++;
    assert_true(i < 15);
    free(variables[i]);
    assert_true(asprintf(&variables[i], "%s=%s", name, value) > 0);
    environ = variables;
}

static void set_pem(const char *name, const char *file)
{
    char *text = e2e_pem_text(file);
    set_environment(name, text);
    free(text);
}

static void set_url(const char *listener)
{
    char url[128];
    snprintf(url, sizeof url, "kafka+ssl://%s", e2e_listener(listener));
    set_environment("KAFKA_URL", url);
}

static void quiet(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)level, (void)event, (void)fields, (void)ctx;
}

static kaffe_status produce_two(kaffe_error *err)
{
    const kaffe_record record = { .value = kaffe_text("value") };
    const kaffe_producer_options options = { .heroku_kafka_env = true,
                                             .topics = topic.text + strlen(PREFIX),
                                             .log = quiet };
    kaffe_producer *producer = kaffe_producer_new(&options, err);
    if (!producer)
        return err->status;
    kaffe_status status = kaffe_produce_sync(producer, &record, err);
    if (status == KAFFE_OK) /* as a handler gets it from a message */
        status = kaffe_produce_sync_to(producer, topic.text, &record, err);
    if (status == KAFFE_OK)
        status = kaffe_produce_sync_to(producer, topic.text + strlen(PREFIX), &record, err);
    kaffe_producer_free(producer);
    return status;
}

struct seen {
    int messages;
    kaffe_consumer *consumer;
};

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    struct seen *seen = ctx;
    assert_string_equal(m->topic, topic.text);
    if (++seen->messages == 3)
        kaffe_consumer_stop(seen->consumer);
    return KAFFE_OK;
}

static void await_three(kaffe_consumer *consumer, struct seen *seen)
{
    kaffe_error err;
    assert_non_null(consumer);
    seen->consumer = consumer;
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    if (kaffe_consumer_wait(consumer, 30000, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    kaffe_consumer_free(consumer);
    assert_int_equal(seen->messages, 3);
}

static void every_client_gets_in_and_names_have_their_prefix(void **state)
{
    (void)state;
    kaffe_error err;
    int64_t committed;
    struct seen by_group = { 0 };
    struct seen alone = { 0 };
    if (produce_two(&err) != KAFFE_OK)
        fail_msg("%s", err.message);
    const kaffe_consumer_options consumer = { .heroku_kafka_env = true,
                                              .topics = topic.text + strlen(PREFIX),
                                              .consumer_group = group.text + strlen(PREFIX),
                                              .handle_message = handle_message,
                                              .ctx = &by_group,
                                              .log = quiet,
                                              .start_with_earliest_message = true };
    await_three(kaffe_consumer_new(&consumer, &err), &by_group);
    e2e_committed(group.text, topic.text, 1, &committed);
    assert_int_equal(committed, 3);
    const kaffe_reader_options reader = { .heroku_kafka_env = true,
                                          .topics = topic.text + strlen(PREFIX),
                                          .handle_message = handle_message,
                                          .ctx = &alone,
                                          .log = quiet };
    await_three(kaffe_reader_new(&reader, &err), &alone);
}

static void the_authority_still_counts(void **state)
{
    (void)state;
    kaffe_error err;
    set_url("FOREIGN");
    assert_int_equal(produce_two(&err), KAFFE_DENIED);
    assert_non_null(strstr(err.message, "unknown CA"));
}

static int begin(void **state)
{
    (void)state;
    topic = e2e_name("heroku");
    group = e2e_name("heroku-group");
    e2e_create_topic(topic.text, 1, NULL);
    char folder[512];
    snprintf(folder, sizeof folder, "%s", getenv("KAFFE_TEST_SECURITY"));
    char endpoints[128];
    snprintf(endpoints, sizeof endpoints, "%s", e2e_endpoints());
    set_environment("KAFFE_TEST_ENDPOINTS", endpoints);
    set_environment("KAFFE_TEST_SECURITY", folder);
    set_environment("KAFKA_PREFIX", PREFIX);
    set_pem("KAFKA_TRUSTED_CERT", "ca.pem");
    set_pem("KAFKA_CLIENT_CERT", "chained.pem");
    set_pem("KAFKA_CLIENT_CERT_KEY", "chained.key");
    set_url("ELSEWHERE");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_client_gets_in_and_names_have_their_prefix),
        cmocka_unit_test(the_authority_still_counts),
    };
    if (e2e_security_missing())
        return 0;
    return cmocka_run_group_tests(tests, begin, NULL);
}
