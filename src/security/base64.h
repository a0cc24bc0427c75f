/* SPDX-License-Identifier: MIT
 * Base64 as SASL writes it: padded, in one line. */
#ifndef KF_BASE64_H
#define KF_BASE64_H

#include "kaffe.h"

#include <stddef.h>

/** A text to free(); NULL: out of memory. */
char *kf_base64_encode(const void *data, size_t size);
/** @return bytes written to `out`; -1: it is no base64, or more than out_size */
long kf_base64_decode(kaffe_bytes text, unsigned char *out, size_t out_size);

#endif
