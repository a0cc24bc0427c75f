/* SPDX-License-Identifier: MIT
 * ListOffsets responses of every version, recorded and made up. */
#include "frames.h"
#include "list_offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct answers {
    int count;
    struct kf_list_offsets_answer last;
};

static void take(const struct kf_list_offsets_answer *answer, void *ctx)
{
    struct answers *answers = ctx;
    answers->count++;
    answers->last = *answer;
}

static kaffe_status decode(kaffe_bytes body, int16_t version, struct answers *answers)
{
    int32_t throttle_ms = -1;
    *answers = (struct answers){ 0 };
    kaffe_status status = kf_list_offsets_decode(body, version, take, answers, &throttle_ms, NULL);
    if (status == KAFFE_OK)
        assert_int_equal(throttle_ms, 0);
    return status;
}

static void every_version_of_a_real_broker_is_understood(void **state)
{
    (void)state;
    for (int16_t version = 1; version <= 5; version++) {
        char name[64];
        snprintf(name, sizeof name, "frames/list_offsets_v%d_end.bin", version);
        kaffe_bytes frame = frame_load(TEST_DATA, name);
        struct answers answers;
        assert_int_equal(decode(frame, version, &answers), KAFFE_OK);
        assert_int_equal(answers.count, 1);
        assert_int_equal(answers.last.topic.size, 9);
        assert_memory_equal(answers.last.topic.data, "java-none", 9);
        assert_int_equal(answers.last.partition, 0);
        assert_int_equal(answers.last.error, 0);
        assert_int_equal(answers.last.offset, 109);
        frame_free(frame);
    }
}

static void the_start_and_an_unknown_topic_are_told(void **state)
{
    (void)state;
    struct answers answers;
    kaffe_bytes start = frame_load(TEST_DATA, "frames/list_offsets_v5_start.bin");
    assert_int_equal(decode(start, 5, &answers), KAFFE_OK);
    assert_int_equal(answers.last.offset, 0);
    frame_free(start);
    kaffe_bytes unknown = frame_load(TEST_DATA, "frames/list_offsets_v5_unknown.bin");
    assert_int_equal(decode(unknown, 5, &answers), KAFFE_OK);
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.last.error, 3);
    frame_free(unknown);
}

static void a_response_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    kaffe_bytes frame = frame_load(TEST_DATA, "frames/list_offsets_v5_end.bin");
    for (size_t size = 0; size < frame.size; size++) {
        void *part = exact_copy(frame.data, size);
        struct answers answers;
        assert_int_equal(decode((kaffe_bytes){ .data = part, .size = size }, 5, &answers),
                         KAFFE_KAFKA);
        assert_int_equal(answers.count, 0);
        free(part);
    }
    frame_free(frame);
}

static void a_lying_count_is_malformed(void **state)
{
    (void)state;
    const char topics[] = "\x7f\xff\xff\xff\0\1t\0\0\0\0";
    const char partitions[] = "\0\0\0\1\0\1t\x7f\xff\xff\xff";
    const char nameless[] = "\0\0\0\1\xff\xff\0\0\0\0";
    struct answers answers;
    assert_int_equal(decode((kaffe_bytes){ topics, sizeof topics - 1 }, 1, &answers), KAFFE_KAFKA);
    assert_int_equal(decode((kaffe_bytes){ partitions, sizeof partitions - 1 }, 1, &answers),
                     KAFFE_KAFKA);
    assert_int_equal(decode((kaffe_bytes){ nameless, sizeof nameless - 1 }, 1, &answers),
                     KAFFE_KAFKA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_of_a_real_broker_is_understood),
        cmocka_unit_test(the_start_and_an_unknown_topic_are_told),
        cmocka_unit_test(a_response_cut_anywhere_is_malformed),
        cmocka_unit_test(a_lying_count_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
