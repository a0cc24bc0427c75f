/* SPDX-License-Identifier: MIT */
#include "trouble.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Behind what librdkafka was about to do. */
static const char *reason_of(const char *text)
{
    static const char *const ends[] = { " failed: ", "': " };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const char *end = strstr(text, ends[i]);
        if (end)
            return end + strlen(ends[i]);
    }
    return text;
}

void kf_trouble_text(const char *text, char *out, size_t out_size)
{
    const char *broker_end = strstr(text, ": ");
    size_t size = strcspn(text, "/");
    const char *scheme = strstr(text, "://");
    if (scheme && broker_end && scheme < broker_end)
        size = (size_t)(scheme + 3 - text) + strcspn(scheme + 3, "/");
    if (!broker_end) {
        snprintf(out, out_size, "%s", text);
        return;
    }
    if (size > (size_t)(broker_end - text))
        size = (size_t)(broker_end - text);
    const char *reason = reason_of(broker_end + 2);
    const char *aside = strstr(reason, " (after ");
    int reason_size = (int)(aside ? (size_t)(aside - reason) : strlen(reason));
    snprintf(out, out_size, "%.*s: %c%.*s", (int)size, text, tolower((unsigned char)*reason),
             reason_size > 0 ? reason_size - 1 : 0, *reason ? reason + 1 : "");
}
