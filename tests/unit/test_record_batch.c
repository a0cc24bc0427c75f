/* SPDX-License-Identifier: MIT
 * Batches: headers and their lies, checksum, codecs, and what makes a slice of several. */
#include "batch_builder.h"
#include "frames.h"
#include "record_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIMIT ((size_t)1 << 20)

struct opened {
    struct kf_batch_header header;
    struct kf_decompressor decompressor;
    struct kf_scratch scratch;
    kaffe_bytes records;
};

static enum kf_batch_status open_batch(struct opened *opened, kaffe_bytes batch)
{
    memset(opened, 0, sizeof *opened);
    enum kf_batch_status status = kf_batch_header_read(batch.data, batch.size, &opened->header);
    if (status != KF_BATCH_OK)
        return status;
    return kf_batch_open(batch.data, &opened->header, LIMIT, &opened->decompressor,
                         &opened->scratch, &opened->records);
}

static void close_batch(struct opened *opened)
{
    kf_decompressor_fini(&opened->decompressor);
    kf_scratch_fini(&opened->scratch);
}

static void a_header_is_read(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 1000, 3);
    struct kf_batch_header header;
    assert_int_equal(kf_batch_header_read(out.data, out.size, &header), KF_BATCH_OK);
    assert_int_equal(header.base_offset, 1000);
    assert_int_equal(header.next_offset, 1003);
    assert_int_equal(header.first_timestamp, 1000);
    assert_int_equal(header.max_timestamp, 1002);
    assert_int_equal(header.producer_id, -1);
    assert_int_equal(header.size, out.size);
    assert_int_equal(header.record_count, 3);
    assert_int_equal(header.leader_epoch, 7);
    assert_int_equal(header.magic, 2);
    assert_int_equal(header.attributes, 0);
    kf_request_fini(&out);
}

static void a_batch_cut_anywhere_is_cut(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 1000, 3);
    for (size_t size = 0; size < out.size; size++) {
        uint8_t *part = exact_copy(out.data, size);
        struct kf_batch_header header;
        assert_int_equal(kf_batch_header_read(part, size, &header), KF_BATCH_CUT);
        free(part);
    }
    kf_request_fini(&out);
}

struct field {
    size_t at;
    size_t size;
    int64_t value;
};

static enum kf_batch_status status_with(struct field field)
{
    struct kf_request out = { 0 };
    append_simple_batch(&out, 1000, 3);
    for (size_t i = 0; i < field.size; i++)
        out.data[field.at + i] = (uint8_t)((uint64_t)field.value >> (8 * (field.size - 1 - i)));
    seal_batch(out.data, out.size);
    struct opened opened;
    enum kf_batch_status status = open_batch(&opened, built_bytes(&out));
    close_batch(&opened);
    kf_request_fini(&out);
    return status;
}

