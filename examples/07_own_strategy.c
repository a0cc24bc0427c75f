/* SPDX-License-Identifier: MIT
 * A partition strategy of one's own: urgent records have partition 0 for themselves, all others are
 * spread over the rest by their key.
 *
 *     07_own_strategy [host:port]      writes four records to the topic greetings */
#include <kaffe.h>
#include <stdio.h>

static int32_t urgent_first(const char *topic, int32_t current_partition, int32_t partition_count,
                            kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    if (partition_count == 1 || (key.size >= 7 && memcmp(key.data, "urgent-", 7) == 0))
        return 0;
    return 1 +
           kaffe_partition_murmur2(topic, current_partition, partition_count - 1, key, value, ctx);
}

int main(int argc, char **argv)
{
    const kaffe_record records[] = {
        { .key = kaffe_text("urgent-1"), .value = kaffe_text("fire") },
        { .key = kaffe_text("anna"), .value = kaffe_text("hello") },
        { .key = kaffe_text("urgent-2"), .value = kaffe_text("water") },
        { .key = kaffe_text("otto"), .value = kaffe_text("hello") },
    };
    enum {
        COUNT = sizeof records / sizeof *records
    };
    kaffe_result results[COUNT];
    kaffe_error err;
    kaffe_producer_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings",
        .partition_strategy = urgent_first,
    };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    if (!producer) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    if (kaffe_produce_batch(producer, NULL, KAFFE_ANY_PARTITION, records, COUNT, results, &err) !=
        KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    for (int i = 0; i < COUNT; i++) /* each has a result, whatever became of the others */
        printf("%.*s: %s, partition %d, offset %lld\n", KAFFE_TEXT(records[i].key),
               kaffe_status_text(results[i].status), results[i].partition,
               (long long)results[i].offset);
    kaffe_producer_free(producer);
    return err.status != KAFFE_OK;
}
