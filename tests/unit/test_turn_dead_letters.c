/* SPDX-License-Identifier: MIT
 * A turn with dead letters, the producer played by the test: what is sent, when the message counts
 * as done, how the partition waits. */
#include "turn_stage.h"

#include "clock.h"
#include "error.h"
#include "given_up.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DENIED 29 /* Kafka's TOPIC_AUTHORIZATION_FAILED */

/* What the producer was last given, and what it says. One of these, for the test's own thread. */
struct mailbox {
    struct turn_stage *stage;
    size_t sent;
    char topic[64];
    int32_t spread;
    kaffe_record record; /* key, value and headers are lent, and looked at during the call only */
    char story[512]; /* "name=value name=value" of the headers */
    kaffe_delivery_fn delivered;
    void *ctx;
    bool under_way;
    kaffe_error refusal; /* of the next sends; KAFFE_OK: taken */
};

static struct mailbox *mailbox_of(kaffe_producer *producer)
{
    return (struct mailbox *)producer;
}

static kaffe_status produce(kaffe_producer *producer, const char *topic, int32_t spread,
                            const kaffe_record *record, kaffe_delivery_fn delivered, void *ctx,
                            kaffe_error *err)
{
    struct mailbox *mailbox = mailbox_of(producer);
    mailbox->sent++;
    *err = mailbox->refusal;
    snprintf(mailbox->topic, sizeof mailbox->topic, "%s", topic);
    mailbox->spread = spread;
    mailbox->record = *record;
    mailbox->delivered = delivered;
    mailbox->ctx = ctx;
    mailbox->story[0] = '\0';
    for (size_t i = 0; i < record->header_count; i++) {
        size_t used = strlen(mailbox->story);
        snprintf(mailbox->story + used, sizeof mailbox->story - used, "%.*s=%.*s\n",
                 KAFFE_TEXT(record->headers[i].name), KAFFE_TEXT(record->headers[i].value));
    }
    mailbox->under_way = err->status == KAFFE_OK;
    return err->status;
}

static void deliver(struct mailbox *mailbox, kaffe_status status, int32_t code)
{
    const kaffe_result result = { .status = status, .kafka_code = code, .partition = 0 };
    mailbox->under_way = false;
    mailbox->delivered(&result, mailbox->ctx);
}

static int begin(void **state)
{
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    assert_non_null(mailbox);
    struct turn_stage *stage = turn_stage_new();
    mailbox->stage = stage;
    stage->consumer->dead_letters.produce = produce;
    stage->consumer->dead_letters.producer = (kaffe_producer *)mailbox;
    turn_stage_options(stage)->on_failure = "dead_letter";
    turn_stage_options(stage)->max_attempts = 1;
    turn_stage_options(stage)->consumer_group = "group";
    *state = mailbox;
    return 0;
}

static int end(void **state)
{
    struct mailbox *mailbox = *state;
    kf_given_up_forget(&mailbox->stage->partition);
    if (mailbox->under_way)
        deliver(mailbox, KAFFE_NOT_WRITTEN, 0);
    mailbox->stage->consumer->dead_letters.producer = NULL;
    turn_stage_free(mailbox->stage);
    free(mailbox);
    return 0;
}

static void says(const struct turn_stage *stage, size_t times, const char *part)
{
    size_t count = 0;
    for (const char *at = stage->log; (at = strstr(at, part)); at++)
        count++;
    if (count != times)
        fail_msg("\"%s\" does not say \"%s\" %zu times", stage->log, part, times);
}

static int64_t waiting(const struct turn_stage *stage)
{
    return stage->consumer->counters.dead_letters_waiting;
}

static void a_message_is_done_when_its_dead_letter_is_written(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 4;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    assert_int_equal(stage->due_ms, INT64_MAX);
    assert_int_equal(mailbox->sent, 1);
    assert_int_equal(kf_partition_done(&stage->partition), 4);
    assert_int_equal(waiting(stage), 1);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT); /* more messages wake it, too */
    assert_int_equal(kf_partition_done(&stage->partition), 4);
    deliver(mailbox, KAFFE_OK, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(mailbox->sent, 1);
    assert_int_equal(kf_partition_done(&stage->partition), 8);
    turn_stage_saw(stage, 0, 7); /* each once */
    assert_int_equal(waiting(stage), 0);
    assert_int_equal(stage->consumer->counters.dead_letters, 1);
    says(stage, 1,
         "dead_letter.written topic=orders partition=3 offset=4 attempts=1 "
         "dead_letter_topic=orders.dlq error=\"no way\"");
    assert_int_equal(slice_feed_held(&stage->feed), 0);
}

