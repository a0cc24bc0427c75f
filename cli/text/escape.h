/* SPDX-License-Identifier: MIT
 * Bytes as they are written on a command line: \n \r \t \\ and \xNN, \NNN (decimal; octal with a
 * leading 0) for any byte. A backslash before anything else stands for nothing. */
#ifndef CLI_ESCAPE_H
#define CLI_ESCAPE_H

#include "kaffe.h"

/**
 * Reads one byte of *text, or what an escape there stands for; *text then stands behind it.
 * @return KAFFE_OK; KAFFE_INVALID: an escape that is no byte, err names it
 */
kaffe_status cli_escape_next(const char **text, char *byte, kaffe_error *err);

/** Reads all of it. @param bytes  room for strlen(text) */
kaffe_status cli_unescape(const char *text, char *bytes, size_t *size, kaffe_error *err);

#endif