static void a_lying_header_is_told(void **state)
{
    (void)state;
    const struct {
        struct field field;
        enum kf_batch_status status;
    } lies[] = {
        { { 0, 8, 1000 }, KF_BATCH_OK },
        { { 0, 8, -1 }, KF_BATCH_MALFORMED }, /* base offset */
        { { 0, 8, INT64_MAX }, KF_BATCH_MALFORMED }, /* the next one would overflow */
        { { 8, 4, -1 }, KF_BATCH_MALFORMED }, /* length */
        { { 8, 4, 0 }, KF_BATCH_MALFORMED },
        { { 8, 4, 48 }, KF_BATCH_MALFORMED }, /* less than a header */
        { { 8, 4, INT32_MAX }, KF_BATCH_CUT },
        { { 8, 4, INT32_MIN }, KF_BATCH_MALFORMED },
        { { 16, 1, 0 }, KF_BATCH_OLD_MAGIC },
        { { 16, 1, 1 }, KF_BATCH_OLD_MAGIC },
        { { 16, 1, 3 }, KF_BATCH_MALFORMED },
        { { 16, 1, -1 }, KF_BATCH_MALFORMED },
        { { 21, 2, 5 }, KF_BATCH_BAD_CODEC },
        { { 21, 2, 7 }, KF_BATCH_BAD_CODEC },
        { { 21, 2, 1 }, KF_BATCH_BAD_DATA }, /* plain records are no gzip */
        { { 21, 2, 2 }, KF_BATCH_BAD_DATA },
        { { 21, 2, 3 }, KF_BATCH_BAD_DATA },
        { { 21, 2, 4 }, KF_BATCH_BAD_DATA },
        { { 23, 4, -1 }, KF_BATCH_MALFORMED }, /* last offset delta */
        { { 23, 4, 1 }, KF_BATCH_MALFORMED }, /* of three records, it is 2 at least */
        { { 23, 4, 2 }, KF_BATCH_OK },
        { { 23, 4, INT32_MAX }, KF_BATCH_OK }, /* compaction may leave any gap */
        { { 57, 4, -1 }, KF_BATCH_MALFORMED }, /* record count */
        { { 57, 4, 4 }, KF_BATCH_MALFORMED },
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        assert_int_equal(status_with(lies[i].field), lies[i].status);
}

static void a_message_of_the_old_format_says_how_long_it_is(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    kf_write_int64(&out, 41);
    kf_write_int32(&out, 22);
    kf_write_int32(&out, 12345); /* its checksum */
    kf_write_int8(&out, 1);
    kf_write_int8(&out, 0);
    kf_write_int64(&out, 0);
    kf_write_int32(&out, -1);
    kf_write_int32(&out, -1);
    struct kf_batch_header header;
    assert_int_equal(kf_batch_header_read(out.data, out.size, &header), KF_BATCH_OLD_MAGIC);
    assert_int_equal(header.base_offset, 41);
    assert_int_equal(header.next_offset, 42);
    assert_int_equal(header.size, 34);
    assert_string_equal(
        kf_batch_status_text(KF_BATCH_OLD_MAGIC),
        "written before Kafka 0.11 (message format 0 or 1), which is not supported");
    kf_request_fini(&out);
}

static void any_changed_bit_is_a_wrong_checksum(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 1000, 3);
    struct opened opened;
    assert_int_equal(open_batch(&opened, built_bytes(&out)), KF_BATCH_OK);
    close_batch(&opened);
    for (size_t bit = 21 * 8; bit < out.size * 8; bit++) {
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum kf_batch_status status = open_batch(&opened, built_bytes(&out));
        /* Counts are looked at first. */
        assert_true(status == KF_BATCH_BAD_CRC || status == KF_BATCH_MALFORMED);
        close_batch(&opened);
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    kf_request_fini(&out);
}

static void plain_records_are_views_into_the_batch(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 1000, 3);
    struct opened opened;
    assert_int_equal(open_batch(&opened, built_bytes(&out)), KF_BATCH_OK);
    assert_ptr_equal(opened.records.data, out.data + KF_BATCH_HEADER_SIZE);
    assert_int_equal(opened.records.size, out.size - KF_BATCH_HEADER_SIZE);
    assert_null(opened.scratch.data);
    close_batch(&opened);
    kf_request_fini(&out);
}

static void each_codec_is_opened(void **state)
{
    (void)state;
    void (*const compress[])(struct kf_request *, kaffe_bytes) = { NULL, append_gzip, append_snappy,
                                                                   append_lz4,
                                                                   append_zstd_of_unknown_size };
    for (int16_t codec = 1; codec <= 4; codec++) {
        struct kf_request packed = { 0 };
        struct kf_request out = { 0 };
        compress[codec](&packed, kaffe_text("as good as records"));
        append_batch(&out, &(struct built_batch){ .attributes = codec,
                                                  .record_count = 1,
                                                  .payload = built_bytes(&packed) });
        struct opened opened;
        assert_int_equal(open_batch(&opened, built_bytes(&out)), KF_BATCH_OK);
        assert_int_equal(opened.records.size, 18);
        assert_memory_equal(opened.records.data, "as good as records", 18);
        close_batch(&opened);
        kf_request_fini(&packed);
        kf_request_fini(&out);
    }
}

