/* SPDX-License-Identifier: MIT
 * Passwords, keys and tokens are in no line of the log, librdkafka's debug log included, and in no
 * error, whether they are right or wrong. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "e2e_broker.h"
#include "e2e_producer.h"
#include "e2e_security.h"
#include "kaffe.h"

#define TOKEN                                                                                      \
    "eyJhbGciOiJub25lIn0."                                                                         \
    "eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDAwMDAwMDAwfQ."

static struct e2e_name topic;
static char *key; /* the text of a key file */

/* What nobody may see. The token by its middle, the key by a line of its own. */
static const char *secrets[] = { "alice-secret", "canary-wrong", "opensesame",
                                 "eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwi", NULL };
#define SECRETS (sizeof secrets / sizeof secrets[0])

/* --- listening ---------------------------------------------------------------------------- */

struct listening {
    pthread_mutex_t lock;
    int lines;
    char leak[512];
};

static void look(struct listening *listening, const char *text)
{
    for (size_t i = 0; i < SECRETS; i++)
        if (strstr(text, secrets[i]))
            snprintf(listening->leak, sizeof listening->leak, "%s", text);
}

static void listen_to(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    struct listening *listening = ctx;
    (void)level, (void)event;
    pthread_mutex_lock(&listening->lock);
    listening->lines++;
    look(listening, fields);
    pthread_mutex_unlock(&listening->lock);
}

static void assert_silent(const struct listening *listening)
{
    assert_true(listening->lines > 20);
    assert_string_equal(listening->leak, "");
}

/* --- clients ------------------------------------------------------------------------------ */

static const kaffe_property debug = { "debug", "all" };

static void use_producer(kaffe_producer_options options)
{
    struct listening listening = { .lock = PTHREAD_MUTEX_INITIALIZER };
    kaffe_error err;
    const kaffe_record record = { .value = kaffe_text("value") };
    options.topics = topic.text;
    options.ssl_ca_location = e2e_pem("ca.pem");
    options.log = listen_to;
    options.log_ctx = &listening;
    options.kafka = &debug;
    options.kafka_count = 1;
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    if (kaffe_produce_sync(producer, &record, &err) != KAFFE_OK)
        look(&listening, err.message);
    kaffe_producer_free(producer);
    assert_silent(&listening);
}

static kaffe_status stop(const kaffe_message *m, void *ctx)
{
    (void)m;
    kaffe_consumer_stop(*(kaffe_consumer **)ctx);
    return KAFFE_OK;
}

static void use_consumer(kaffe_consumer_options options)
{
    struct listening listening = { .lock = PTHREAD_MUTEX_INITIALIZER };
    kaffe_error err;
    kaffe_consumer *consumer;
    struct e2e_name group = e2e_name("canary");
    options.topics = topic.text;
    options.consumer_group = group.text;
    options.handle_message = stop;
    options.ctx = &consumer;
    options.start_with_earliest_message = true;
    options.start_timeout_ms = 20000;
    options.ssl_ca_location = e2e_pem("ca.pem");
    options.log = listen_to;
    options.log_ctx = &listening;
    options.kafka = &debug;
    options.kafka_count = 1;
    consumer = kaffe_consumer_new(&options, &err);
    assert_non_null(consumer);
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    if (kaffe_consumer_wait(consumer, 30000, &err) != KAFFE_OK)
        look(&listening, err.message);
    kaffe_consumer_free(consumer);
    assert_silent(&listening);
}

static void passwords_are_told_to_nobody(void **state)
{
    (void)state;
    static const char *const passwords[] = { "alice-secret", "canary-wrong" };
    for (size_t i = 0; i < 2; i++) {
        use_producer((kaffe_producer_options){ .endpoints = e2e_listener("SASL_SSL"),
                                               .security_protocol = "sasl_ssl",
                                               .sasl_mechanism = "PLAIN",
                                               .sasl_username = "alice",
                                               .sasl_password = passwords[i] });
        use_consumer((kaffe_consumer_options){ .endpoints = e2e_listener("SASL_SSL"),
                                               .security_protocol = "sasl_ssl",
                                               .sasl_mechanism = "PLAIN",
                                               .sasl_username = "alice",
                                               .sasl_password = passwords[i] });
    }
}

static void keys_are_told_to_nobody(void **state)
{
    (void)state;
    use_producer((kaffe_producer_options){ .endpoints = e2e_listener("MUTUAL"),
                                           .security_protocol = "ssl",
                                           .ssl_certificate_location = e2e_pem("client.pem"),
                                           .ssl_key_pem = key,
                                           .ssl_key_password = "opensesame" });
    use_consumer((kaffe_consumer_options){ .endpoints = e2e_listener("MUTUAL"),
                                           .security_protocol = "ssl",
                                           .ssl_certificate_location = e2e_pem("client.pem"),
                                           .ssl_key_pem = key,
                                           .ssl_key_password = "opensesame" });
}

static void tokens_are_told_to_nobody(void **state)
{
    (void)state;
    use_producer((kaffe_producer_options){ .endpoints = e2e_listener("SASL_SSL"),
                                           .security_protocol = "sasl_ssl",
                                           .sasl_mechanism = "OAUTHBEARER",
                                           .sasl_oauthbearer_token_command = "echo " TOKEN });
    use_consumer((kaffe_consumer_options){ .endpoints = e2e_listener("SASL_SSL"),
                                           .security_protocol = "sasl_ssl",
                                           .sasl_mechanism = "OAUTHBEARER",
                                           .sasl_oauthbearer_token_command = "echo " TOKEN });
}

static int begin(void **state)
{
    (void)state;
    static char line[65];
    const kaffe_record record = { .value = kaffe_text("value") };
    topic = e2e_name("canary");
    e2e_create_topic(topic.text, 1, NULL);
    e2e_produce(topic.text, 0, &record, 1, NULL);
    key = e2e_pem_text("client-encrypted.key");
    snprintf(line, sizeof line, "%s", strchr(key, '\n') + 1);
    secrets[SECRETS - 1] = line;
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_told_to_nobody),
        cmocka_unit_test(keys_are_told_to_nobody),
        cmocka_unit_test(tokens_are_told_to_nobody),
    };
    if (e2e_security_missing())
        return 0;
    return cmocka_run_group_tests(tests, begin, end);
}
