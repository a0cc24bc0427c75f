/* SPDX-License-Identifier: MIT
 * Children of a supervisor: started, started again, given up, stopped in order. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_text.h"
#include "kaffe_service.h"
#include "kafka_client.h"
#include "threads.h"

#define TOPICS "again:1,often:1,other:1,stop:1,answers:1,absent:1,stuck:1,bound:1"

static int start_broker(void **state)
{
    return recorder_start_broker(state, TOPICS);
}

static kaffe_supervisor *new_supervisor(struct recorder *recorder, int64_t max_restarts)
{
    kaffe_error err;
    const kaffe_consumer_options logging = recorder_options(recorder, "nowhere:1", "t", "g");
    const kaffe_supervisor_options options = { .max_restarts = max_restarts,
                                               .restart_backoff_ms = 1,
                                               .restart_backoff_max_ms = 5,
                                               .log = logging.log,
                                               .log_ctx = logging.log_ctx };
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&options, &err);
    assert_string_equal(err.message, "");
    return supervisor;
}

static void add(kaffe_supervisor *supervisor, const char *name,
                const kaffe_consumer_options *options)
{
    kaffe_error err;
    if (kaffe_supervisor_add_consumer(supervisor, name, options, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
}

static void start(kaffe_supervisor *supervisor)
{
    kaffe_error err;
    if (kaffe_supervisor_start(supervisor, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
}

static void stop_well(kaffe_supervisor *supervisor)
{
    kaffe_error err;
    kaffe_supervisor_stop(supervisor);
    if (kaffe_supervisor_wait(supervisor, KAFFE_NONE, &err) != KAFFE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(kaffe_supervisor_free(supervisor), KAFFE_OK);
}

static kaffe_child child_named(kaffe_supervisor *supervisor, const char *name)
{
    kaffe_child child;
    for (size_t i = 0; kaffe_supervisor_child(supervisor, i, &child); i++)
        if (strcmp(child.name, name) == 0)
            return child;
    fail_msg("no child %s", name);
    return child;
}

static void a_consumer_that_failed_goes_on_from_the_first_unfinished_message(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "again", "again");
    kaffe_supervisor *supervisor = new_supervisor(recorder, 0);
    options.max_attempts = 1; /* on_failure: stop */
    recorder->fail_partition = 0;
    recorder->fail_offset = 5;
    recorder->fail_times = 2;
    add(supervisor, "again", &options);
    recorder_produce(endpoints, "again", 0, 10);
    start(supervisor);
    recorder_await_handled(recorder, 10);
    kaffe_child child = child_named(supervisor, "again");
    assert_int_equal(child.restarts, 2);
    assert_int_equal(child.state, KAFFE_CHILD_RUNNING);
    assert_string_equal(child.last_error.message, "again[0]@5: failed 1 time: not today");
    assert_int_equal(recorder_log_count(recorder, "child.restarted"), 2);
    const int64_t offsets[] = { 0, 1, 2, 3, 4, 5, 5, 5, 6, 7, 8, 9 }; /* only 5 came again */
    assert_int_equal(recorder->count, sizeof offsets / sizeof *offsets);
    for (size_t i = 0; i < recorder->count; i++)
        assert_int_equal(recorder->entries[i].offset, offsets[i]);
    stop_well(supervisor);
    assert_int_equal(kafka_client_committed(endpoints, "again", "again", 0), 10);
    recorder_free(recorder);
}

static void one_that_fails_too_often_stops_all_with_its_error(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct recorder *other = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "often", "often");
    kaffe_consumer_options others = recorder_options(other, endpoints, "other", "other");
    kaffe_supervisor *supervisor = new_supervisor(recorder, 2);
    kaffe_error err;
    options.max_attempts = 1;
    recorder->fail_partition = 0;
    recorder->fail_offset = 3;
    recorder->fail_times = -1;
    add(supervisor, "others", &others);
    recorder_produce(endpoints, "often", 0, 4);
    recorder_produce(endpoints, "other", 0, 7);
    start(supervisor);
    recorder_await_handled(other, 7);
    assert_int_equal(kaffe_supervisor_wait(supervisor, 0, &err), KAFFE_TIMED_OUT);
    assert_int_equal(err.flags, 0);
    stop_well(supervisor);

    supervisor = new_supervisor(recorder, 2);
    add(supervisor, "often", &options);
    add(supervisor, "others", &others);
    start(supervisor);
    assert_int_equal(kaffe_supervisor_wait(supervisor, 60000, &err), KAFFE_FAILED);
    assert_string_equal(err.message, "consumer often: often[0]@3: failed 1 time: not today");
    assert_int_equal(child_named(supervisor, "often").restarts, 2);
    assert_int_equal(child_named(supervisor, "often").state, KAFFE_CHILD_FAILED);
    assert_int_equal(child_named(supervisor, "others").state, KAFFE_CHILD_STOPPED);
    assert_int_equal(kaffe_supervisor_free(supervisor), KAFFE_OK);
    assert_int_equal(recorder->count, 6); /* 3 handled, one failed three times */
    assert_int_equal(kafka_client_committed(endpoints, "other", "other", 0), 7);
    recorder_free(recorder);
    recorder_free(other);
}

