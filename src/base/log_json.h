/* SPDX-License-Identifier: MIT
 * An event as one line of JSON, made of its logfmt fields. Pure. */
#ifndef KF_LOG_JSON_H
#define KF_LOG_JSON_H

#include <stddef.h>

/**
 * {"time":"...","level":"warn","event":"message.failed","topic":"orders","partition":3}
 * Whole numbers are numbers, all else is text; what is no UTF-8 becomes U+FFFD. Fields that do not
 * fit are left out, so that the object is whole.
 * @param size  at least 256. @return the length, without a newline
 */
size_t kf_log_json(char *out, size_t size, const char *time, const char *level, const char *event,
                   const char *fields);

#endif
