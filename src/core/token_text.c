/* SPDX-License-Identifier: MIT */
#include "token_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json_member.h"
#include "secret.h"

enum {
    LIFE_UNKNOWN_MS = 5 * 60 * 1000,
    PRINCIPAL_SIZE = 512
};

#define LATEST_MS (INT64_MAX / 4) /* a time that is farther off is a mistake, or a trap */

void kaffe_token_set(kaffe_token *token, const char *value, const char *principal,
                     int64_t expires_at_ms)
{
    kf_token_fini(token);
    token->value = value ? strdup(value) : NULL;
    token->principal = principal ? strdup(principal) : NULL;
    token->expires_at_ms = expires_at_ms;
}

void kf_token_fini(struct kaffe_token *token)
{
    kf_secret_free(token->value);
    free(token->principal);
    *token = (struct kaffe_token){ 0 };
}

/* --- what a command prints ---------------------------------------------------------------- */

static kaffe_status read_json(struct kaffe_token *token, const char *text, size_t size,
                              int64_t now_ms, kaffe_error *err)
{
    int64_t life_s;
    char value[KF_TOKEN_SIZE];
    if (!kf_json_text(text, size, "access_token", value, sizeof value))
        return kf_error_set(err, KAFFE_FAILED, "prints JSON without an access_token");
    bool said = kf_json_number(text, size, "expires_in", &life_s) && life_s > 0 &&
                life_s < LATEST_MS / 1000;
    kaffe_token_set(token, value, NULL, said ? now_ms + life_s * 1000 : 0);
    explicit_bzero(value, sizeof value);
    return token->value ? KAFFE_OK : kf_error_no_memory(err);
}

kaffe_status kf_token_read(struct kaffe_token *token, const char *text, size_t size, int64_t now_ms,
                           kaffe_error *err)
{
    while (size > 0 && isspace((unsigned char)*text)) {
        text++;
        size--;
    }
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    if (size == 0)
        return kf_error_set(err, KAFFE_FAILED, "prints nothing");
    if (*text == '{')
        return read_json(token, text, size, now_ms, err);
    token->value = strndup(text, size);
    return token->value ? KAFFE_OK : kf_error_no_memory(err);
}

/* --- what a token tells ------------------------------------------------------------------- */

static int base64url_value(char c)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

/** @return the decoded size; 0: it is none, or does not fit */
static size_t decode(const char *text, size_t size, char *out, size_t out_size)
{
    unsigned bits = 0;
    int bit_count = 0;
    size_t filled = 0;
    for (size_t i = 0; i < size; i++) {
        int value = base64url_value(text[i]);
        if (value < 0 || filled == out_size)
            return 0;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[filled++] = (char)(bits >> bit_count & 0xff);
        }
    }
    return filled;
}

/* A JWT is three parts with dots between; the middle one speaks. */
static void ask_jwt(struct kaffe_token *token)
{
    char claims[KF_TOKEN_SIZE];
    char subject[PRINCIPAL_SIZE];
    int64_t expires_s;
    const char *begin = strchr(token->value, '.');
    const char *end = begin ? strchr(begin + 1, '.') : NULL;
    if (!end)
        return;
    size_t size = decode(begin + 1, (size_t)(end - begin - 1), claims, sizeof claims);
    if (token->expires_at_ms == 0 && kf_json_number(claims, size, "exp", &expires_s) &&
        expires_s > 0 && expires_s < LATEST_MS / 1000)
        token->expires_at_ms = expires_s * 1000;
    if (!token->principal && kf_json_text(claims, size, "sub", subject, sizeof subject))
        token->principal = strdup(subject);
    explicit_bzero(claims, sizeof claims);
}

/* RFC 6750's b64token, and no more: another byte would become a part of the message around it. */
static bool is_token(const char *value)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    return *value && strspn(value, letters) == strlen(value);
}

kaffe_status kf_token_complete(struct kaffe_token *token, int64_t now_ms, kaffe_error *err)
{
    if (!token->value)
        return kf_error_set(err, KAFFE_FAILED, "gives no token");
    if (!is_token(token->value) || strlen(token->value) >= KF_TOKEN_SIZE)
        return kf_error_set(err, KAFFE_FAILED,
                            "gives what is no token: letters, digits and -._~+/= are");
    ask_jwt(token);
    if (token->expires_at_ms == 0)
        token->expires_at_ms = now_ms + LIFE_UNKNOWN_MS;
    if (token->expires_at_ms <= now_ms)
        return kf_error_set(err, KAFFE_FAILED, "gives a token that has expired");
    if (!token->principal)
        token->principal = strdup("");
    return token->principal ? kf_error_ok(err) : kf_error_no_memory(err);
}
