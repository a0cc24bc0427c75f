/* SPDX-License-Identifier: MIT
 * A login over a connection's requests, and when it has to be renewed. It writes the requests; its
 * channel sends them and brings the answers. Threads: the I/O thread. */
#ifndef KF_LOGIN_H
#define KF_LOGIN_H

#include "kaffe.h"
#include "sasl_client.h"

#include <stdbool.h>
#include <stdint.h>

struct kf_channel;

struct kf_login {
    struct kf_sasl_client client;
    bool shaken; /* the broker takes the mechanism */
    int64_t renew_at_ms; /* INT64_MAX: never */
};

void kf_login_init(struct kf_login *login);
void kf_login_fini(struct kf_login *login);

/** Writes the first request into channel->request. @return KAFFE_OK; KAFFE_UNSUPPORTED: the broker
 *  knows no login, err says so */
kaffe_status kf_login_begin(struct kf_login *login, struct kf_channel *channel, kaffe_error *err);
/**
 * @param body      of the broker's answer
 * @param complete  false: the next request is in channel->request
 * @return KAFFE_OK; KAFFE_DENIED: refused, by the broker or by us; KAFFE_KAFKA, KAFFE_NO_MEMORY
 */
kaffe_status kf_login_answer(struct kf_login *login, struct kf_channel *channel, kaffe_bytes body,
                             bool *complete, kaffe_error *err);

#endif
