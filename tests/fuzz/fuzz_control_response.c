/* SPDX-License-Identifier: MIT
 * The other responses of a lying broker: ApiVersions, Metadata and ListOffsets. The first byte of
 * the input says which: 0 ApiVersions, 1 to 7 Metadata of that version, 8 to 12 ListOffsets 1 to 5.
 */
#include "frames.h"
#include "fuzz.h"
#include "list_offsets.h"
#include "metadata.h"
#include "versions.h"

#include <stdlib.h>
#include <string.h>

static void read_versions(kaffe_bytes body)
{
    struct kf_versions versions;
    kaffe_error err;
    if (kf_versions_decode(body, &versions, &err) != KAFFE_OK) {
        fuzz_require(err.message[0] != 0);
        return;
    }
    fuzz_require(versions.fetch >= 4 && versions.fetch <= 11);
    fuzz_require(versions.list_offsets >= 1 && versions.list_offsets <= 5);
    fuzz_require(versions.metadata >= 1 && versions.metadata <= 7);
}

static void read_metadata(kaffe_bytes body, int16_t version)
{
    struct kf_metadata metadata;
    kaffe_error err;
    if (kf_metadata_decode(body, version, &metadata, &err) != KAFFE_OK) {
        fuzz_require(metadata.memory == NULL && err.message[0] != 0);
        return;
    }
    for (size_t i = 0; i < metadata.broker_count; i++)
        fuzz_touch(kaffe_text(metadata.brokers[i].host));
    for (size_t i = 0; i < metadata.topic_count; i++) {
        const struct kf_metadata_topic *topic = &metadata.topics[i];
        fuzz_touch(kaffe_text(topic->name));
        for (size_t j = 0; j < topic->partition_count; j++)
            fuzz_require(topic->partitions[j].index >= 0);
    }
    kf_metadata_fini(&metadata);
}

static void take_answer(const struct kf_list_offsets_answer *answer, void *ctx)
{
    size_t *count = ctx;
    ++*count;
    fuzz_touch(answer->topic);
}

static void read_list_offsets(kaffe_bytes body, int16_t version)
{
    size_t count = 0;
    int32_t throttle_ms;
    kaffe_error err;
    if (kf_list_offsets_decode(body, version, take_answer, &count, &throttle_ms, &err) != KAFFE_OK)
        fuzz_require(err.message[0] != 0);
    fuzz_require(count <= body.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    void *copy = exact_copy(data + 1, size - 1);
    kaffe_bytes body = { .data = copy, .size = size - 1 };
    int which = data[0] % 13;
    if (which == 0)
        read_versions(body);
    else if (which <= 7)
        read_metadata(body, (int16_t)which);
    else
        read_list_offsets(body, (int16_t)(which - 7));
    free(copy);
    return 0;
}
