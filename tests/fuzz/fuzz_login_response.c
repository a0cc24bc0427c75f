/* SPDX-License-Identifier: MIT
 * What a lying broker says during a login. The first byte of the input says which of it: 0
 * SaslHandshake, 1 and 2 SaslAuthenticate 0 and 1, 3 and 4 a first message of SCRAM-SHA-256 and
 * -512, 5 a last one, 6 what follows a bearer token. */
#include "frames.h"
#include "fuzz.h"
#include "sasl_client.h"
#include "sasl_message.h"

#include <stdlib.h>
#include <string.h>

#define NONCE "rOprNGfwEbeRWgbNEkqO"

static void read_handshake(kaffe_bytes body)
{
    kaffe_error err;
    kf_sasl_handshake_decode(body, "PLAIN", &err);
    fuzz_require(err.status == KAFFE_OK || err.message[0] != 0);
    fuzz_require(strchr(err.message, '\n') == NULL);
}

static void read_authenticate(kaffe_bytes body, int16_t version)
{
    struct kf_sasl_answer answer;
    kaffe_error err;
    if (kf_sasl_authenticate_decode(body, version, &answer, &err) == KAFFE_OK) {
        fuzz_touch(answer.challenge);
        fuzz_require(answer.lifetime_ms >= 0);
    }
    fuzz_require(strchr(err.message, '\n') == NULL);
}

static void answer_scram(kaffe_bytes challenge, enum kf_scram_digest digest)
{
    struct kf_scram scram;
    kaffe_error err;
    kf_scram_init(&scram, digest, "user", "pencil", NONCE);
    free(kf_scram_first(&scram, &err));
    char *final = kf_scram_final(&scram, challenge, &err);
    fuzz_require(final != NULL || err.message[0] != 0);
    free(final);
    kf_scram_fini(&scram);
}

static void end_scram(kaffe_bytes challenge)
{
    struct kf_scram scram;
    kaffe_error err;
    kf_scram_init(&scram, KF_SCRAM_SHA_256, "user", "pencil", NONCE);
    fuzz_require(kf_scram_verify(&scram, challenge, &err) == KAFFE_OK || err.message[0] != 0);
    fuzz_require(strchr(err.message, '\n') == NULL);
    kf_scram_fini(&scram);
}

static void answer_bearer(kaffe_bytes challenge)
{
    const struct kf_security_settings settings = { .mechanism = KF_SASL_OAUTHBEARER };
    struct kf_sasl_client client;
    struct kf_sasl_text message;
    kaffe_error err;
    kf_sasl_client_init(&client, &settings, "token");
    for (int step = 0; step < 3; step++) {
        kf_sasl_client_step(&client, challenge, &message, &err);
        kf_sasl_text_fini(&message);
    }
    kf_sasl_client_fini(&client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    void *copy = exact_copy(data + 1, size - 1);
    kaffe_bytes body = { .data = copy, .size = size - 1 };
    int which = data[0] % 7;
    if (which == 0)
        read_handshake(body);
    else if (which <= 2)
        read_authenticate(body, (int16_t)(which - 1));
    else if (which <= 4)
        answer_scram(body, which == 3 ? KF_SCRAM_SHA_256 : KF_SCRAM_SHA_512);
    else if (which == 5)
        end_scram(body);
    else
        answer_bearer(body);
    free(copy);
    return 0;
}
