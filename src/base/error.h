/* SPDX-License-Identifier: MIT
 * Filling a caller's kaffe_error. The one who knows most sets it once; callers pass it on. */
#ifndef KF_ERROR_H
#define KF_ERROR_H

#include "kaffe.h"

/* Every one of these takes err == NULL. Messages: no "failed to", no trailing dot, no newline. */

/** Clears err. @return KAFFE_OK */
kaffe_status kf_error_ok(kaffe_error *err);

/** @return status */
kaffe_status kf_error_set(kaffe_error *err, kaffe_status status, const char *message, ...)
    KAFFE_PRINTF(3, 4);

/** The same with Kafka's code and KAFFE_ERROR_ flags. @return status */
kaffe_status kf_error_set_kafka(kaffe_error *err, kaffe_status status, int32_t kafka_code,
                                uint32_t flags, const char *message, ...) KAFFE_PRINTF(5, 6);

/** KAFFE_NO_MEMORY, "out of memory". */
kaffe_status kf_error_no_memory(kaffe_error *err);

#endif
