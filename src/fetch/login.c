/* SPDX-License-Identifier: MIT */
#include "login.h"

#include "channel.h"
#include "error.h"
#include "io.h"
#include "random.h"
#include "sasl_message.h"

#include <string.h>

enum {
    RENEW_PERCENT = 80, /* of a session's lifetime, and up to so many more: not all at once */
    RENEW_SPREAD_PERCENT = 10,
    RENEW_LEAST_MS = 1050 /* Kafka takes no more than one login a second */
};

/* No clock here runs for longer. */
static const int64_t longest_lifetime_ms = INT64_C(1) << 40;

static const struct kf_security_settings *security_of(const struct kf_channel *channel)
{
    return channel->io->settings.security;
}

void kf_login_init(struct kf_login *login)
{
    *login = (struct kf_login){ .renew_at_ms = INT64_MAX };
}

void kf_login_fini(struct kf_login *login)
{
    kf_sasl_client_fini(&login->client);
    kf_login_init(login);
}

kaffe_status kf_login_begin(struct kf_login *login, struct kf_channel *channel, kaffe_error *err)
{
    const char *mechanism = kf_sasl_mechanism_text(security_of(channel)->mechanism);
    if (channel->versions.sasl_handshake < 0 || channel->versions.sasl_authenticate < 0)
        return kf_error_set(err, KAFFE_UNSUPPORTED,
                            "the broker knows no login as of Kafka 1.0 or later (SaslHandshake 1, "
                            "SaslAuthenticate)");
    kf_login_fini(login);
    kf_sasl_handshake_request(&channel->request, kf_channel_next_id(channel),
                              channel->io->settings.client_id, mechanism);
    return kf_error_ok(err);
}

static void renew_in(struct kf_login *login, int64_t now_ms, int64_t lifetime_ms)
{
    login->renew_at_ms = INT64_MAX;
    if (lifetime_ms == 0)
        return;
    if (lifetime_ms > longest_lifetime_ms)
        lifetime_ms = longest_lifetime_ms;
    int64_t percent = RENEW_PERCENT + (int64_t)kf_random_below(RENEW_SPREAD_PERCENT);
    int64_t in_ms = lifetime_ms * percent / 100;
    login->renew_at_ms = now_ms + (in_ms > RENEW_LEAST_MS ? in_ms : RENEW_LEAST_MS);
}

/* Whose login it was: the line is for who looks for a wrong password. */
static void name_login(const struct kf_security_settings *security, kaffe_error *err)
{
    char said[sizeof err->message];
    memcpy(said, err->message, sizeof said);
    if (security->mechanism == KF_SASL_OAUTHBEARER)
        kf_error_set_kafka(err, err->status, err->kafka_code, 0, "%.200s (OAUTHBEARER)", said);
    else
        kf_error_set_kafka(err, err->status, err->kafka_code, 0, "%.160s (%s, user %.40s)", said,
                           kf_sasl_mechanism_text(security->mechanism), security->username);
}

static kaffe_status say(struct kf_login *login, struct kf_channel *channel, kaffe_bytes challenge,
                        bool *complete, kaffe_error *err)
{
    struct kf_sasl_text message;
    kaffe_status status = kf_sasl_client_step(&login->client, challenge, &message, err);
    *complete = status == KAFFE_OK && !message.data;
    if (message.data)
        kf_sasl_authenticate_request(&channel->request, channel->versions.sasl_authenticate,
                                     kf_channel_next_id(channel), channel->io->settings.client_id,
                                     (kaffe_bytes){ message.data, message.size });
    kf_sasl_text_fini(&message);
    return status;
}

static kaffe_status take(struct kf_login *login, struct kf_channel *channel, kaffe_bytes body,
                         bool *complete, kaffe_error *err)
{
    const struct kf_security_settings *security = security_of(channel);
    struct kf_sasl_answer answer = { .challenge = kaffe_text("") };
    kaffe_status status;
    if (login->shaken)
        status =
            kf_sasl_authenticate_decode(body, channel->versions.sasl_authenticate, &answer, err);
    else
        status = kf_sasl_handshake_decode(body, kf_sasl_mechanism_text(security->mechanism), err);
    if (status != KAFFE_OK)
        return status;
    if (!login->shaken)
        kf_sasl_client_init(&login->client, security, channel->io->tokens.value);
    login->shaken = true;
    status = say(login, channel, answer.challenge, complete, err);
    if (*complete) {
        kf_login_fini(login);
        renew_in(login, channel->io->now_ms, answer.lifetime_ms);
    }
    return status;
}

kaffe_status kf_login_answer(struct kf_login *login, struct kf_channel *channel, kaffe_bytes body,
                             bool *complete, kaffe_error *err)
{
    *complete = false;
    kaffe_status status = take(login, channel, body, complete, err);
    if (status == KAFFE_DENIED)
        name_login(security_of(channel), err);
    return status;
}
