/* SPDX-License-Identifier: MIT
 * What librdkafka says when TLS or a login does not come about, in words that name the cause. For
 * the sources of this folder only. */
#ifndef KF_LOGIN_TROUBLE_H
#define KF_LOGIN_TROUBLE_H

#include "handle_login.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Asks librdkafka to tell the causes, which its own words leave out. */
void kf_handle_login_listen(rd_kafka_conf_t *conf);

/**
 * @param text  librdkafka's, of an error event with that code
 * @param out   "kafka:9093: self-signed: ..."; the text as it is, if it is not about a login
 * @return it was refused for good, by us or by the broker: trying again changes nothing
 */
bool kf_handle_login_trouble(struct kf_handle_login *login, int32_t code, const char *text,
                             char *out, size_t out_size);

#endif
