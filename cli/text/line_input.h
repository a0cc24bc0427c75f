/* SPDX-License-Identifier: MIT
 * Pieces of a file or pipe between delimiters: binary, of any size up to a bound, and as soon as
 * they are there. */
#ifndef CLI_LINE_INPUT_H
#define CLI_LINE_INPUT_H

#include "kaffe.h"

struct cli_lines;

struct cli_lines_options {
    int fd; /* the caller's */
    int stop_fd; /* readable: no more is read; -1: none */
    kaffe_bytes delimiter; /* lent while the lines live; empty: everything is one line */
    size_t max_bytes; /* of a line */
};

/** @return NULL: KAFFE_NO_MEMORY */
struct cli_lines *cli_lines_new(const struct cli_lines_options *options, kaffe_error *err);
void cli_lines_free(struct cli_lines *lines);

/**
 * The next line without its delimiter; empty ones are passed over, and one that the end of the file
 * ends is one. Waits for it.
 * @param line  data NULL: there are no more, or stop_fd said so; else lent until the next call. Of
 * a line that is too large: its size
 * @return KAFFE_OK; KAFFE_INVALID: a line is too large, and was read to its end; KAFFE_FAILED:
 *         reading; KAFFE_NO_MEMORY
 */
kaffe_status cli_lines_next(struct cli_lines *lines, kaffe_bytes *line, kaffe_error *err);

/** Of the line that was read last, from 1, empty ones counted. */
int64_t cli_lines_number(const struct cli_lines *lines);

#endif
