/* SPDX-License-Identifier: MIT */
#include "log_limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS 1000
#define LASTING_MS 10000

static size_t lines_of(const struct kf_log_limit *limit)
{
    return limit->lines ? limit->lines : KF_LOG_LINES;
}

/* @param event  NULL: any */
static size_t said_lately(const struct kf_log_limit *limit, const char *event, int64_t now_ms)
{
    size_t count = 0;
    for (size_t i = 0; i < lines_of(limit); i++) {
        const struct kf_log_said *said = &limit->said[i];
        bool lately = said->at_ms && now_ms - said->at_ms <= SECOND_MS;
        count += lately && (!event || strncmp(said->event, event, sizeof said->event - 1) == 0);
    }
    return count;
}

/* The last one is the summary's, and a few are for what is new. */
static bool has_line(const struct kf_log_limit *limit, kaffe_log_level level, const char *event,
                     int64_t now_ms)
{
    bool matters = level == KAFFE_LOG_ERROR || said_lately(limit, event, now_ms) == 0;
    size_t lines = matters ? lines_of(limit) - 1 : lines_of(limit) / 10 * 6;
    return said_lately(limit, NULL, now_ms) < lines;
}

static void say(struct kf_log_limit *limit, const char *event, int64_t now_ms)
{
    struct kf_log_said *said = &limit->said[limit->next];
    said->at_ms = now_ms;
    snprintf(said->event, sizeof said->event, "%s", event);
    limit->next = (limit->next + 1) % lines_of(limit);
}

void kf_log_limit_lost(struct kf_log_limit *limit, const char *event, int64_t now_ms)
{
    if (limit->left_out_count++ == 0)
        limit->first_ms = now_ms;
    limit->last_ms = now_ms;
    for (size_t i = 0; i < KF_LOG_NAMED; i++) {
        struct kf_log_left_out *left_out = &limit->left_out[i];
        if (left_out->count == 0)
            snprintf(left_out->event, sizeof left_out->event, "%s", event);
        if (strncmp(left_out->event, event, sizeof left_out->event - 1) == 0) {
            left_out->count++;
            return;
        }
    }
}

bool kf_log_limit_admit(struct kf_log_limit *limit, kaffe_log_level level, const char *event,
                        int64_t now_ms)
{
    if (!has_line(limit, level, event, now_ms)) {
        kf_log_limit_lost(limit, event, now_ms);
        return false;
    }
    say(limit, event, now_ms);
    return true;
}

static bool is_due(const struct kf_log_limit *limit, int64_t now_ms)
{
    return now_ms - limit->last_ms >= SECOND_MS || now_ms - limit->first_ms >= LASTING_MS;
}

bool kf_log_limit_sum_up(struct kf_log_limit *limit, bool at_once, int64_t now_ms, char *fields,
                         size_t size)
{
    if (limit->left_out_count == 0 || !(at_once || is_due(limit, now_ms)) ||
        said_lately(limit, NULL, now_ms) >= lines_of(limit))
        return false;
    int used = snprintf(fields, size, "count=%" PRId64 " events=\"", limit->left_out_count);
    for (size_t i = 0; i < KF_LOG_NAMED && limit->left_out[i].count; i++)
        used += snprintf(fields + used, size - (size_t)used, "%s%s %" PRId64, i ? ", " : "",
                         limit->left_out[i].event, limit->left_out[i].count);
    snprintf(fields + used, size - (size_t)used, "\"");
    memset(limit->left_out, 0, sizeof limit->left_out);
    limit->left_out_count = 0;
    say(limit, "log.suppressed", now_ms);
    return true;
}

void kf_log_limit_restore(struct kf_log_limit *limit, const struct kf_log_limit *before,
                          int64_t now_ms)
{
    if (limit->left_out_count == 0)
        memcpy(limit->left_out, before->left_out, sizeof limit->left_out);
    limit->left_out_count += before->left_out_count;
    limit->first_ms = now_ms;
    limit->last_ms = now_ms;
}
