/* SPDX-License-Identifier: MIT
 * A record from a line of text, for `produce`. */
#ifndef CLI_RECORD_TEXT_H
#define CLI_RECORD_TEXT_H

#include "kaffe.h"

/* What is the same for all lines. */
struct cli_record_rules {
    kaffe_bytes key_delimiter; /* the key stands before its first occurrence; null: there is none */
    kaffe_bytes key; /* of lines that have none of their own */
    bool empty_is_null; /* keys and values */
};

/** Points into the line, and has no headers. */
kaffe_record cli_record_of_line(const struct cli_record_rules *rules, kaffe_bytes line);

/** Null, if the rules say so and it is empty. */
kaffe_bytes cli_record_bytes(const struct cli_record_rules *rules, kaffe_bytes bytes);

/** "name=value", "name=" or "name", whose value is null. @return KAFFE_INVALID: it has no name */
kaffe_status cli_record_header(const char *text, kaffe_header *header, kaffe_error *err);

#endif
