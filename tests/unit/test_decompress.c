/* SPDX-License-Identifier: MIT
 * The four codecs: what goes in comes out, cut or wrong input is an error, a bomb ends at the
 * limit. */
#include "batch_builder.h"
#include "decompress.h"
#include "frames.h"
#include "pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void append_fn(struct kf_request *out, kaffe_bytes plain);

static void append_small_xerial(struct kf_request *out, kaffe_bytes plain)
{
    append_xerial(out, plain, 1000);
}

static void append_two_xerials(struct kf_request *out, kaffe_bytes plain)
{
    size_t half = plain.size / 2;
    append_xerial(out, (kaffe_bytes){ plain.data, half }, 500);
    append_xerial(out, (kaffe_bytes){ (const char *)plain.data + half, plain.size - half }, 70000);
}

/* As several gzip members, lz4 or zstd frames. */
static void append_halves(struct kf_request *out, kaffe_bytes plain, append_fn *append)
{
    size_t half = plain.size / 2;
    append(out, (kaffe_bytes){ plain.data, half });
    append(out, (kaffe_bytes){ (const char *)plain.data + half, plain.size - half });
}

static void append_two_gzips(struct kf_request *out, kaffe_bytes plain)
{
    append_halves(out, plain, append_gzip);
}

static void append_two_lz4s(struct kf_request *out, kaffe_bytes plain)
{
    append_halves(out, plain, append_lz4);
}

static void append_two_zstds(struct kf_request *out, kaffe_bytes plain)
{
    append_halves(out, plain, append_zstd_of_unknown_size);
}

static const struct {
    enum kf_codec codec;
    append_fn *append;
    bool seals; /* has a checksum, or a size that must fit, so that a cut never goes unseen */
} codecs[] = {
    { KF_CODEC_GZIP, append_gzip, true },
    { KF_CODEC_GZIP, append_two_gzips, false },
    { KF_CODEC_SNAPPY, append_snappy, true },
    { KF_CODEC_SNAPPY, append_small_xerial, false },
    { KF_CODEC_SNAPPY, append_two_xerials, false },
    { KF_CODEC_LZ4, append_lz4, true },
    { KF_CODEC_LZ4, append_lz4_of_known_size, true },
    { KF_CODEC_LZ4, append_two_lz4s, false },
    { KF_CODEC_ZSTD, append_zstd, true },
    { KF_CODEC_ZSTD, append_zstd_of_unknown_size, true },
    { KF_CODEC_ZSTD, append_two_zstds, false },
};

#define CODEC_COUNT (sizeof codecs / sizeof codecs[0])

/* Text that compresses about as messages do; to free(). */
static kaffe_bytes make_text(size_t size)
{
    char *text = malloc(size + 1);
    assert_non_null(text);
    uint32_t random = 12345;
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525 + 1013904223;
        text[i] = i % 16 < 11 ? "hello world"[i % 16] : (char)('a' + (random >> 24) % 26);
    }
    return (kaffe_bytes){ .data = text, .size = size };
}

struct result {
    enum kf_decompress_status status;
    size_t size;
};

static struct result decompress(struct kf_decompressor *decompressor, enum kf_codec codec,
                                kaffe_bytes input, size_t limit, struct kf_scratch *scratch)
{
    struct result result;
    void *copy = exact_copy(input.data, input.size);
    result.status =
        kf_decompress(decompressor, codec, (kaffe_bytes){ .data = copy, .size = input.size }, limit,
                      scratch, &result.size);
    free(copy);
    assert_true(scratch->capacity <= (limit ? limit : 1));
    assert_true(result.size <= limit);
    return result;
}

static void check_round_trip(struct kf_decompressor *decompressor, size_t index, size_t size,
                             size_t limit)
{
    kaffe_bytes plain = make_text(size);
    struct kf_request packed = { 0 };
    struct kf_scratch scratch = { 0 };
    codecs[index].append(&packed, plain);
    struct result result =
        decompress(decompressor, codecs[index].codec, built_bytes(&packed), limit, &scratch);
    assert_int_equal(result.status, KF_DECOMPRESS_OK);
    assert_int_equal(result.size, size);
    assert_non_null(scratch.data);
    assert_memory_equal(scratch.data, plain.data, size);
    kf_scratch_fini(&scratch);
    kf_request_fini(&packed);
    free((void *)(uintptr_t)plain.data);
}