static void a_batch_beyond_the_limit_is_too_large(void **state)
{
    (void)state;
    struct kf_request packed = { 0 };
    struct kf_request out = { 0 };
    kaffe_bytes zeros = { .data = calloc(1, LIMIT + 1), .size = LIMIT + 1 };
    assert_non_null(zeros.data);
    append_zstd(&packed, zeros);
    append_batch(&out, &(struct built_batch){
                           .attributes = 4, .record_count = 1, .payload = built_bytes(&packed) });
    struct opened opened;
    assert_int_equal(open_batch(&opened, built_bytes(&out)), KF_BATCH_TOO_LARGE);
    close_batch(&opened);
    free((void *)(uintptr_t)zeros.data);
    kf_request_fini(&packed);
    kf_request_fini(&out);
}

static void an_emptied_batch_is_opened_whatever_its_codec(void **state)
{
    (void)state;
    for (int16_t codec = 0; codec <= 4; codec++) {
        struct kf_request out = { 0 };
        append_batch(&out, &(struct built_batch){
                               .base_offset = 5, .last_offset_delta = 9, .attributes = codec });
        struct opened opened;
        assert_int_equal(open_batch(&opened, built_bytes(&out)), KF_BATCH_OK);
        assert_int_equal(opened.header.next_offset, 15);
        assert_int_equal(opened.records.size, 0);
        close_batch(&opened);
        kf_request_fini(&out);
    }
}

/* A slice of two whole batches and a third one. */
static void append_three(struct kf_request *out, size_t *third_at)
{
    append_simple_batch(out, 10, 3);
    append_simple_batch(out, 20, 1); /* what lies between is gone */
    *third_at = out->size;
    append_simple_batch(out, 21, 5);
}

static void the_next_offset_is_behind_the_last_whole_batch(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    size_t third_at;
    append_three(&out, &third_at);
    size_t whole_size;
    assert_int_equal(kf_batches_next_offset(out.data, out.size, 11, &whole_size), 26);
    assert_int_equal(whole_size, out.size);
    for (size_t size = third_at; size < out.size; size++) {
        uint8_t *part = exact_copy(out.data, size);
        assert_int_equal(kf_batches_next_offset(part, size, 11, &whole_size), 21);
        assert_int_equal(whole_size, third_at);
        free(part);
    }
    kf_request_fini(&out);
}

static void without_a_whole_batch_the_offset_stays(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 10, 3);
    size_t whole_size = 1;
    assert_int_equal(kf_batches_next_offset(out.data, out.size - 1, 11, &whole_size), 11);
    assert_int_equal(whole_size, 0);
    assert_int_equal(kf_batches_next_offset(out.data, 0, 11, &whole_size), 11);
    kf_request_fini(&out);
}

static void the_next_offset_never_goes_back(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    append_simple_batch(&out, 10, 3);
    append_simple_batch(&out, 2, 3);
    size_t whole_size;
    assert_int_equal(kf_batches_next_offset(out.data, out.size, 11, &whole_size), 13);
    assert_int_equal(kf_batches_next_offset(out.data, out.size, 50, &whole_size), 50);
    assert_int_equal(whole_size, out.size);
    kf_request_fini(&out);
}

static void a_malformed_batch_ends_the_whole_ones(void **state)
{
    (void)state;
    struct kf_request out = { 0 };
    size_t third_at;
    append_three(&out, &third_at);
    out.data[third_at + 16] = 0; /* its magic */
    size_t whole_size;
    assert_int_equal(kf_batches_next_offset(out.data, out.size, 11, &whole_size), 21);
    assert_int_equal(whole_size, third_at);
    kf_request_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read),
        cmocka_unit_test(a_batch_cut_anywhere_is_cut),
        cmocka_unit_test(a_lying_header_is_told),
        cmocka_unit_test(a_message_of_the_old_format_says_how_long_it_is),
        cmocka_unit_test(any_changed_bit_is_a_wrong_checksum),
        cmocka_unit_test(plain_records_are_views_into_the_batch),
        cmocka_unit_test(each_codec_is_opened),
        cmocka_unit_test(a_batch_beyond_the_limit_is_too_large),
        cmocka_unit_test(an_emptied_batch_is_opened_whatever_its_codec),
        cmocka_unit_test(the_next_offset_is_behind_the_last_whole_batch),
        cmocka_unit_test(without_a_whole_batch_the_offset_stays),
        cmocka_unit_test(the_next_offset_never_goes_back),
        cmocka_unit_test(a_malformed_batch_ends_the_whole_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
