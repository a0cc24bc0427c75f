/* SPDX-License-Identifier: MIT */
#include "position.h"

#include <string.h>

/* Digits and nothing else, up to INT64_MAX. */
static bool read_number(const char *text, int64_t *number)
{
    *number = 0;
    if (*text == '\0')
        return false;
    for (; *text; text++) {
        int digit = *text - '0';
        if (digit < 0 || digit > 9 || *number > (INT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

/* What both may be. */
static bool read_offset_or_time(struct kf_position *position, const char *text)
{
    bool time = *text == '@';
    position->kind = time ? KF_POSITION_TIME : KF_POSITION_OFFSET;
    return read_number(text + time, &position->number);
}

bool kf_position_read_start(struct kf_position *position, const char *text)
{
    *position = (struct kf_position){ .kind = KF_POSITION_EARLIEST };
    if (strcmp(text, "earliest") == 0)
        return true;
    if (strcmp(text, "latest") == 0) {
        position->kind = KF_POSITION_LATEST;
        return true;
    }
    if (*text != '-')
        return read_offset_or_time(position, text);
    position->kind = KF_POSITION_LAST;
    return read_number(text + 1, &position->number) && position->number > 0;
}

bool kf_position_read_stop(struct kf_position *position, const char *text)
{
    *position = (struct kf_position){ .kind = KF_POSITION_NEVER };
    if (strcmp(text, "never") == 0)
        return true;
    if (strcmp(text, "end") != 0)
        return read_offset_or_time(position, text);
    position->kind = KF_POSITION_LATEST;
    return true;
}