static void a_dead_letter_tells_its_story_in_headers(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 2);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    assert_string_equal(mailbox->topic, "orders.dlq");
    assert_int_equal(mailbox->spread, 3);
    char *date = strstr(mailbox->story, "__dlq.errors.timestamp=");
    assert_non_null(date);
    assert_true(llabs(strtoll(strchr(date, '=') + 1, NULL, 10) - kf_clock_date_ms()) < 60000);
    *date = '\0';
    assert_non_null(strstr(mailbox->story, "__dlq.errors.topic=orders\n"
                                           "__dlq.errors.partition=3\n"
                                           "__dlq.errors.offset=1\n"
                                           "__dlq.errors.group=group\n"
                                           "__dlq.errors.delivery.count=1\n"
                                           "__dlq.errors.message=no way\n"));
}

static void a_topic_of_ones_own_takes_the_dead_letters(void **state)
{
    struct mailbox *mailbox = *state;
    turn_stage_options(mailbox->stage)->dead_letter_topic = "graveyard";
    mailbox->stage->fail_offset = 0;
    slice_feed_add_simple(&mailbox->stage->feed, 0, 1);
    assert_int_equal(turn_stage_turns(mailbox->stage), KF_TURN_WAIT);
    assert_string_equal(mailbox->topic, "graveyard");
}

static void what_can_not_be_written_is_tried_again_without_the_handler(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    for (size_t tries = 1; tries <= 3; tries++) {
        int64_t began_ms = kf_clock_ms();
        deliver(mailbox, KAFFE_DENIED, DENIED);
        assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
        assert_true(stage->due_ms > began_ms + 700); /* of 1000, less the jitter */
        assert_true(stage->due_ms <= kf_clock_ms() + 4000);
        assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
        assert_int_equal(mailbox->sent, tries + 1);
    }
    says(stage, 1,
         "dead_letter.failed topic=orders partition=3 offset=1 "
         "dead_letter_topic=orders.dlq error=\"");
    assert_int_equal(waiting(stage), 1);
    assert_int_equal(kf_partition_done(&stage->partition), 1);
    deliver(mailbox, KAFFE_OK, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 2);
}

static void another_reason_is_said_again(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 0;
    slice_feed_add_simple(&stage->feed, 0, 1);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "topic orders.dlq: unknown");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    says(stage, 1, "error=\"topic orders.dlq: unknown\" action=");
    kf_error_set(&mailbox->refusal, KAFFE_DENIED, "topic orders.dlq: denied");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    says(stage, 1, "error=\"topic orders.dlq: denied\" action=");
    says(stage, 2, "dead_letter.failed");
    kf_error_set_kafka(&mailbox->refusal, KAFFE_DENIED, DENIED, 0, "by another code");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    says(stage, 3, "dead_letter.failed");
}

static void a_topic_that_is_being_asked_for_is_no_failure(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 0;
    slice_feed_add_simple(&stage->feed, 0, 1);
    kf_error_set(&mailbox->refusal, KAFFE_TIMED_OUT, "not known");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_true(stage->due_ms <= kf_clock_ms() + 20);
    says(stage, 0, "dead_letter.failed");
    kf_error_ok(&mailbox->refusal);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
}

static void a_batch_without_a_culprit_goes_one_by_one_and_in_order(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    turn_stage_batches(stage, 4);
    stage->nameless = true;
    stage->fail_offset = 2;
    const int64_t kept[] = { 0, 2, 5 }; /* compaction took the rest */
    append_sparse_batch(&stage->out, 0, 6, kept, 3);
    append_gzip_batch(&stage->out, 7, 3);
    turn_stage_feed(stage, 0);
    const int64_t expected[] = { 0, 2, 5, 7 };
    for (size_t i = 0; i < 4; i++) {
        char story[40];
        assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
        assert_int_equal(mailbox->sent, i + 1);
        snprintf(story, sizeof story, "__dlq.errors.offset=%d\n", (int)expected[i]);
        assert_non_null(strstr(mailbox->story, story));
        assert_true(kf_partition_done(&stage->partition) <= expected[i]);
        deliver(mailbox, KAFFE_OK, 0);
    }
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(mailbox->sent, 4);
    assert_int_equal(stage->consumer->counters.dead_letters, 4);
    assert_int_equal(stage->seen[4].offset, 8);
    assert_int_equal(stage->seen_count, 6);
    assert_int_equal(kf_partition_done(&stage->partition), 10);
}

