/* SPDX-License-Identifier: MIT
 * Certificates for tests, made while they run. Whatever goes wrong ends the test. */
#ifndef CERTIFICATES_H
#define CERTIFICATES_H

#include <openssl/x509.h>

struct made_certificate {
    X509 *x509;
    EVP_PKEY *key;
    char *pem;
    char *key_pem;
};

struct wanted_certificate {
    const char *name;
    const char *alternatives; /* "DNS:localhost,IP:127.0.0.1"; NULL: none */
    long from_s; /* from now; its days */
    long until_s;
    const struct made_certificate *issuer; /* NULL: itself */
    int authority; /* it may issue others */
};

struct made_certificate certificate_make(const struct wanted_certificate *wanted);
/** Valid for an hour, since an hour ago. @param issuer  NULL: itself, an authority */
struct made_certificate certificate_of(const char *name, const char *alternatives,
                                       const struct made_certificate *issuer);
void certificate_free(struct made_certificate *certificate);
/** The key in encrypted PEM form, to free(). */
char *certificate_encrypted_key(const struct made_certificate *certificate, const char *password);

#endif
