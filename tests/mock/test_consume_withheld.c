/* SPDX-License-Identifier: MIT
 * What a batch handler withholds from its commit comes again after a restart. */
#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_client.h"

static int start_broker(void **state)
{
    return recorder_start_broker(state, "withheld:1");
}

/* Of what follows the first ten nothing is committed beyond message 24, wherever batches end. */
static kaffe_status withhold(const kaffe_batch *batch, void *ctx)
{
    int64_t first = kaffe_batch_at(batch, 0)->offset;
    int64_t last = kaffe_batch_at(batch, kaffe_batch_count(batch) - 1)->offset;
    if (last > 24 && kaffe_batch_commit_up_to(batch, 24) != KAFFE_OK)
        return KAFFE_FAILED;
    if (first >= 10 && last <= 24)
        kaffe_batch_commit_later(batch);
    return recorder_handle_messages(batch, ctx);
}

static void what_was_withheld_comes_again(void **state)
{
    const char *endpoints = kaffe_mock_broker_endpoints(*state);
    struct recorder *first = recorder_new();
    struct recorder *second = recorder_new();
    kaffe_consumer_options options = recorder_options(first, endpoints, "withheld", "withheld");
    kaffe_consumer_options again = recorder_options(second, endpoints, "withheld", "withheld");
    options.handle_message = NULL;
    options.handle_messages = withhold;
    options.max_batch_count = 10;
    recorder_produce(endpoints, "withheld", 0, 50);
    kaffe_consumer *consumer = recorder_start(&options);
    recorder_await_handled(first, 50);
    recorder_stop(consumer);
    assert_int_equal(kafka_client_committed(endpoints, "withheld", "withheld", 0), 25);
    consumer = recorder_start(&again);
    recorder_await_handled(second, 25);
    recorder_stop(consumer);
    recorder_assert_in_order(second, 0, 25, 25);
    assert_int_equal(kafka_client_committed(endpoints, "withheld", "withheld", 0), 50);
    recorder_free(first);
    recorder_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_withheld_comes_again),
    };
    return cmocka_run_group_tests(tests, start_broker, recorder_stop_broker);
}
