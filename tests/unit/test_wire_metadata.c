/* SPDX-License-Identifier: MIT
 * Metadata responses of every version, recorded and made up. */
#include "batch_builder.h"
#include "frames.h"
#include "metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static kaffe_bytes load(int version)
{
    char name[64];
    snprintf(name, sizeof name, "frames/metadata_v%d.bin", version);
    return frame_load(TEST_DATA, name);
}

static void check_recorded(const struct kf_metadata *metadata)
{
    assert_int_equal(metadata->throttle_ms, 0);
    assert_int_equal(metadata->broker_count, 1);
    assert_int_equal(metadata->brokers[0].id, 1);
    assert_string_equal(metadata->brokers[0].host, "127.0.0.1");
    assert_in_range(metadata->brokers[0].port, 1024, 65535);

    assert_int_equal(metadata->topic_count, 3);
    for (size_t i = 0; i < metadata->topic_count; i++) {
        const struct kf_metadata_topic *topic = &metadata->topics[i];
        size_t partitions = strcmp(topic->name, "three") == 0 ? 3 : 1;
        if (strcmp(topic->name, "no-such-topic") == 0)
            partitions = 0;
        assert_int_equal(topic->error, partitions == 0 ? 3 : 0);
        assert_int_equal(topic->partition_count, partitions);
        int32_t seen = 0;
        for (size_t j = 0; j < partitions; j++) {
            assert_int_equal(topic->partitions[j].error, 0);
            assert_int_equal(topic->partitions[j].leader, 1);
            seen |= 1 << topic->partitions[j].index;
        }
        assert_int_equal(seen, (1 << partitions) - 1);
    }
}

static void every_version_of_a_real_broker_is_understood(void **state)
{
    (void)state;
    for (int16_t version = 1; version <= 7; version++) {
        kaffe_bytes frame = load(version);
        struct kf_metadata metadata;
        kaffe_error err;
        assert_int_equal(kf_metadata_decode(frame, version, &metadata, &err), KAFFE_OK);
        frame_free(frame); /* nothing is borrowed from it */
        check_recorded(&metadata);
        kf_metadata_fini(&metadata);
        assert_null(metadata.memory);
    }
}

static void a_response_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    for (int16_t version = 1; version <= 7; version++) {
        kaffe_bytes frame = load(version);
        for (size_t size = 0; size < frame.size; size++) {
            void *part = exact_copy(frame.data, size);
            struct kf_metadata metadata;
            kaffe_error err;
            assert_int_equal(
                kf_metadata_decode((kaffe_bytes){ part, size }, version, &metadata, &err),
                KAFFE_KAFKA);
            assert_string_equal(err.message, "Metadata response: malformed");
            assert_null(metadata.memory);
            assert_int_equal(metadata.topic_count, 0);
            free(part);
        }
        frame_free(frame);
    }
}

/* Version 1: one broker, one topic of one partition; what varies is given. */
static kaffe_status decode_small(const char *topic, size_t topic_size, int32_t partition_count,
                                 int32_t replica_count, int32_t index)
{
    struct kf_request body = { 0 };
    kf_write_int32(&body, 1);
    kf_write_int32(&body, 1);
    kf_write_string(&body, "host");
    kf_write_int32(&body, 9092);
    kf_write_string(&body, NULL);
    kf_write_int32(&body, 1);
    kf_write_int32(&body, 1);
    kf_write_int16(&body, 0);
    kf_write_int16(&body, (int16_t)topic_size);
    append_bytes(&body, topic, topic_size);
    kf_write_int8(&body, 0);
    kf_write_int32(&body, partition_count);
    kf_write_int16(&body, 0);
    kf_write_int32(&body, index);
    kf_write_int32(&body, 1);
    kf_write_int32(&body, replica_count);
    kf_write_int32(&body, 1);
    kf_write_int32(&body, 0);
    struct kf_metadata metadata;
    kaffe_status status = kf_metadata_decode(built_bytes(&body), 1, &metadata, NULL);
    if (status == KAFFE_OK)
        kf_metadata_fini(&metadata);
    kf_request_fini(&body);
    return status;
}

static void a_lying_count_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(decode_small("t", 1, 1, 1, 0), KAFFE_OK);
    assert_int_equal(decode_small("t", 1, 2, 1, 0), KAFFE_KAFKA);
    assert_int_equal(decode_small("t", 1, INT32_MAX, 1, 0), KAFFE_KAFKA);
    assert_int_equal(decode_small("t", 1, INT32_MIN, 1, 0), KAFFE_KAFKA);
    assert_int_equal(decode_small("t", 1, 1, INT32_MAX, 0), KAFFE_KAFKA);
}

static void a_byte_left_over_is_malformed(void **state)
{
    (void)state;
    kaffe_bytes frame = load(7); /* a NUL follows it */
    struct kf_metadata metadata;
    assert_int_equal(
        kf_metadata_decode((kaffe_bytes){ frame.data, frame.size + 1 }, 7, &metadata, NULL),
        KAFFE_KAFKA);
    frame_free(frame);
}

static void a_name_with_a_nul_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(decode_small("a\0b", 3, 1, 1, 0), KAFFE_KAFKA);
}

static void a_negative_partition_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(decode_small("t", 1, 1, 1, -1), KAFFE_KAFKA);
}

static void no_brokers_and_no_topics_are_not_an_error(void **state)
{
    (void)state;
    struct kf_metadata metadata;
    assert_int_equal(
        kf_metadata_decode((kaffe_bytes){ "\0\0\0\0\0\0\0\1\0\0\0\0", 12 }, 1, &metadata, NULL),
        KAFFE_OK);
    assert_int_equal(metadata.broker_count, 0);
    assert_int_equal(metadata.topic_count, 0);
    kf_metadata_fini(&metadata);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_of_a_real_broker_is_understood),
        cmocka_unit_test(a_response_cut_anywhere_is_malformed),
        cmocka_unit_test(a_lying_count_is_malformed),
        cmocka_unit_test(a_byte_left_over_is_malformed),
        cmocka_unit_test(a_name_with_a_nul_is_malformed),
        cmocka_unit_test(a_negative_partition_is_malformed),
        cmocka_unit_test(no_brokers_and_no_topics_are_not_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
