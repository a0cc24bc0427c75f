/* SPDX-License-Identifier: MIT
 * What is printed for a message, caught in memory. */
#ifndef PRINTED_H
#define PRINTED_H

#include "message.h"

#include <stdio.h>

/** Partition 3, offset 42, timestamp 1700000000123 by the producer, and no key, value or headers.
 */
struct kf_message printed_message(void);

/** A stream, which the calls below close. */
FILE *printed_start(void);

/** It has these bytes. */
void printed_is(FILE *out, const void *bytes, size_t size);
void printed_is_text(FILE *out, const char *text);

#endif
