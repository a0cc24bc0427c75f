/* SPDX-License-Identifier: MIT */
#include "partition_ranges.h"

#include <stdlib.h>

/* @return behind the number; NULL: there is none, or it is no partition */
static const char *read_partition(const char *at, int32_t *partition)
{
    int64_t number = 0;
    const char *digit = at;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        number = number * 10 + (*digit - '0');
        if (number > INT32_MAX - 1) /* a count is one more */
            return NULL;
    }
    *partition = (int32_t)number;
    return digit == at ? NULL : digit;
}

static const char *skip_space(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* "3" or "3-5", white space around it. @return behind it; NULL: it is none */
static const char *read_range(const char *at, struct kf_partition_range *range)
{
    at = read_partition(skip_space(at), &range->first);
    range->last = range->first;
    if (at && *at == '-')
        at = read_partition(at + 1, &range->last);
    if (!at || range->last < range->first)
        return NULL;
    return skip_space(at);
}

static bool read_all(struct kf_partition_ranges *ranges, const char *at)
{
    for (;;) {
        at = read_range(at, &ranges->items[ranges->count++]);
        if (!at || *at == '\0')
            return at != NULL;
        if (*at++ != ',')
            return false;
    }
}

enum kf_ranges_status kf_partition_ranges_read(struct kf_partition_ranges *ranges, const char *text)
{
    size_t commas = 0;
    *ranges = (struct kf_partition_ranges){ 0 };
    if (!text)
        return KF_RANGES_OK;
    for (const char *at = text; *at; at++)
        commas += *at == ',';
    ranges->items = calloc(commas + 1, sizeof *ranges->items);
    if (!ranges->items)
        return KF_RANGES_NO_MEMORY;
    if (read_all(ranges, text))
        return KF_RANGES_OK;
    kf_partition_ranges_fini(ranges);
    return KF_RANGES_WRONG;
}

void kf_partition_ranges_fini(struct kf_partition_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct kf_partition_ranges){ 0 };
}

bool kf_partition_ranges_have(const struct kf_partition_ranges *ranges, int32_t partition)
{
    for (size_t i = 0; i < ranges->count; i++)
        if (partition >= ranges->items[i].first && partition <= ranges->items[i].last)
            return true;
    return ranges->count == 0;
}

int32_t kf_partition_ranges_beyond(const struct kf_partition_ranges *ranges, int32_t count)
{
    for (size_t i = 0; i < ranges->count; i++) {
        const struct kf_partition_range *range = &ranges->items[i];
        if (range->last >= count)
            return range->first > count ? range->first : count;
    }
    return -1;
}
