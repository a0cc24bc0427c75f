/* SPDX-License-Identifier: MIT
 * Why a broker can not be reached, in a few words. */
#ifndef KF_TROUBLE_H
#define KF_TROUBLE_H

#include <stddef.h>

/** Of librdkafka's "kafka:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused
 *  (after 1ms in state CONNECT)" makes "kafka:9092: connection refused". What is of another form is
 *  left as it is, but for the brackets. */
void kf_trouble_text(const char *text, char *out, size_t out_size);

#endif
