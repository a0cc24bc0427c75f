/* SPDX-License-Identifier: MIT
 * One member of a JSON object: enough for what identity providers answer, and for what stands in a
 * JWT. The text is hostile: whatever is not an object of valid JSON has no members. */
#ifndef KF_JSON_MEMBER_H
#define KF_JSON_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A string without escapes: "access_token". @param out  ended; cut to nothing if it is too small
 *  @return false: there is no such member, it is no such string, or too long */
bool kf_json_text(const char *json, size_t size, const char *name, char *out, size_t out_size);

/** A whole number; a fraction is dropped. @return false: there is none */
bool kf_json_number(const char *json, size_t size, const char *name, int64_t *number);

#endif
