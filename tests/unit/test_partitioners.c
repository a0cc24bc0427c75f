/* SPDX-License-Identifier: MIT
 * The built-in strategies choose what the clients they come from chose: data/md5_partition.tsv was
 * written by Elixir Kaffe, data/partitioners.tsv by Java's client and librdkafka. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kaffe.h"

struct vector {
    unsigned char key[2048];
    size_t key_size;
    int32_t partition_count;
    int32_t partition;
};

static int32_t choose(const char *strategy, int32_t current, int32_t count, kaffe_bytes key)
{
    kaffe_partition_fn function = kaffe_partition_strategy(strategy);
    assert_non_null(function);
    return function("topic", current, count, key, (kaffe_bytes){ NULL, 0 }, NULL);
}

/** "6b6579<TAB>32<TAB>5" */
static void read_vector(const char *text, struct vector *vector)
{
    vector->key_size = 0;
    for (; *text != '\t'; text += 2) {
        char hex[3] = { text[0], text[1], '\0' };
        assert_true(vector->key_size < sizeof vector->key);
        vector->key[vector->key_size++] = (unsigned char)strtoul(hex, NULL, 16);
    }
    char *end;
    vector->partition_count = (int32_t)strtol(text, &end, 10);
    vector->partition = (int32_t)strtol(end, &end, 10);
    assert_int_equal(*end, '\n');
}

/* A line of that algorithm. */
static bool begins_with(const char *line, const char *algorithm)
{
    size_t size = strlen(algorithm);
    return strncmp(line, algorithm, size) == 0 && line[size] == '\t';
}

/** @return how many vectors of `algorithm` (NULL: the file has no such column) the file has */
static size_t assert_vectors(const char *file, const char *algorithm, const char *strategy)
{
    char line[8192];
    struct vector vector;
    size_t count = 0;
    size_t algorithm_size = algorithm ? strlen(algorithm) : 0;
    FILE *vectors = fopen(file, "r");
    assert_non_null(vectors);
    assert_non_null(fgets(line, sizeof line, vectors)); /* the column names */
    while (fgets(line, sizeof line, vectors)) {
        if (algorithm && !begins_with(line, algorithm))
            continue;
        read_vector(algorithm ? line + algorithm_size + 1 : line, &vector);
        kaffe_bytes key = { vector.key, vector.key_size };
        int32_t partition = choose(strategy, -1, vector.partition_count, key);
        if (partition != vector.partition)
            fail_msg("%s chooses %d: %s", strategy, partition, line);
        count++;
    }
    fclose(vectors);
    return count;
}

static void md5_is_elixir_kaffes(void **state)
{
    (void)state;
    assert_int_equal(assert_vectors(TEST_DATA "/md5_partition.tsv", NULL, "md5"), 286);
}

static void murmur2_is_javas(void **state)
{
    (void)state;
    assert_int_equal(assert_vectors(TEST_DATA "/partitioners.tsv", "java_murmur2", "murmur2"), 320);
}

static void fnv1a_is_librdkafkas_and_saramas(void **state)
{
    (void)state;
    assert_int_equal(assert_vectors(TEST_DATA "/partitioners.tsv", "librdkafka_fnv1a", "fnv1a"),
                     320);
}

static void crc32_is_librdkafkas_consistent(void **state)
{
    (void)state;
    assert_int_equal(
        assert_vectors(TEST_DATA "/partitioners.tsv", "librdkafka_consistent", "crc32"), 320);
}

static void a_null_key_goes_anywhere(void **state)
{
    (void)state;
    const char *strategies[] = { "md5", "murmur2", "fnv1a", "crc32", "random" };
    for (size_t s = 0; s < 5; s++) {
        bool seen[4] = { false };
        for (int i = 0; i < 1000; i++) {
            int32_t partition = choose(strategies[s], -1, 4, (kaffe_bytes){ NULL, 0 });
            assert_in_range(partition, 0, 3);
            seen[partition] = true;
        }
        for (size_t i = 0; i < 4; i++)
            assert_true(seen[i]);
    }
}

static void an_empty_key_is_hashed(void **state)
{
    (void)state;
    kaffe_bytes empty = { "", 0 };
    for (int i = 0; i < 10; i++) {
        assert_int_equal(choose("md5", -1, 32, empty), 9);
        assert_int_equal(choose("murmur2", -1, 32, empty), 25);
        assert_int_equal(choose("fnv1a", -1, 32, empty), 27);
        assert_int_equal(choose("crc32", -1, 32, empty), 0);
    }
}

static void round_robin_begins_at_0_and_wraps(void **state)
{
    (void)state;
    kaffe_bytes key = kaffe_text("any");
    int32_t partition = -1;
    for (int32_t i = 0; i < 7; i++) {
        partition = choose("round_robin", partition, 3, key);
        assert_int_equal(partition, i % 3);
    }
    assert_int_equal(choose("round_robin", 0, 1, key), 0);
}

static void round_robin_survives_another_partition_count(void **state)
{
    (void)state;
    kaffe_bytes key = kaffe_text("any");
    assert_int_equal(choose("round_robin", 2, 5, key), 3);
    assert_int_equal(choose("round_robin", 9, 5, key), 0);
    assert_int_equal(choose("round_robin", INT32_MAX, INT32_MAX, key), 0);
}

static void no_partition_of_none_is_chosen(void **state)
{
    (void)state;
    const char *strategies[] = { "md5", "murmur2", "fnv1a", "crc32", "random", "round_robin" };
    for (size_t s = 0; s < 6; s++) {
        assert_int_equal(choose(strategies[s], -1, 0, kaffe_text("key")), -1);
        assert_int_equal(choose(strategies[s], -1, -1, (kaffe_bytes){ NULL, 0 }), -1);
    }
}

static void strategies_have_names(void **state)
{
    (void)state;
    assert_ptr_equal(kaffe_partition_strategy("md5"), kaffe_partition_md5);
    assert_ptr_equal(kaffe_partition_strategy("round_robin"), kaffe_partition_round_robin);
    assert_ptr_equal(kaffe_partition_strategy("random"), kaffe_partition_random);
    assert_ptr_equal(kaffe_partition_strategy("murmur2"), kaffe_partition_murmur2);
    assert_ptr_equal(kaffe_partition_strategy("fnv1a"), kaffe_partition_fnv1a);
    assert_ptr_equal(kaffe_partition_strategy("crc32"), kaffe_partition_crc32);
    assert_null(kaffe_partition_strategy("md4"));
    assert_null(kaffe_partition_strategy(""));
    assert_null(kaffe_partition_strategy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md5_is_elixir_kaffes),
        cmocka_unit_test(murmur2_is_javas),
        cmocka_unit_test(fnv1a_is_librdkafkas_and_saramas),
        cmocka_unit_test(crc32_is_librdkafkas_consistent),
        cmocka_unit_test(a_null_key_goes_anywhere),
        cmocka_unit_test(an_empty_key_is_hashed),
        cmocka_unit_test(round_robin_begins_at_0_and_wraps),
        cmocka_unit_test(round_robin_survives_another_partition_count),
        cmocka_unit_test(no_partition_of_none_is_chosen),
        cmocka_unit_test(strategies_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
