/* SPDX-License-Identifier: MIT */
#include "scram.h"

#include "base64.h"
#include "error.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "n,," /* no channel binding, no other identity */
#define HEADER_BASE64 "biws"

enum {
    SALT_BYTES = 1024
};

static const EVP_MD *digest_of(const struct kf_scram *scram)
{
    return scram->digest == KF_SCRAM_SHA_256 ? EVP_sha256() : EVP_sha512();
}

static size_t digest_bytes(const struct kf_scram *scram)
{
    return scram->digest == KF_SCRAM_SHA_256 ? 32 : 64;
}

void kf_scram_init(struct kf_scram *scram, enum kf_scram_digest digest, const char *username,
                   const char *password, const char *nonce)
{
    *scram = (struct kf_scram){ .digest = digest, .username = username, .password = password };
    if (nonce)
        snprintf(scram->nonce, sizeof scram->nonce, "%s", nonce);
}

void kf_scram_fini(struct kf_scram *scram)
{
    free(scram->bare);
    OPENSSL_cleanse(scram, sizeof *scram);
}

static bool make_nonce(struct kf_scram *scram)
{
    uint8_t random[KF_SCRAM_NONCE_BYTES / 4 * 3];
    if (scram->nonce[0])
        return true;
    if (RAND_bytes(random, sizeof random) != 1)
        return false;
    EVP_EncodeBlock((unsigned char *)scram->nonce, random, sizeof random);
    return true;
}

/* Commas and equal signs are the protocol's own. */
static char *append_name(char *at, const char *name)
{
    for (; *name; name++) {
        if (*name == ',' || *name == '=')
            at = stpcpy(at, *name == ',' ? "=2C" : "=3D");
        else
            *at++ = *name;
    }
    *at = 0;
    return at;
}

char *kf_scram_first(struct kf_scram *scram, kaffe_error *err)
{
    size_t most = strlen("n=,r=") + strlen(scram->username) * 3 + KF_SCRAM_NONCE_BYTES + 1;
    char *message = malloc(strlen(HEADER) + most);
    scram->bare = malloc(most);
    if (!message || !scram->bare || !make_nonce(scram)) {
        free(message);
        kf_error_no_memory(err);
        return NULL;
    }
    char *at = append_name(stpcpy(scram->bare, "n="), scram->username);
    stpcpy(stpcpy(at, ",r="), scram->nonce);
    stpcpy(stpcpy(message, HEADER), scram->bare);
    kf_error_ok(err);
    return message;
}

/* --- what the server says ----------------------------------------------------------------- */

struct server_first {
    kaffe_bytes whole;
    kaffe_bytes nonce; /* the client's, and more */
    kaffe_bytes salt; /* base64 */
    kaffe_bytes iterations;
};

/* "<name>=value", which ends before a comma. @return false: something else is there */
static bool take_attribute(kaffe_bytes *text, char name, kaffe_bytes *value)
{
    const char *at = text->data;
    if (text->size < 2 || at[0] != name || at[1] != '=')
        return false;
    const char *comma = memchr(at, ',', text->size);
    size_t size = comma ? (size_t)(comma - at) : text->size;
    *value = (kaffe_bytes){ at + 2, size - 2 };
    size += comma ? 1 : 0;
    *text = (kaffe_bytes){ at + size, text->size - size };
    return true;
}

/* @return 0: it is none, or out of bounds */
static int iteration_count(kaffe_bytes text)
{
    const char *at = text.data;
    int count = 0;
    if (text.size == 0 || text.size > 7)
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        if (at[i] < '0' || at[i] > '9')
            return 0;
        count = count * 10 + (at[i] - '0');
    }
    return count >= KF_SCRAM_LEAST_ITERATIONS && count <= KF_SCRAM_MOST_ITERATIONS ? count : 0;
}

static const char *read_first(const struct kf_scram *scram, kaffe_bytes message,
                              struct server_first *first)
{
    kaffe_bytes rest = message;
    size_t ours = strlen(scram->nonce);
    first->whole = message;
    if (!take_attribute(&rest, 'r', &first->nonce) || !take_attribute(&rest, 's', &first->salt) ||
        !take_attribute(&rest, 'i', &first->iterations))
        return "its first message is malformed";
    if (first->nonce.size <= ours || memcmp(first->nonce.data, scram->nonce, ours) != 0)
        return "it answers somebody else's login (the nonce is not ours)";
    if (iteration_count(first->iterations) == 0)
        return "its iteration count is not between 4096 and 100000";
    return NULL;
}

/* --- proofs ------------------------------------------------------------------------------- */

static bool keyed(const struct kf_scram *scram, const uint8_t *key, kaffe_bytes text, uint8_t *out)
{
    return HMAC(digest_of(scram), key, (int)digest_bytes(scram), text.data, text.size, out, NULL) !=
           NULL;
}