static void each_letter_has_tries_of_its_own(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    turn_stage_batches(stage, 2);
    stage->nameless = true;
    stage->fail_offset = 0;
    slice_feed_add_simple(&stage->feed, 0, 2);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "not yet");
    for (int i = 0; i < 5; i++)
        assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    assert_true(stage->due_ms > kf_clock_ms() + 2000);
    kf_error_ok(&mailbox->refusal);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    deliver(mailbox, KAFFE_OK, 0);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "not yet");
    assert_int_equal(turn_stage_turns(stage),
                     KF_TURN_PARK); /* the second one, for the first time */
    assert_true(stage->due_ms <= kf_clock_ms() + 1000);
    says(stage, 2, "dead_letter.failed");
}

static void a_message_that_is_gone_from_the_log_needs_no_letter(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    const int64_t left[] = { 2 };
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "later");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    kf_cursor_discard(&stage->partition.cursor, &stage->worker.opener);
    append_sparse_batch(&stage->out, 1, 3, left, 1);
    turn_stage_feed(stage, 1);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    assert_int_equal(mailbox->sent, 1);
    assert_int_equal(stage->seen[stage->seen_count - 1].offset, 2);
    assert_int_equal(waiting(stage), 0);
}

/* A topic made anew: its messages are others, and nobody has seen them. */
static void what_lies_before_the_given_up_message_is_handled(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 5;
    slice_feed_add_simple(&stage->feed, 0, 8);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "later");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    turn_stage_saw(stage, 0, 5);
    kf_cursor_discard(&stage->partition.cursor, &stage->worker.opener);
    atomic_store(&stage->partition.cursor.restart, 0);
    stage->fail_offset = -1;
    slice_feed_add_simple(&stage->feed, 0, 8);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 7);
    assert_int_equal(mailbox->sent, 1);
    assert_int_equal(waiting(stage), 0);
}

static void a_partition_that_goes_leaves_its_letter_to_itself(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    kf_given_up_forget(&stage->partition);
    assert_int_equal(waiting(stage), 0);
    deliver(mailbox, KAFFE_OK, 0); /* frees it, and wakes nobody */
    assert_int_equal(kf_partition_done(&stage->partition), 1);
    assert_int_equal(stage->partition.task.state, KF_TASK_IDLE);
}

static void a_partition_that_goes_sends_nothing_more(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 1;
    stage->revoke_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_MORE);
    assert_int_equal(turn_stage_turn(stage), KF_TURN_MORE);
    assert_int_equal(mailbox->sent, 0);
    assert_int_equal(kf_partition_done(&stage->partition), 1);
}

static void bytes_that_go_bad_meanwhile_are_fetched_again(void **state)
{
    struct mailbox *mailbox = *state;
    struct turn_stage *stage = mailbox->stage;
    stage->fail_offset = 1;
    slice_feed_add_simple(&stage->feed, 0, 3);
    kf_error_set(&mailbox->refusal, KAFFE_NOT_WRITTEN, "later");
    assert_int_equal(turn_stage_turns(stage), KF_TURN_PARK);
    kf_cursor_discard(&stage->partition.cursor, &stage->worker.opener);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED); /* waits for the bytes */
    kf_error_ok(&mailbox->refusal);
    slice_feed_add_simple(&stage->feed, 1, 3);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_WAIT);
    deliver(mailbox, KAFFE_OK, 0);
    assert_int_equal(turn_stage_turns(stage), KF_TURN_DRAINED);
    turn_stage_saw(stage, 0, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_message_is_done_when_its_dead_letter_is_written, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_dead_letter_tells_its_story_in_headers, begin, end),
        cmocka_unit_test_setup_teardown(a_topic_of_ones_own_takes_the_dead_letters, begin, end),
        cmocka_unit_test_setup_teardown(what_can_not_be_written_is_tried_again_without_the_handler,
                                        begin, end),
        cmocka_unit_test_setup_teardown(another_reason_is_said_again, begin, end),
        cmocka_unit_test_setup_teardown(a_topic_that_is_being_asked_for_is_no_failure, begin, end),
        cmocka_unit_test_setup_teardown(a_batch_without_a_culprit_goes_one_by_one_and_in_order,
                                        begin, end),
        cmocka_unit_test_setup_teardown(each_letter_has_tries_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(a_message_that_is_gone_from_the_log_needs_no_letter, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_lies_before_the_given_up_message_is_handled, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_partition_that_goes_leaves_its_letter_to_itself, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_partition_that_goes_sends_nothing_more, begin, end),
        cmocka_unit_test_setup_teardown(bytes_that_go_bad_meanwhile_are_fetched_again, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
