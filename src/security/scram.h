/* SPDX-License-Identifier: MIT
 * A SCRAM login (RFC 5802, RFC 7677) from the client's side: texts in, texts out. The server has to
 * prove that it knows the password, too. User name and password go as the bytes that they are, as
 * Kafka's own clients send them: Kafka's brokers know no SASLprep. */
#ifndef KF_SCRAM_H
#define KF_SCRAM_H

#include "kaffe.h"

#include <stdint.h>

enum {
    KF_SCRAM_NONCE_BYTES = 32, /* of the client's, as text */
    KF_SCRAM_DIGEST_BYTES = 64, /* the larger of both */
    KF_SCRAM_LEAST_ITERATIONS = 4096, /* fewer would be a server after weak hashes */
    KF_SCRAM_MOST_ITERATIONS = 100000 /* more would be a server that wants the I/O thread */
};

enum kf_scram_digest {
    KF_SCRAM_SHA_256,
    KF_SCRAM_SHA_512
};

struct kf_scram {
    enum kf_scram_digest digest;
    const char *username; /* borrowed, as is the password */
    const char *password;
    char nonce[KF_SCRAM_NONCE_BYTES + 1];
    char *bare; /* the first message without its header */
    uint8_t server_signature[KF_SCRAM_DIGEST_BYTES];
};

/** @param nonce  NULL: by random; else printable, no comma, at most KF_SCRAM_NONCE_BYTES */
void kf_scram_init(struct kf_scram *scram, enum kf_scram_digest digest, const char *username,
                   const char *password, const char *nonce);
void kf_scram_fini(struct kf_scram *scram);

/* Messages to send are texts to free(). Each in its turn, once. */

/** @return NULL: err says why */
char *kf_scram_first(struct kf_scram *scram, kaffe_error *err);
/** @return NULL: KAFFE_KAFKA, the server does not keep to the protocol; KAFFE_NO_MEMORY */
char *kf_scram_final(struct kf_scram *scram, kaffe_bytes server_first, kaffe_error *err);
/** @return KAFFE_OK; KAFFE_DENIED: it refuses, or it does not know the password itself */
kaffe_status kf_scram_verify(struct kf_scram *scram, kaffe_bytes server_final, kaffe_error *err);

#endif
