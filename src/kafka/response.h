/* SPDX-License-Identifier: MIT
 * Kafka's and librdkafka's error codes as what a program can act on. */
#ifndef KF_RESPONSE_H
#define KF_RESPONSE_H

#include "kaffe.h"

#include <stdbool.h>
#include <stdint.h>

#define KF_CODE_NO_ANSWER (-192) /* librdkafka's: a record's time ran out */

/** KAFFE_DENIED, KAFFE_TIMED_OUT (no broker answers), KAFFE_UNSUPPORTED or KAFFE_KAFKA; 0 is
 *  KAFFE_OK. */
kaffe_status kf_response_status(int32_t code);
/** KAFFE_ERROR_RETRIABLE where the same call may succeed later, else 0. */
uint32_t kf_response_flags(int32_t code);
/** librdkafka's sentence for a code; static. */
const char *kf_response_text(int32_t code);
bool kf_response_topic_unknown(int32_t code);
/** A connection was refused, by us or by the broker: TLS, or a login. */
bool kf_response_is_login(int32_t code);

#endif