static void what_went_in_comes_out(void **state)
{
    (void)state;
    const size_t sizes[] = { 2, 3, 61, 1000, 4096, 65536, 300001 };
    struct kf_decompressor decompressor = { 0 };
    for (size_t i = 0; i < CODEC_COUNT; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
            check_round_trip(&decompressor, i, sizes[j], (size_t)1 << 20);
    kf_decompressor_fini(&decompressor);
}

static void the_limit_itself_is_allowed(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        check_round_trip(&decompressor, i, 100000, 100000);
        check_round_trip(&decompressor, i, 2, 2);
    }
    kf_decompressor_fini(&decompressor);
}

static void one_byte_beyond_the_limit_is_too_large(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    kaffe_bytes plain = make_text(100000);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        struct kf_scratch scratch = { 0 };
        codecs[i].append(&packed, plain);
        struct result result = decompress(&decompressor, codecs[i].codec, built_bytes(&packed),
                                          plain.size - 1, &scratch);
        assert_int_equal(result.status, KF_DECOMPRESS_TOO_LARGE);
        kf_scratch_fini(&scratch);
        kf_request_fini(&packed);
    }
    free((void *)(uintptr_t)plain.data);
    kf_decompressor_fini(&decompressor);
}

static void a_bomb_ends_at_the_limit(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    size_t size = (size_t)16 << 20;
    kaffe_bytes zeros = { .data = calloc(1, size), .size = size };
    assert_non_null(zeros.data);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        struct kf_scratch scratch = { 0 };
        codecs[i].append(&packed, zeros);
        assert_true(packed.size < size / 15);
        struct result result = decompress(&decompressor, codecs[i].codec, built_bytes(&packed),
                                          1000000, &scratch); /* which also checks the scratch */
        assert_int_equal(result.status, KF_DECOMPRESS_TOO_LARGE);
        kf_scratch_fini(&scratch);
        kf_request_fini(&packed);
    }
    free((void *)(uintptr_t)zeros.data);
    kf_decompressor_fini(&decompressor);
}

static void input_cut_anywhere_is_bad_data(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    kaffe_bytes plain = make_text(3000);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        struct kf_scratch scratch = { 0 };
        codecs[i].append(&packed, plain);
        for (size_t size = 0; size < packed.size; size++) {
            kaffe_bytes part = { .data = packed.data, .size = size };
            struct result result =
                decompress(&decompressor, codecs[i].codec, part, 1 << 20, &scratch);
            if (codecs[i].seals)
                assert_int_not_equal(result.status, KF_DECOMPRESS_OK);
            else /* a cut between two parts can not be seen */
                assert_true(result.status != KF_DECOMPRESS_OK || result.size < plain.size);
        }
        kf_scratch_fini(&scratch);
        kf_request_fini(&packed);
    }
    free((void *)(uintptr_t)plain.data);
    kf_decompressor_fini(&decompressor);
}

/* Every codec after every other has been left in the middle, by a cut or by the limit. */
static void the_contexts_survive_bad_data(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    struct kf_scratch scratch = { 0 };
    kaffe_bytes plain = make_text(3000);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        codecs[i].append(&packed, plain);
        kaffe_bytes whole = built_bytes(&packed);
        kaffe_bytes half = { .data = packed.data, .size = packed.size / 3 };
        for (size_t j = 0; j < CODEC_COUNT; j++) {
            decompress(&decompressor, codecs[i].codec, half, 1 << 20, &scratch);
            check_round_trip(&decompressor, j, 3000, 1 << 20);
            kf_scratch_fini(&scratch);
            decompress(&decompressor, codecs[i].codec, whole, 2000, &scratch);
            check_round_trip(&decompressor, j, 3000, 1 << 20);
        }
        kf_request_fini(&packed);
    }
    kf_scratch_fini(&scratch);
    free((void *)(uintptr_t)plain.data);
    kf_decompressor_fini(&decompressor);
}

static void an_empty_result_is_not_null(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    const kaffe_bytes nothing = { .data = "", .size = 0 };
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        struct kf_scratch scratch = { 0 };
        codecs[i].append(&packed, nothing);
        struct result result =
            decompress(&decompressor, codecs[i].codec, built_bytes(&packed), 0, &scratch);
        assert_int_equal(result.status, KF_DECOMPRESS_OK);
        assert_int_equal(result.size, 0);
        assert_non_null(scratch.data);
        kf_scratch_fini(&scratch);
        kf_request_fini(&packed);
    }
    kf_decompressor_fini(&decompressor);
}

