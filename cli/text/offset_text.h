/* SPDX-License-Identifier: MIT
 * kcat's words for where to begin and to end, as the options start_at and stop_at say them. */
#ifndef CLI_OFFSET_TEXT_H
#define CLI_OFFSET_TEXT_H

#include "kaffe.h"

struct cli_offset {
    const char *option; /* "start_at", "stop_at"; NULL: "stored", which is where a group stands */
    char value[24]; /* "earliest", "42", "-10", "@1700000000000" */
};

/**
 * @param text  beginning, end, stored, N, -N, s@MS or e@MS
 * @return KAFFE_OK; KAFFE_INVALID: none of these, err names it
 */
kaffe_status cli_offset_read(const char *text, struct cli_offset *offset, kaffe_error *err);

#endif
