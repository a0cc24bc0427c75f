/* SPDX-License-Identifier: MIT
 * A consumer that ends by a message's failure is started again by its supervisor: it joins the
 * group anew, goes on at that message, and nothing else comes twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "e2e_broker.h"
#include "kaffe_service.h"
#include "recorder.h"

enum {
    PARTITIONS = 4,
    MESSAGES = 100
};

static void nothing_but_the_failed_message_comes_again(void **state)
{
    const struct e2e_name name = e2e_name("supervised");
    struct recorder *recorder = recorder_new();
    kaffe_consumer_options options =
        recorder_options(recorder, e2e_endpoints(), name.text, name.text);
    const kaffe_supervisor_options often = { .restart_backoff_ms = 1,
                                             .log = options.log,
                                             .log_ctx = options.log_ctx };
    int64_t committed[PARTITIONS];
    kaffe_error err;
    (void)state;
    options.session_timeout_ms = 0; /* a member that left is not waited for */
    options.heartbeat_interval_ms = 0;
    options.max_attempts = 1; /* on_failure: stop */
    recorder->fail_partition = 2;
    recorder->fail_offset = 50;
    recorder->fail_times = 3;
    e2e_create_topic(name.text, PARTITIONS, NULL);
    for (int32_t partition = 0; partition < PARTITIONS; partition++)
        recorder_produce(e2e_endpoints(), name.text, partition, MESSAGES);
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&often, &err);
    assert_non_null(supervisor);
    assert_int_equal(kaffe_supervisor_add_consumer(supervisor, "orders", &options, &err), KAFFE_OK);
    assert_int_equal(kaffe_supervisor_start(supervisor, &err), KAFFE_OK);
    recorder_await_handled(recorder, PARTITIONS * MESSAGES);
    kaffe_supervisor_stop(supervisor);
    assert_int_equal(kaffe_supervisor_wait(supervisor, KAFFE_NONE, &err), KAFFE_OK);
    assert_int_equal(kaffe_supervisor_free(supervisor), KAFFE_OK);
    assert_int_equal(recorder->count, PARTITIONS * MESSAGES + 3);
    assert_int_equal(recorder_log_count(recorder, "child.restarted"), 3);
    e2e_committed(name.text, name.text, PARTITIONS, committed);
    for (int partition = 0; partition < PARTITIONS; partition++)
        assert_int_equal(committed[partition], MESSAGES);
    recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_the_failed_message_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
