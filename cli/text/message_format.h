/* SPDX-License-Identifier: MIT
 * How a message is printed as text: read once from a command line, then written for each message.
 */
#ifndef CLI_MESSAGE_FORMAT_H
#define CLI_MESSAGE_FORMAT_H

#include "kaffe.h"

#include <stdio.h>

struct cli_format;

/**
 * @param text       tokens %s %S %R %k %K %T %h %t %p %o %%, escapes, and what stands for itself
 * @param null_text  what a null key or value prints as: "", "NULL"; lent while the format lives
 * @return the format; NULL: KAFFE_INVALID (err names the token), KAFFE_NO_MEMORY
 */
struct cli_format *cli_format_new(const char *text, const char *null_text, kaffe_error *err);

/* What is printed where no format is given. */
struct cli_columns {
    bool offset; /* before the key, with the same delimiter behind it */
    const char *key_delimiter; /* behind the key, with escapes; NULL: no key */
    const char *delimiter; /* behind the message, with escapes */
};

/** The same from columns. */
struct cli_format *cli_format_of_columns(const struct cli_columns *columns, const char *null_text,
                                         kaffe_error *err);

void cli_format_free(struct cli_format *format);

void cli_format_write(const struct cli_format *format, const kaffe_message *m, FILE *out);

#endif
