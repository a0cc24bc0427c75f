/* SPDX-License-Identifier: MIT
 * Requests, byte for byte. The expected ones are written down by hand from the protocol's guide. */
#include "fetch_message.h"
#include "list_offsets.h"
#include "metadata.h"
#include "request.h"
#include "versions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONE32 "\xff\xff\xff\xff"
#define NONE64 NONE32 NONE32

/* Ends the request, compares it with a literal and gives it back. */
#define assert_request(request, literal)                                                           \
    do {                                                                                           \
        assert_true(kf_request_end(request));                                                      \
        assert_int_equal((request)->size, sizeof(literal) - 1);                                    \
        assert_memory_equal((request)->data, literal, sizeof(literal) - 1);                        \
        kf_request_fini(request);                                                                  \
    } while (0)

static void a_request_begins_with_size_api_version_correlation_and_client(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_versions_request(&request, 0x01020304, "me");
    assert_request(&request, "\0\0\0\x0c"
                             "\0\x12\0\0\1\2\3\4\0\2me");
}

static void no_client_id_is_a_null_string(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_versions_request(&request, 1, NULL);
    assert_request(&request, "\0\0\0\x0a"
                             "\0\x12\0\0\0\0\0\1\xff\xff");
}

static void a_request_is_reused_without_a_trace(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    const char *topics[] = { "topic" };
    kf_metadata_request(&request, 7, 1, "client", topics, 1);
    const uint8_t *memory = request.data;
    kf_versions_request(&request, 0x01020304, "me");
    assert_ptr_equal(request.data, memory);
    assert_request(&request, "\0\0\0\x0c"
                             "\0\x12\0\0\1\2\3\4\0\2me");
}

static void a_request_grows(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    char name[3001];
    memset(name, 'n', 3000);
    name[3000] = 0;
    kf_request_begin(&request, KF_API_METADATA, 1, 2, NULL);
    for (int i = 0; i < 100; i++)
        kf_write_string(&request, name);
    assert_true(kf_request_end(&request));
    assert_int_equal(request.size, 14 + 100 * 3002);
    assert_memory_equal(request.data + request.size - 3000, name, 3000);
    kf_request_fini(&request);
}

static void a_text_too_long_for_the_wire_is_told_at_the_end(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    char *name = calloc(1, 40000);
    assert_non_null(name);
    memset(name, 'n', 39999);
    const char *topics[] = { name };
    kf_metadata_request(&request, 1, 1, NULL, topics, 1);
    assert_false(kf_request_end(&request));
    kf_versions_request(&request, 1, NULL);
    assert_true(kf_request_end(&request));
    kf_request_fini(&request);
    free(name);
}

static void metadata_asks_for_its_topics_and_creates_none(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    const char *topics[] = { "a", "bc" };
    kf_metadata_request(&request, 3, 5, NULL, topics, 2);
    assert_request(&request, "\0\0\0\x15"
                             "\0\3\0\3\0\0\0\5\xff\xff"
                             "\0\0\0\2\0\1a\0\2bc");
    kf_metadata_request(&request, 4, 5, NULL, topics, 2);
    assert_request(&request, "\0\0\0\x16"
                             "\0\3\0\4\0\0\0\5\xff\xff"
                             "\0\0\0\2\0\1a\0\2bc"
                             "\0");
}

static void metadata_without_topics_asks_for_brokers_only(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_metadata_request(&request, 1, 5, NULL, NULL, 0);
    assert_request(&request, "\0\0\0\x0e"
                             "\0\3\0\1\0\0\0\5\xff\xff"
                             "\0\0\0\0");
}

static const struct kf_list_offsets_query three_partitions[] = {
    { .topic = "a", .partition = 0, .timestamp = KF_OFFSET_LATEST },
    { .topic = "a", .partition = 2, .timestamp = KF_OFFSET_EARLIEST },
    { .topic = "b", .partition = 1, .timestamp = KF_OFFSET_LATEST },
};

static void list_offsets_groups_partitions_by_topic(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_list_offsets_request(&request, 1, 9, NULL, three_partitions, 3);
    assert_request(&request, "\0\0\0\x44"
                             "\0\2\0\1\0\0\0\x09\xff\xff" NONE32 "\0\0\0\2"
                             "\0\1a\0\0\0\2"
                             "\0\0\0\0" NONE64 "\0\0\0\2" NONE32 "\xff\xff\xff\xfe"
                             "\0\1b\0\0\0\1"
                             "\0\0\0\1" NONE64);
}

static void list_offsets_from_v4_tells_no_leader_epoch(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    kf_list_offsets_request(&request, 5, 9, NULL, three_partitions, 1);
    assert_request(&request, "\0\0\0\x2a"
                             "\0\2\0\5\0\0\0\x09\xff\xff" NONE32 "\0\0\0\0\1"
                             "\0\1a\0\0\0\1"
                             "\0\0\0\0" NONE32 NONE64);
}

