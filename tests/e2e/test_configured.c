/* SPDX-License-Identifier: MIT
 * A whole configuration file on the real Kafka: kaffe run with a handler module, and a C program
 * with a handler of its own, do the same with it. */
#include "e2e_broker.h"
#include "kaffe_service.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    GOOD = 20,
    ATTEMPTS = 5
};

extern char **environ;

struct stage {
    char folder[64];
    char file[96];
    struct e2e_name from;
    struct e2e_name to;
    struct e2e_name dead;
};

/* --- the stage ---------------------------------------------------------------------------- */

static void write_file(const struct stage *stage)
{
    FILE *file = fopen(stage->file, "w");
    assert_non_null(file);
    fprintf(file,
            "consumers:\n"
            "  orders:\n"
            "    endpoints: [%s]\n"
            "    topics: [%s]\n"
            "    consumer_group: %s\n"
            "    message_handler: %s/forward.so\n"
            "    start_with_earliest_message: true\n"
            "    max_bytes: 1000000\n"
            "    rebalance_delay_ms: 10000\n"
            "    async_message_ack: false\n"
            "    max_attempts: %d\n"
            "    retry_backoff_ms: 10\n"
            "    on_failure: dead_letter\n"
            "    client_rack: a\n"
            "    kafka:\n"
            "      socket.keepalive.enable: true\n"
            "producer:\n"
            "  endpoints: [%s]\n"
            "  topics: [%s]\n"
            "  partition_strategy: md5\n",
            e2e_endpoints(), stage->from.text, stage->from.text, TEST_MODULES, ATTEMPTS,
            e2e_endpoints(), stage->to.text);
    assert_int_equal(fclose(file), 0);
}

/* Good messages, with poison in their midst. */
static void fill(const struct stage *stage)
{
    char texts[GOOD][16];
    kaffe_record records[GOOD + 1] = { 0 };
    for (int i = 0; i < GOOD; i++) {
        snprintf(texts[i], sizeof texts[i], "good %d", i);
        records[i + (i >= GOOD / 2)].value = kaffe_text(texts[i]);
    }
    records[GOOD / 2].value = kaffe_text("poison");
    kafka_client_produce(e2e_endpoints(), stage->from.text, 0, records, GOOD + 1);
}

static struct stage stage_make(const char *what)
{
    struct stage stage = { .from = e2e_name(what) };
    snprintf(stage.folder, sizeof stage.folder, "/tmp/kaffe-configured-XXXXXX");
    assert_non_null(mkdtemp(stage.folder));
    snprintf(stage.file, sizeof stage.file, "%s/kaffe.yaml", stage.folder);
    snprintf(stage.to.text, sizeof stage.to.text, "%.90s.to", stage.from.text);
    snprintf(stage.dead.text, sizeof stage.dead.text, "%.90s.dlq", stage.from.text);
    e2e_create_topic(stage.from.text, 2, NULL);
    e2e_create_topic(stage.to.text, 1, NULL);
    e2e_create_topic(stage.dead.text, 1, NULL);
    write_file(&stage);
    fill(&stage);
    return stage;
}

static void stage_clear(const struct stage *stage)
{
    kafka_client_delete_topic(e2e_endpoints(), stage->from.text);
    kafka_client_delete_topic(e2e_endpoints(), stage->to.text);
    kafka_client_delete_topic(e2e_endpoints(), stage->dead.text);
    assert_int_equal(unlink(stage->file), 0);
    assert_int_equal(rmdir(stage->folder), 0);
}

/* --- what has to come of it --------------------------------------------------------------- */

static void wait_for(const char *topic, int64_t end)
{
    for (int tries = 0; e2e_end(topic, 0) < end; tries++) {
        if (tries == 300)
            fail_msg("%s: %lld messages after 30 s", topic, (long long)e2e_end(topic, 0));
        poll(NULL, 0, 100);
    }
}

static void assert_forwarded(const struct stage *stage)
{
    char expected[16];
    struct kafka_client_records read = e2e_read(stage->to.text, 1);
    assert_int_equal(read.count, GOOD);
    for (int i = 0; i < GOOD; i++) {
        snprintf(expected, sizeof expected, "good %d", i);
        assert_int_equal(read.items[i].message.value.size, strlen(expected));
        assert_memory_equal(read.items[i].message.value.data, expected, strlen(expected));
    }
    kafka_client_records_free(&read);
}

static void assert_poison_is_a_dead_letter(const struct stage *stage)
{
    struct kafka_client_records read = e2e_read(stage->dead.text, 1);
    assert_int_equal(read.count, 1);
    assert_int_equal(read.items[0].message.value.size, strlen("poison"));
    assert_memory_equal(read.items[0].message.value.data, "poison", strlen("poison"));
    kafka_client_records_free(&read);
}

static void assert_done(const struct stage *stage)
{
    int64_t committed[2];
    assert_forwarded(stage);
    assert_poison_is_a_dead_letter(stage);
    e2e_committed(stage->from.text, stage->from.text, 2, committed);
    assert_int_equal(committed[0], GOOD + 1);
}

/* --- both ways ---------------------------------------------------------------------------- */

static void kaffe_run_does_what_the_file_says(void **state)
{
    (void)state;
    struct stage stage = stage_make("configured");
    char program[400];
    pid_t pid;
    int status;
    snprintf(program, sizeof program, "%s/kaffe", getenv("KAFFE_BUILD"));
    char run[] = "run";
    char *argv[] = { program, run, stage.file, NULL };
    assert_int_equal(posix_spawn(&pid, program, NULL, NULL, argv, environ), 0);
    wait_for(stage.to.text, GOOD);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_done(&stage);
    stage_clear(&stage);
}

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    kaffe_record record = { .key = m->key, .value = m->value };
    kaffe_error err;
    if (m->value.size == strlen("poison") && memcmp(m->value.data, "poison", m->value.size) == 0)
        return kaffe_fail(m, "poison");
    kaffe_status status = kaffe_produce_sync(ctx, &record, &err);
    return status == KAFFE_OK ? status : kaffe_fail(m, "%s", err.message);
}

static void the_same_consumers_run_from_c_with_that_file(void **state)
{
    (void)state;
    struct stage stage = stage_make("configured-c");
    kaffe_consumer_options consumer_options;
    kaffe_producer_options producer_options;
    kaffe_error err;
    kaffe_config *config =
        kaffe_config_load(&(kaffe_config_sources){ .file = stage.file }, NULL, NULL, &err);
    assert_non_null(config);
    assert_int_equal(kaffe_config_producer(config, &producer_options, &err), KAFFE_OK);
    kaffe_producer *producer = kaffe_producer_new(&producer_options, &err);
    assert_non_null(producer);
    assert_int_equal(kaffe_config_consumer(config, "orders", &consumer_options, &err), KAFFE_OK);
    consumer_options.handle_message = handle_message;
    consumer_options.ctx = producer;
    kaffe_consumer *consumer = kaffe_consumer_new(&consumer_options, &err);
    kaffe_config_free(config); /* both have copied what they need */
    assert_non_null(consumer);
    assert_int_equal(kaffe_consumer_start(consumer, &err), KAFFE_OK);
    wait_for(stage.to.text, GOOD);
    kaffe_consumer_stop(consumer);
    assert_int_equal(kaffe_consumer_wait(consumer, KAFFE_NONE, &err), KAFFE_OK);
    assert_int_equal(kaffe_consumer_free(consumer), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    assert_done(&stage);
    stage_clear(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kaffe_run_does_what_the_file_says),
        cmocka_unit_test(the_same_consumers_run_from_c_with_that_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
