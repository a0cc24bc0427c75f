/* SPDX-License-Identifier: MIT
 * What a broker offers, what we choose, and how a refusal reads. Error codes too. */
#include "batch_builder.h"
#include "error_code.h"
#include "frames.h"
#include "versions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct offer {
    int16_t api;
    int16_t least;
    int16_t most;
};

static kaffe_status decide(const struct offer *offers, int32_t count, struct kf_versions *versions,
                           kaffe_error *err)
{
    struct kf_request body = { 0 };
    kf_write_int16(&body, 0);
    kf_write_int32(&body, count);
    for (int32_t i = 0; i < count; i++) {
        kf_write_int16(&body, offers[i].api);
        kf_write_int16(&body, offers[i].least);
        kf_write_int16(&body, offers[i].most);
    }
    kaffe_status status = kf_versions_decode(built_bytes(&body), versions, err);
    kf_request_fini(&body);
    return status;
}

static void kafka_4_gets_the_highest_that_we_speak(void **state)
{
    (void)state;
    kaffe_bytes frame = frame_load(TEST_DATA, "frames/api_versions_v0.bin");
    struct kf_versions versions;
    kaffe_error err;
    assert_int_equal(kf_versions_decode(frame, &versions, &err), KAFFE_OK);
    assert_int_equal(err.status, KAFFE_OK);
    assert_int_equal(versions.fetch, 11);
    assert_int_equal(versions.list_offsets, 3);
    assert_int_equal(versions.metadata, 7);
    frame_free(frame);
}

static void an_older_broker_gets_its_own_highest(void **state)
{
    (void)state;
    const struct offer offers[] = { { 1, 0, 6 }, { 2, 0, 2 }, { 3, 0, 4 } };
    struct kf_versions versions;
    assert_int_equal(decide(offers, 3, &versions, NULL), KAFFE_OK);
    assert_int_equal(versions.fetch, 6);
    assert_int_equal(versions.list_offsets, 2);
    assert_int_equal(versions.metadata, 4);
}

static void a_broker_too_old_is_refused_by_name(void **state)
{
    (void)state;
    const struct offer offers[] = { { 1, 0, 3 }, { 2, 0, 2 }, { 3, 0, 4 } };
    struct kf_versions versions;
    kaffe_error err;
    assert_int_equal(decide(offers, 3, &versions, &err), KAFFE_UNSUPPORTED);
    assert_string_equal(err.message, "the broker serves Fetch versions 0 to 3 only: "
                                     "Kafka 0.11 or later is needed");
}

static void a_broker_too_new_is_refused_by_name(void **state)
{
    (void)state;
    const struct offer offers[] = { { 1, 4, 17 }, { 2, 1, 2 }, { 3, 8, 13 } };
    struct kf_versions versions;
    kaffe_error err;
    assert_int_equal(decide(offers, 3, &versions, &err), KAFFE_UNSUPPORTED);
    assert_string_equal(err.message, "the broker serves Metadata versions 8 to 13 only: "
                                     "this Kafka is too new, versions up to 7 are known here");
}

static void a_request_that_is_not_offered_is_refused_by_name(void **state)
{
    (void)state;
    const struct offer offers[] = { { 1, 4, 17 }, { 3, 0, 7 } };
    struct kf_versions versions;
    kaffe_error err;
    assert_int_equal(decide(offers, 2, &versions, &err), KAFFE_UNSUPPORTED);
    assert_string_equal(err.message,
                        "the broker does not serve ListOffsets: Kafka 0.10.1 or later is needed");
}

static void a_range_upside_down_is_refused(void **state)
{
    (void)state;
    const struct offer offers[] = { { 1, 9, 5 }, { 2, 0, 2 }, { 3, 0, 4 } };
    struct kf_versions versions;
    assert_int_equal(decide(offers, 3, &versions, NULL), KAFFE_UNSUPPORTED);
}

static void an_error_code_is_named(void **state)
{
    (void)state;
    struct kf_versions versions;
    kaffe_error err;
    assert_int_equal(kf_versions_decode((kaffe_bytes){ "\0\x23\0\0\0\0", 6 }, &versions, &err),
                     KAFFE_KAFKA);
    assert_int_equal(err.kafka_code, 35);
    assert_string_equal(err.message, "ApiVersions response: UNSUPPORTED_VERSION (35)");
}

static void a_response_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    kaffe_bytes frame = frame_load(TEST_DATA, "frames/api_versions_v0.bin");
    for (size_t size = 0; size < frame.size; size++) {
        void *part = exact_copy(frame.data, size);
        struct kf_versions versions;
        kaffe_error err;
        assert_int_equal(kf_versions_decode((kaffe_bytes){ part, size }, &versions, &err),
                         KAFFE_KAFKA);
        assert_string_equal(err.message, "ApiVersions response: malformed");
        free(part);
    }
    frame_free(frame);
}

static void bytes_left_over_are_malformed(void **state)
{
    (void)state;
    struct kf_versions versions;
    assert_int_equal(kf_versions_decode((kaffe_bytes){ "\0\0\0\0\0\0x", 7 }, &versions, NULL),
                     KAFFE_KAFKA);
}

static void each_error_code_has_its_action(void **state)
{
    (void)state;
    assert_int_equal(kf_error_code_action(0), KF_ACTION_NONE);
    assert_int_equal(kf_error_code_action(1), KF_ACTION_OUT_OF_RANGE);
    assert_int_equal(kf_error_code_action(2), KF_ACTION_CORRUPT);
    const int16_t elsewhere[] = { 3, 5, 6, 9, 56, 74, 75 };
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        assert_int_equal(kf_error_code_action(elsewhere[i]), KF_ACTION_REFRESH_METADATA);
    assert_int_equal(kf_error_code_action(29), KF_ACTION_NOT_AUTHORISED);
    assert_int_equal(kf_error_code_action(30), KF_ACTION_NOT_AUTHORISED);
    assert_int_equal(kf_error_code_action(76), KF_ACTION_UNSUPPORTED_CODEC);
    assert_int_equal(kf_error_code_action(78), KF_ACTION_SOON);
    assert_int_equal(kf_error_code_action(-1), KF_ACTION_UNKNOWN);
    assert_int_equal(kf_error_code_action(12345), KF_ACTION_UNKNOWN);
}

static void error_codes_have_kafkas_names(void **state)
{
    (void)state;
    assert_string_equal(kf_error_code_name(6), "NOT_LEADER_OR_FOLLOWER");
    assert_string_equal(kf_error_code_name(-1), "UNKNOWN_SERVER_ERROR");
    assert_string_equal(kf_error_code_name(12345), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kafka_4_gets_the_highest_that_we_speak),
        cmocka_unit_test(an_older_broker_gets_its_own_highest),
        cmocka_unit_test(a_broker_too_old_is_refused_by_name),
        cmocka_unit_test(a_broker_too_new_is_refused_by_name),
        cmocka_unit_test(a_request_that_is_not_offered_is_refused_by_name),
        cmocka_unit_test(a_range_upside_down_is_refused),
        cmocka_unit_test(an_error_code_is_named),
        cmocka_unit_test(a_response_cut_anywhere_is_malformed),
        cmocka_unit_test(bytes_left_over_are_malformed),
        cmocka_unit_test(each_error_code_has_its_action),
        cmocka_unit_test(error_codes_have_kafkas_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
