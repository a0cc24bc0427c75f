/* SPDX-License-Identifier: MIT
 * The short texts of a configuration: endpoints, KAFKA_URL, partitions, positions, offsets of the
 * command line. What is taken means the same when it is written out and read again. */
#include "endpoints.h"
#include "fuzz.h"
#include "heroku.h"
#include "offset_text.h"
#include "partition_ranges.h"
#include "position.h"

#include <stdio.h>
#include <string.h>

static void hear(const char *problem, void *ctx)
{
    (void)ctx;
    fuzz_require(*problem && !strchr(problem, '\n'));
}

static void touch_endpoints(const struct kf_endpoint_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        char text[KF_ENDPOINT_TEXT_SIZE];
        struct kf_endpoint_list again = { 0 };
        kaffe_error err;
        kf_endpoint_text(&list->items[i], text, sizeof text);
        fuzz_require(kf_endpoints_parse(&again, text, &err) == KAFFE_OK && again.count == 1);
        fuzz_require(strcmp(again.items[0].host, list->items[i].host) == 0);
        fuzz_require(again.items[0].port == list->items[i].port);
        kf_endpoints_fini(&again);
    }
}

static void try_endpoints(const char *text)
{
    struct kf_endpoint_list list = { 0 };
    kaffe_error err;
    if (kf_endpoints_parse(&list, text, &err) == KAFFE_OK) {
        touch_endpoints(&list);
        kf_endpoints_fini(&list);
    } else {
        hear(err.message, NULL);
    }
}

static void try_url(const char *text)
{
    struct kf_heroku heroku = { 0 };
    struct kf_problems problems = { .report = hear };
    kaffe_error err;
    fuzz_require(kf_heroku_read_url(&heroku, text, &problems));
    struct kf_endpoint_list list = { 0 };
    if (problems.count == 0) {
        fuzz_require(kf_endpoints_parse(&list, heroku.endpoints, &err) == KAFFE_OK);
        kf_endpoints_fini(&list);
    }
    kf_heroku_fini(&heroku);
}

static void try_ranges(const char *text)
{
    struct kf_partition_ranges ranges;
    if (kf_partition_ranges_read(&ranges, text) != KF_RANGES_OK)
        return;
    for (size_t i = 0; i < ranges.count; i++) {
        fuzz_require(0 <= ranges.items[i].first && ranges.items[i].first <= ranges.items[i].last);
        fuzz_require(kf_partition_ranges_have(&ranges, ranges.items[i].last));
    }
    kf_partition_ranges_beyond(&ranges, 7);
    kf_partition_ranges_fini(&ranges);
}

static void try_positions(const char *text)
{
    struct kf_position position;
    struct cli_offset offset;
    kaffe_error err;
    kf_position_read_start(&position, text);
    kf_position_read_stop(&position, text);
    if (cli_offset_read(text, &offset, &err) != KAFFE_OK)
        return;
    fuzz_touch(kaffe_text(offset.value));
    kf_position_read_start(&position, offset.value); /* "-0" is the library's to refuse */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    fuzz_require(text != NULL);
    try_endpoints(text);
    try_url(text);
    try_ranges(text);
    try_positions(text);
    free(text);
    return 0;
}
