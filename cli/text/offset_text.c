/* SPDX-License-Identifier: MIT */
#include "offset_text.h"

#include "complain.h"

#include <stdio.h>

enum {
    DIGITS_MAX = 19 /* of INT64_MAX */
};

static const struct {
    const char *word, *option, *value;
} words[] = {
    { "beginning", "start_at", "earliest" },
    { "earliest", "start_at", "earliest" },
    { "end", "start_at", "latest" },
    { "latest", "start_at", "latest" },
    { "stored", NULL, "" },
};

static const struct {
    const char *before, *option, *value_before;
} numbers[] = {
    { "s@", "start_at", "@" },
    { "e@", "stop_at", "@" },
    { "-", "start_at", "-" },
    { "", "start_at", "" },
};

static bool is_number(const char *text)
{
    size_t size = strlen(text);
    return size > 0 && size <= DIGITS_MAX && strspn(text, "0123456789") == size;
}

kaffe_status cli_offset_read(const char *text, struct cli_offset *offset, kaffe_error *err)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i].word) == 0) {
            offset->option = words[i].option;
            snprintf(offset->value, sizeof offset->value, "%s", words[i].value);
            return KAFFE_OK;
        }
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        size_t size = strlen(numbers[i].before);
        if (strncmp(text, numbers[i].before, size) == 0 && is_number(text + size)) {
            offset->option = numbers[i].option;
            snprintf(offset->value, sizeof offset->value, "%s%s", numbers[i].value_before,
                     text + size);
            return KAFFE_OK;
        }
    }
    return cli_complain(err, KAFFE_INVALID,
                        "-o %.60s: must be beginning, end, stored, N, -N, s@MS or e@MS", text);
}