static const struct kf_fetch_query two_topics[] = {
    { .topic = "a", .partition = 0, .max_bytes = 0x10000, .offset = 10 },
    { .topic = "a", .partition = 1, .max_bytes = 0x20000, .offset = 20 },
    { .topic = "b", .partition = 7, .max_bytes = 0x10000, .offset = 30 },
};

static void write_fetch(struct kf_request *request, int16_t version, size_t count)
{
    const struct kf_fetch_ask ask = { .queries = two_topics,
                                      .query_count = count,
                                      .max_wait_ms = 500,
                                      .min_bytes = 1,
                                      .max_bytes = 0x100000,
                                      .isolation = 1 };
    kf_fetch_request(request, version, 3, "c", &ask);
}

#define LIMITS "\0\0\1\xf4\0\0\0\1\0\x10\0\0\1"
#define OFFSET(n) "\0\0\0\0\0\0\0" n

static void fetch_v4_has_no_session(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    write_fetch(&request, 4, 3);
    assert_request(
        &request,
        "\0\0\0\x5e"
        "\0\1\0\4\0\0\0\3\0\1c" NONE32 LIMITS "\0\0\0\2"
        "\0\1a\0\0\0\2"
        "\0\0\0\0" OFFSET("\x0a") "\0\1\0\0"
                                  "\0\0\0\1" OFFSET("\x14") "\0\2\0\0"
                                                            "\0\1b\0\0\0\1"
                                                            "\0\0\0\7" OFFSET("\x1e") "\0\1\0\0");
}

static void fetch_v5_tells_no_log_start(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    write_fetch(&request, 5, 1);
    assert_request(&request, "\0\0\0\x3f"
                             "\0\1\0\5\0\0\0\3\0\1c" NONE32 LIMITS "\0\0\0\1"
                             "\0\1a\0\0\0\1"
                             "\0\0\0\0" OFFSET("\x0a") NONE64 "\0\1\0\0");
}

static void fetch_v7_declines_a_session(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    write_fetch(&request, 7, 1);
    assert_request(&request, "\0\0\0\x4b"
                             "\0\1\0\7\0\0\0\3\0\1c" NONE32 LIMITS "\0\0\0\0" NONE32 "\0\0\0\1"
                             "\0\1a\0\0\0\1"
                             "\0\0\0\0" OFFSET("\x0a") NONE64 "\0\1\0\0"
                                                              "\0\0\0\0");
}

static void fetch_v9_tells_no_leader_epoch(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    write_fetch(&request, 9, 1);
    assert_request(&request, "\0\0\0\x4f"
                             "\0\1\0\x09\0\0\0\3\0\1c" NONE32 LIMITS "\0\0\0\0" NONE32 "\0\0\0\1"
                             "\0\1a\0\0\0\1"
                             "\0\0\0\0" NONE32 OFFSET("\x0a") NONE64 "\0\1\0\0"
                                                                     "\0\0\0\0");
}

static void fetch_v11_has_a_rack(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    write_fetch(&request, 11, 1);
    assert_request(&request, "\0\0\0\x51"
                             "\0\1\0\x0b\0\0\0\3\0\1c" NONE32 LIMITS "\0\0\0\0" NONE32 "\0\0\0\1"
                             "\0\1a\0\0\0\1"
                             "\0\0\0\0" NONE32 OFFSET("\x0a") NONE64 "\0\1\0\0"
                                                                     "\0\0\0\0\0\0");
}

static void fetch_v11_says_the_rack(void **state)
{
    (void)state;
    struct kf_request request = { 0 };
    const struct kf_fetch_ask ask = { .queries = two_topics, .rack = "a7" };
    kf_fetch_request(&request, 11, 3, "c", &ask);
    assert_memory_equal(request.data + request.size - 4, "\0\2a7", 4);
    kf_request_fini(&request);
    kf_fetch_request(&request, 10, 3, "c", &ask);
    assert_memory_equal(request.data + request.size - 4, "\0\0\0\0", 4);
    kf_request_fini(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_begins_with_size_api_version_correlation_and_client),
        cmocka_unit_test(no_client_id_is_a_null_string),
        cmocka_unit_test(a_request_is_reused_without_a_trace),
        cmocka_unit_test(a_request_grows),
        cmocka_unit_test(a_text_too_long_for_the_wire_is_told_at_the_end),
        cmocka_unit_test(metadata_asks_for_its_topics_and_creates_none),
        cmocka_unit_test(metadata_without_topics_asks_for_brokers_only),
        cmocka_unit_test(list_offsets_groups_partitions_by_topic),
        cmocka_unit_test(list_offsets_from_v4_tells_no_leader_epoch),
        cmocka_unit_test(fetch_v4_has_no_session),
        cmocka_unit_test(fetch_v5_tells_no_log_start),
        cmocka_unit_test(fetch_v7_declines_a_session),
        cmocka_unit_test(fetch_v9_tells_no_leader_epoch),
        cmocka_unit_test(fetch_v11_has_a_rack),
        cmocka_unit_test(fetch_v11_says_the_rack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