static bool salted_password(const struct kf_scram *scram, const struct server_first *first,
                            uint8_t *out)
{
    uint8_t salt[SALT_BYTES];
    long salt_size = kf_base64_decode(first->salt, salt, sizeof salt);
    if (salt_size <= 0)
        return false;
    return PKCS5_PBKDF2_HMAC(scram->password, (int)strlen(scram->password), salt, (int)salt_size,
                             iteration_count(first->iterations), digest_of(scram),
                             (int)digest_bytes(scram), out) == 1;
}

/* The client's proof, and the signature that the server's last message has to carry. */
static bool prove(struct kf_scram *scram, const struct server_first *first, const char *signed_text,
                  uint8_t *proof)
{
    uint8_t keys[4][KF_SCRAM_DIGEST_BYTES]; /* salted, client, stored, server */
    uint8_t signature[KF_SCRAM_DIGEST_BYTES];
    size_t size = digest_bytes(scram);
    bool good = salted_password(scram, first, keys[0]) &&
                keyed(scram, keys[0], kaffe_text("Client Key"), keys[1]) &&
                EVP_Digest(keys[1], size, keys[2], NULL, digest_of(scram), NULL) == 1 &&
                keyed(scram, keys[2], kaffe_text(signed_text), signature) &&
                keyed(scram, keys[0], kaffe_text("Server Key"), keys[3]) &&
                keyed(scram, keys[3], kaffe_text(signed_text), scram->server_signature);
    for (size_t i = 0; good && i < size; i++)
        proof[i] = keys[1][i] ^ signature[i];
    OPENSSL_cleanse(keys, sizeof keys);
    return good;
}

/* "c=biws,r=<nonce>,p=<proof>"; what is signed is both first messages and this without proof. */
static char *final_message(struct kf_scram *scram, const struct server_first *first)
{
    char *signed_text = NULL;
    char *message = NULL;
    char *proof_text = NULL;
    uint8_t proof[KF_SCRAM_DIGEST_BYTES];
    if (asprintf(&signed_text, "%s,%.*s,c=" HEADER_BASE64 ",r=%.*s", scram->bare,
                 KAFFE_TEXT(first->whole), KAFFE_TEXT(first->nonce)) < 0)
        return NULL;
    if (prove(scram, first, signed_text, proof))
        proof_text = kf_base64_encode(proof, digest_bytes(scram));
    if (proof_text && asprintf(&message, "c=" HEADER_BASE64 ",r=%.*s,p=%s",
                               KAFFE_TEXT(first->nonce), proof_text) < 0)
        message = NULL;
    OPENSSL_cleanse(proof, sizeof proof);
    free(proof_text);
    free(signed_text);
    return message;
}

char *kf_scram_final(struct kf_scram *scram, kaffe_bytes server_first, kaffe_error *err)
{
    struct server_first first;
    const char *wrong = read_first(scram, server_first, &first);
    if (!wrong && (server_first.size > INT_MAX / 4 ||
                   memchr(server_first.data, 0, server_first.size) != NULL))
        wrong = "its first message is malformed";
    if (wrong) {
        kf_error_set(err, KAFFE_KAFKA, "the broker does not keep to SCRAM: %s", wrong);
        return NULL;
    }
    char *message = final_message(scram, &first);
    if (message)
        kf_error_ok(err);
    else
        kf_error_set(err, KAFFE_KAFKA,
                     "the broker does not keep to SCRAM: its salt can not be used");
    return message;
}

static bool is_printable(kaffe_bytes text)
{
    const unsigned char *at = text.data;
    for (size_t i = 0; i < text.size; i++)
        if (at[i] < ' ' || at[i] > '~')
            return false;
    return text.size > 0 && text.size <= 100;
}

kaffe_status kf_scram_verify(struct kf_scram *scram, kaffe_bytes server_final, kaffe_error *err)
{
    uint8_t signature[KF_SCRAM_DIGEST_BYTES + 3];
    kaffe_bytes rest = server_final;
    kaffe_bytes value;
    if (take_attribute(&rest, 'e', &value))
        return kf_error_set(err, KAFFE_DENIED, "login refused: %.*s",
                            KAFFE_TEXT(is_printable(value) ? value : kaffe_text("no reason")));
    size_t size = digest_bytes(scram);
    if (!take_attribute(&rest, 'v', &value) ||
        kf_base64_decode(value, signature, sizeof signature) != (long)size ||
        CRYPTO_memcmp(signature, scram->server_signature, size) != 0)
        return kf_error_set(err, KAFFE_DENIED,
                            "the broker does not know this user's password itself (SCRAM server "
                            "signature): it may not be the broker that it says it is");
    return kf_error_ok(err);
}