/* --- the order of things ------------------------------------------------------------------ */

struct answering {
    struct recorder *recorder;
    kaffe_producer *producer;
    int unwritten;
};

static void count_unwritten(const kaffe_result *result, void *ctx)
{
    struct answering *answering = ctx;
    __atomic_add_fetch(&answering->unwritten, result->status != KAFFE_OK, __ATOMIC_SEQ_CST);
}

/* Lingers for long: it is written when the producer is flushed. */
static kaffe_status answer(const kaffe_message *m, void *ctx)
{
    struct answering *answering = ctx;
    const kaffe_record record = { .value = m->value };
    kaffe_error err;
    if (kaffe_produce(answering->producer, "answers", 0, &record, count_unwritten, answering,
                      &err) != KAFFE_OK)
        return kaffe_fail(m, "%s", err.message);
    return recorder_handle_message(m, answering->recorder);
}

static void producers_end_after_the_consumers_that_use_them(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    struct answering answering = { .recorder = recorder };
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "stop", "stop");
    const kaffe_producer_options answers = {
        .endpoints = endpoints, .linger_ms = 60000, .log = options.log, .log_ctx = options.log_ctx
    };
    kaffe_supervisor *supervisor = new_supervisor(recorder, 0);
    kaffe_error err;
    kaffe_consumer_counters counters;
    answering.producer = kaffe_supervisor_add_producer(supervisor, "answers", &answers, &err);
    assert_non_null(answering.producer);
    assert_ptr_equal(kaffe_supervisor_producer(supervisor, "answers"), answering.producer);
    assert_null(kaffe_supervisor_producer(supervisor, "answer"));
    assert_null(kaffe_supervisor_producer(supervisor, NULL)); /* there is no configuration */
    options.handle_message = answer;
    options.ctx = &answering;
    options.partition_assigned = NULL; /* they would take ctx for a recorder */
    options.partition_revoked = NULL;
    add(supervisor, "stop", &options);
    recorder_produce(endpoints, "stop", 0, 20);
    start(supervisor);
    recorder_await_handled(recorder, 20);
    assert_true(kaffe_supervisor_count(supervisor, "stop", &counters));
    assert_int_equal(counters.partitions, 1);
    assert_false(kaffe_supervisor_count(supervisor, "answers", &counters));
    stop_well(supervisor);
    assert_int_equal(answering.unwritten, 0);
    assert_int_equal(recorder_log_count(recorder, "producer.closed"), 1);
    recorder_free(recorder);
}

static void a_handler_that_does_not_return_is_left_behind_with_what_it_uses(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "stuck", "stuck");
    kaffe_supervisor *supervisor = new_supervisor(recorder, 0);
    kaffe_error err;
    options.shutdown_timeout_ms = 200;
    recorder->block_partition = 0;
    add(supervisor, "stuck", &options);
    recorder_produce(endpoints, "stuck", 0, 1);
    start(supervisor);
    recorder_await_running(recorder, 1);
    kaffe_supervisor_stop(supervisor);
    assert_int_equal(kaffe_supervisor_wait(supervisor, KAFFE_NONE, &err), KAFFE_TIMED_OUT);
    assert_true(err.flags & KAFFE_ERROR_FATAL);
    assert_int_equal(strncmp(err.message, "consumer stuck: left behind: ", 29), 0);
    assert_true(child_named(supervisor, "stuck").left_behind);
    assert_int_equal(kaffe_supervisor_free(supervisor), KAFFE_TIMED_OUT);
    recorder_unblock(recorder);
    recorder_await_handled(recorder, 1);
    threads_await_end("kaffe-work"); /* until then the recorder is the handler's */
    recorder_free(recorder);
}

static void a_stop_does_not_wait_for_a_backoff(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_error err;
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "absent", "absent");
    const kaffe_supervisor_options patient = { .restart_backoff_ms = 3600000,
                                               .restart_backoff_max_ms = 3600000,
                                               .log = options.log,
                                               .log_ctx = options.log_ctx };
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&patient, &err);
    assert_non_null(supervisor);
    options.endpoints = "127.0.0.1:1";
    options.start_timeout_ms = 100;
    add(supervisor, "absent", &options);
    start(supervisor);
    recorder_await_log(recorder, "child.failed", "consumer=absent restart_in_ms=");
    while (child_named(supervisor, "absent").state != KAFFE_CHILD_WAITING)
        usleep(1000);
    stop_well(supervisor);
    recorder_free(recorder);
}

/* --- a configuration ---------------------------------------------------------------------- */

