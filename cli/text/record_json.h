/* SPDX-License-Identifier: MIT
 * A record from a JSON object, for `produce -J`: what `consume -J` has written, and what is written
 * by hand: every member may be missing. */
#ifndef CLI_RECORD_JSON_H
#define CLI_RECORD_JSON_H

#include "kaffe.h"

struct cli_record_json;

/** @return NULL: KAFFE_NO_MEMORY */
struct cli_record_json *cli_record_json_new(kaffe_error *err);
void cli_record_json_free(struct cli_record_json *json);

/**
 * Reads key, payload, headers, ts and partition; everything else is left alone.
 * @param record     lent until the next call
 * @param partition  KAFFE_ANY_PARTITION where none is named
 * @return KAFFE_OK; KAFFE_INVALID: err says what is wrong and where; KAFFE_NO_MEMORY
 */
kaffe_status cli_record_json_read(struct cli_record_json *json, kaffe_bytes line,
                                  kaffe_record *record, int32_t *partition, kaffe_error *err);

#endif
