/* SPDX-License-Identifier: MIT */
#include "token.h"

#include "clock.h"
#include "error.h"
#include "token_command.h"

#include <string.h>

enum {
    COMMAND_MS = 10 * 1000,
    ANSWER_SIZE = 2 * KF_TOKEN_SIZE
};

static kaffe_status prefix(kaffe_error *err, const char *option, const kaffe_error *why)
{
    return kf_error_set(err, why->status, "%s: %s", option, why->message);
}

static kaffe_status ask_command(const char *command, struct kaffe_token *token, kaffe_error *err)
{
    size_t size;
    char answer[ANSWER_SIZE];
    kaffe_status status =
        kf_token_command_run(command, COMMAND_MS, answer, sizeof answer, &size, err);
    if (status == KAFFE_OK)
        status = kf_token_read(token, answer, size, kf_clock_date_ms(), err);
    explicit_bzero(answer, sizeof answer);
    return status;
}

kaffe_status kf_token_get(const struct kf_security_settings *settings, struct kaffe_token *token,
                          kaffe_error *err)
{
    kaffe_error why;
    kf_error_ok(&why);
    *token = (struct kaffe_token){ 0 };
    const char *option =
        settings->token ? "sasl_oauthbearer_token" : "sasl_oauthbearer_token_command";
    kaffe_status status = settings->token ? settings->token(token, settings->token_ctx, &why)
                                          : ask_command(settings->token_command, token, &why);
    if (status != KAFFE_OK)
        why.status = status; /* a callback may have said it only once */
    else
        status = kf_token_complete(token, kf_clock_date_ms(), &why);
    if (status == KAFFE_OK)
        return kf_error_ok(err);
    kf_token_fini(token);
    return prefix(err, option, &why);
}

int64_t kf_token_fresh_ms(const struct kaffe_token *token, int64_t now_ms)
{
    return (token->expires_at_ms - now_ms) / 5 * 4;
}