static kaffe_status bind(const char *consumer, kaffe_consumer_options *options, void *ctx,
                         kaffe_error *err)
{
    const kaffe_consumer_options recording = recorder_options(ctx, "nowhere:1", "t", "g");
    if (strcmp(consumer, "unknown") == 0) {
        *err = (kaffe_error){ .status = KAFFE_INVALID, .message = "unknown: no such handler" };
        return err->status;
    }
    options->handle_message = recording.handle_message;
    options->ctx = ctx;
    options->log = recording.log;
    options->log_ctx = recording.log_ctx;
    return KAFFE_OK;
}

/* @return its status; *lines has the problems */
static kaffe_status apply(kaffe_supervisor *supervisor, const char *yaml,
                          struct problem_lines *lines)
{
    kaffe_error err;
    struct problem_lines none = { 0 };
    kaffe_config *config = config_text_load(yaml, NULL, &none);
    if (!config)
        fail_msg("%s", none.text);
    *lines = (struct problem_lines){ 0 };
    kaffe_status status =
        kaffe_supervisor_apply(supervisor, config, problem_lines_collect, lines, &err);
    if (status != KAFFE_OK)
        kaffe_config_free(config);
    return status;
}

static void a_program_binds_its_handlers_to_a_configuration(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    const kaffe_supervisor_options options = { .bind = bind, .ctx = recorder };
    struct problem_lines lines;
    char yaml[600];
    char other[800];
    void *folder;
    kaffe_error err;
    assert_int_equal(config_text_begin(&folder), 0);
    snprintf(yaml, sizeof yaml,
             "consumers:\n  bound: {endpoints: '%s', topics: bound, consumer_group: bound, "
             "start_with_earliest_message: true}\n"
             "producer: {endpoints: '%s'}\nsupervisor: {max_restarts: none}\n",
             endpoints, endpoints);
    snprintf(other, sizeof other, "%sreader: {endpoints: a:1, topics: t}\n", yaml);
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&options, &err);
    assert_non_null(supervisor);
    assert_int_equal(apply(supervisor, yaml, &lines), KAFFE_OK);
    assert_int_equal(child_named(supervisor, "bound").state, KAFFE_CHILD_NEW);
    assert_true(child_named(supervisor, "bound").is_configured);
    assert_non_null(kaffe_supervisor_producer(supervisor, NULL));
    recorder_produce(endpoints, "bound", 0, 5);
    start(supervisor);
    recorder_await_handled(recorder, 5);
    kaffe_child before = child_named(supervisor, "bound");
    assert_int_equal(apply(supervisor, other, &lines), KAFFE_OK); /* a reader is no child */
    snprintf(other, sizeof other,
             "consumers:\n  unknown: {endpoints: 'a:1', topics: t, consumer_group: g}\n");
    assert_int_equal(apply(supervisor, other, &lines), KAFFE_INVALID);
    assert_string_equal(lines.text, "unknown: no such handler\n");
    kaffe_child after = child_named(supervisor, "bound");
    assert_memory_equal(&before, &after, sizeof before);
    stop_well(supervisor);
    assert_int_equal(config_text_end(&folder), 0);
    recorder_free(recorder);
}

/* --- what is refused ---------------------------------------------------------------------- */

static void what_is_wrong_is_said_when_it_is_added(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options = recorder_options(recorder, endpoints, "other", "g");
    kaffe_supervisor *supervisor = new_supervisor(recorder, 0);
    kaffe_error err;
    add(supervisor, "one", &options);
    assert_int_equal(kaffe_supervisor_add_consumer(supervisor, "one", &options, &err),
                     KAFFE_INVALID);
    assert_string_equal(err.message, "child \"one\": is another child's name");
    assert_int_equal(kaffe_supervisor_add_consumer(supervisor, "a b", &options, &err),
                     KAFFE_INVALID);
    options.topics = NULL;
    assert_int_equal(kaffe_supervisor_add_consumer(supervisor, "two", &options, &err),
                     KAFFE_INVALID);
    assert_non_null(strstr(err.message, "topics is required"));
    assert_int_equal(kaffe_supervisor_wait(supervisor, 0, &err), KAFFE_INVALID);
    kaffe_supervisor_stop(supervisor);
    assert_int_equal(kaffe_supervisor_start(supervisor, &err), KAFFE_CLOSED);
    assert_int_equal(kaffe_supervisor_free(supervisor), KAFFE_OK);
    const kaffe_supervisor_options wrong = { .max_restarts = 101 };
    assert_null(kaffe_supervisor_new(&wrong, &err));
    assert_string_equal(err.message, "max_restarts = 101: must be 1..100 restarts (0: the default "
                                     "3), or KAFFE_NONE");
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consumer_that_failed_goes_on_from_the_first_unfinished_message),
        cmocka_unit_test(one_that_fails_too_often_stops_all_with_its_error),
        cmocka_unit_test(producers_end_after_the_consumers_that_use_them),
        cmocka_unit_test(a_handler_that_does_not_return_is_left_behind_with_what_it_uses),
        cmocka_unit_test(a_stop_does_not_wait_for_a_backoff),
        cmocka_unit_test(a_program_binds_its_handlers_to_a_configuration),
        cmocka_unit_test(what_is_wrong_is_said_when_it_is_added),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
