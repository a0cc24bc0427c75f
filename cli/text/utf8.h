/* SPDX-License-Identifier: MIT
 * Which bytes are text. */
#ifndef CLI_UTF8_H
#define CLI_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/** Well-formed UTF-8: shortest forms only, no surrogates, nothing beyond U+10FFFF. */
bool cli_is_utf8(const void *bytes, size_t size);

#endif