static void memory_and_contexts_are_used_again(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    struct kf_scratch scratch = { 0 };
    kaffe_bytes plain = make_text(100000);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        codecs[i].append(&packed, plain);
        kaffe_bytes input = built_bytes(&packed);
        decompress(&decompressor, codecs[i].codec, input, 1 << 20, &scratch);
        struct kf_decompressor contexts = decompressor;
        struct kf_scratch memory = scratch;
        decompress(&decompressor, codecs[i].codec, input, 1 << 20, &scratch);
        assert_memory_equal(&contexts, &decompressor, sizeof contexts);
        assert_memory_equal(&memory, &scratch, sizeof memory);
        kf_request_fini(&packed);
    }
    kf_scratch_fini(&scratch);
    free((void *)(uintptr_t)plain.data);
    kf_decompressor_fini(&decompressor);
}

static void a_larger_scratch_does_not_lift_the_limit(void **state)
{
    (void)state;
    struct kf_decompressor decompressor = { 0 };
    kaffe_bytes plain = make_text(100000);
    for (size_t i = 0; i < CODEC_COUNT; i++) {
        struct kf_request packed = { 0 };
        struct kf_scratch scratch = { .data = kf_pages_get(200000), .capacity = 200000 };
        size_t size;
        codecs[i].append(&packed, plain);
        assert_int_equal(kf_decompress(&decompressor, codecs[i].codec, built_bytes(&packed), 99999,
                                       &scratch, &size),
                         KF_DECOMPRESS_TOO_LARGE);
        kf_scratch_fini(&scratch);
        kf_request_fini(&packed);
    }
    free((void *)(uintptr_t)plain.data);
    kf_decompressor_fini(&decompressor);
}

static void lying_sizes_are_not_believed(void **state)
{
    (void)state;
    static const struct {
        enum kf_codec codec;
        const char *data;
        size_t size;
        enum kf_decompress_status status;
    } lies[] = {
        /* 2 GiB in a few bytes: impossible, so nothing is allocated for it */
        { KF_CODEC_SNAPPY, "\xff\xff\xff\xff\x07x", 6, KF_DECOMPRESS_BAD_DATA },
        { KF_CODEC_SNAPPY, "\x82SNAPPY\0\0\0\0\1\0\0\0\1\x7f\xff\xff\xff", 20,
          KF_DECOMPRESS_BAD_DATA },
        { KF_CODEC_SNAPPY, "\x82SNAPPY\0\0\0\0\1\0\0\0\1\xff\xff\xff\xff", 20,
          KF_DECOMPRESS_BAD_DATA },
        /* a frame that says it holds 4 GiB */
        { KF_CODEC_ZSTD, "\x28\xb5\x2f\xfd\xa0\xff\xff\xff\xff\1\0\0", 12,
          KF_DECOMPRESS_TOO_LARGE },
        { KF_CODEC_GZIP, "not gzip at all", 15, KF_DECOMPRESS_BAD_DATA },
        { KF_CODEC_LZ4, "not lz4 at all ", 15, KF_DECOMPRESS_BAD_DATA },
        { KF_CODEC_ZSTD, "not zstd at all", 15, KF_DECOMPRESS_BAD_DATA },
        { KF_CODEC_NONE, "plain", 5, KF_DECOMPRESS_BAD_DATA },
    };
    struct kf_decompressor decompressor = { 0 };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct kf_scratch scratch = { 0 };
        kaffe_bytes input = { .data = lies[i].data, .size = lies[i].size };
        struct result result =
            decompress(&decompressor, lies[i].codec, input, (size_t)1 << 30, &scratch);
        assert_int_equal(result.status, lies[i].status);
        assert_in_range(scratch.capacity, 0, 65536);
        kf_scratch_fini(&scratch);
    }
    kf_decompressor_fini(&decompressor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_comes_out),
        cmocka_unit_test(the_limit_itself_is_allowed),
        cmocka_unit_test(one_byte_beyond_the_limit_is_too_large),
        cmocka_unit_test(a_bomb_ends_at_the_limit),
        cmocka_unit_test(input_cut_anywhere_is_bad_data),
        cmocka_unit_test(the_contexts_survive_bad_data),
        cmocka_unit_test(an_empty_result_is_not_null),
        cmocka_unit_test(memory_and_contexts_are_used_again),
        cmocka_unit_test(a_larger_scratch_does_not_lift_the_limit),
        cmocka_unit_test(lying_sizes_are_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
