/* SPDX-License-Identifier: MIT */
#include "fake_sasl.h"

#include "clock.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define SALT "salt of the fake"
#define ITERATIONS 4096

enum {
    UNSUPPORTED_MECHANISM = 33,
    AUTHENTICATION_FAILED = 58,
    DIGEST_BYTES = 64
};

struct scram_keys {
    uint8_t stored[DIGEST_BYTES];
    uint8_t server[DIGEST_BYTES];
};

static const EVP_MD *digest_of(const struct fake_login *login)
{
    return strstr(login->mechanism, "512") ? EVP_sha512() : EVP_sha256();
}

static void keyed(const EVP_MD *digest, const uint8_t *key, const char *text, uint8_t *out)
{
    HMAC(digest, key, EVP_MD_get_size(digest), (const unsigned char *)text, strlen(text), out,
         NULL);
}

static void scram_keys(const struct fake_login *login, struct scram_keys *keys)
{
    const EVP_MD *digest = digest_of(login);
    uint8_t salted[DIGEST_BYTES];
    uint8_t client[DIGEST_BYTES];
    PKCS5_PBKDF2_HMAC(login->password, (int)strlen(login->password), (const unsigned char *)SALT,
                      (int)strlen(SALT), ITERATIONS, digest, EVP_MD_get_size(digest), salted);
    keyed(digest, salted, "Client Key", client);
    EVP_Digest(client, (size_t)EVP_MD_get_size(digest), keys->stored, NULL, digest, NULL);
    keyed(digest, salted, "Server Key", keys->server);
}

/* @return false: refused */
static bool scram_first(const struct fake_login *login, struct fake_session *session,
                        const char *message, char *challenge, size_t size)
{
    char salt[64];
    char name[80];
    const char *nonce = strstr(message, ",r=");
    snprintf(name, sizeof name, "n,,n=%s,", login->username);
    if (!nonce || strncmp(message, name, strlen(name)) != 0)
        return false;
    EVP_EncodeBlock((unsigned char *)salt, (const unsigned char *)SALT, (int)strlen(SALT));
    snprintf(challenge, size, "r=%.64sXYZ,s=%s,i=%d", nonce + 3, salt, ITERATIONS);
    snprintf(session->first_messages, sizeof session->first_messages, "%.200s,%.300s", message + 3,
             challenge);
    return true;
}

static bool scram_last(const struct fake_login *login, const struct fake_session *session,
                       const char *message, char *challenge, size_t size)
{
    const EVP_MD *digest = digest_of(login);
    int bytes = EVP_MD_get_size(digest);
    struct scram_keys keys;
    char signed_text[1000];
    uint8_t proof[DIGEST_BYTES + 3];
    uint8_t signature[DIGEST_BYTES];
    uint8_t stored[DIGEST_BYTES];
    char verifier[100];
    const char *at = strstr(message, ",p=");
    if (!at || EVP_DecodeBlock(proof, (const unsigned char *)at + 3, (int)strlen(at + 3)) < bytes)
        return false;
    scram_keys(login, &keys);
    snprintf(signed_text, sizeof signed_text, "%s,%.*s", session->first_messages,
             (int)(at - message), message);
    keyed(digest, keys.stored, signed_text, signature);
    for (int i = 0; i < bytes; i++)
        proof[i] ^= signature[i];
    EVP_Digest(proof, (size_t)bytes, stored, NULL, digest, NULL);
    keyed(digest, keys.server, signed_text, signature);
    if (login->lies)
        signature[0] ^= 1;
    EVP_EncodeBlock((unsigned char *)verifier, signature, bytes);
    snprintf(challenge, size, "v=%s", verifier);
    return memcmp(stored, keys.stored, (size_t)bytes) == 0;
}

/* @return 1: logged in, 0: goes on, -1: refused */
static int step(const struct fake_login *login, struct fake_session *session,
                const struct fake_request *request, char *challenge, size_t size)
{
    char expected[300];
    const char *message = (const char *)request->message;
    if (strcmp(login->mechanism, "PLAIN") == 0) {
        int length =
            snprintf(expected, sizeof expected, "%c%s%c%s", 0, login->username, 0, login->password);
        return request->message_size == length && memcmp(message, expected, (size_t)length) == 0
                   ? 1
                   : -1;
    }
    if (strcmp(login->mechanism, "OAUTHBEARER") == 0) {
        if (session->step++ > 0)
            return -1;
        snprintf(expected, sizeof expected, "n,,\1auth=Bearer %s\1\1", login->password);
        if (strcmp(message, expected) == 0)
            return 1;
        snprintf(challenge, size, "{\"status\":\"invalid_token\"}");
        return 0;
    }
    if (session->step++ == 0)
        return scram_first(login, session, message, challenge, size) ? 0 : -1;
    return scram_last(login, session, message, challenge, size) ? 1 : -1;
}

static bool shake(const struct fake_login *login, struct fake_session *session,
                  const struct fake_request *request, struct kf_request *body)
{
    bool known = strcmp(request->mechanism, login->mechanism) == 0;
    session->step = 0;
    kf_write_int16(body, known ? 0 : UNSUPPORTED_MECHANISM);
    kf_write_int32(body, 1);
    kf_write_string(body, login->mechanism);
    return !known;
}

bool fake_sasl_answer(const struct fake_login *login, struct fake_session *session,
                      const struct fake_request *request, struct kf_request *body)
{
    char challenge[512] = "";
    if (request->api == KF_API_SASL_HANDSHAKE)
        return shake(login, session, request, body);
    int outcome = step(login, session, request, challenge, sizeof challenge);
    if (outcome > 0) {
        session->logged_in = true;
        session->expires_ms = login->lifetime_ms ? kf_clock_ms() + login->lifetime_ms : 0;
    }
    kf_write_int16(body, outcome < 0 ? AUTHENTICATION_FAILED : 0);
    kf_write_string(body,
                    outcome < 0 ? "Authentication failed: Invalid username or password" : NULL);
    kf_write_bytes(body, kaffe_text(outcome < 0 ? "" : challenge));
    if (request->version >= 1)
        kf_write_int64(body, outcome > 0 ? login->lifetime_ms : 0);
    return outcome < 0;
}
