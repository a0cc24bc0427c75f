/* SPDX-License-Identifier: MIT */
#include "problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

enum {
    LINE_MAX_BYTES = 1024,
    MORE_MAX_BYTES = 32 /* "; and 12345 more" */
};

/* In order and without gaps: after the first that does not fit, none is shown. */
static void join(struct kf_problems *problems, const char *line)
{
    size_t used = strlen(problems->joined);
    size_t room = sizeof problems->joined - used;
    if (problems->count == 0) {
        snprintf(problems->joined, sizeof problems->joined - MORE_MAX_BYTES, "%s", line);
        problems->shown_count = 1;
    } else if (problems->shown_count == problems->count &&
               strlen(line) + strlen("; ") + MORE_MAX_BYTES <= room) {
        snprintf(problems->joined + used, room, "; %s", line);
        problems->shown_count++;
    }
}

void kf_problems_add(struct kf_problems *problems, const char *line, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;
    va_start(args, line);
    vsnprintf(text, sizeof text, line, args);
    va_end(args);
    join(problems, text);
    problems->count++;
    if (problems->report)
        problems->report(text, problems->ctx);
}

kaffe_status kf_problems_status(const struct kf_problems *problems, kaffe_error *err)
{
    if (problems->count == 0)
        return kf_error_ok(err);
    size_t more = problems->count - problems->shown_count;
    if (more == 0)
        return kf_error_set(err, KAFFE_INVALID, "%s", problems->joined);
    return kf_error_set(err, KAFFE_INVALID, "%s; and %zu more", problems->joined, more);
}
