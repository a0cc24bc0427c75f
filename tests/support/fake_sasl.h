/* SPDX-License-Identifier: MIT
 * The other side of a login: a fake broker's, computed with OpenSSL alone. */
#ifndef FAKE_SASL_H
#define FAKE_SASL_H

#include "fake_broker.h"

#include <stdbool.h>
#include <stdint.h>

/* Of one connection. */
struct fake_session {
    bool logged_in;
    int step;
    int64_t expires_ms; /* 0: never */
    char first_messages[600]; /* SCRAM: of both sides */
};

/** An answer to SaslHandshake or SaslAuthenticate. @return the login is refused */
bool fake_sasl_answer(const struct fake_login *login, struct fake_session *session,
                      const struct fake_request *request, struct kf_request *body);

#endif
