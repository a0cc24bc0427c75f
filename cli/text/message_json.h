/* SPDX-License-Identifier: MIT
 * A message as a JSON object on one line, for `consume -J`; record_json.h reads it back. */
#ifndef CLI_MESSAGE_JSON_H
#define CLI_MESSAGE_JSON_H

#include "kaffe.h"

#include <stdio.h>

/**
 * Topic, partition, offset, timestamp, headers (an array of names and values in turn; not there if
 * there are none), key and payload. Null is null. What is not UTF-8 is {"base64":"..."}, not a
 * string, so that no byte is lost. Nothing stands behind the object.
 */
void cli_message_json_write(const kaffe_message *m, FILE *out);

#endif
