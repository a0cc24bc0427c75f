/* SPDX-License-Identifier: MIT */
#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "certificates: %s\n", what);
    abort();
}

static char *text_of(BIO *bio)
{
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    char *text = strndup(data, (size_t)size);
    require(text != NULL, "memory");
    BIO_free(bio);
    return text;
}

static void extend(X509 *x509, const struct wanted_certificate *wanted, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, wanted->issuer ? wanted->issuer->x509 : x509, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    require(extension && X509_add_ext(x509, extension, -1) == 1, value);
    X509_EXTENSION_free(extension);
}

static void fill(X509 *x509, EVP_PKEY *key, const struct wanted_certificate *wanted)
{
    static long serial;
    X509_NAME *name = X509_get_subject_name(x509);
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), wanted->from_s);
    X509_gmtime_adj(X509_getm_notAfter(x509), wanted->until_s);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)wanted->name, -1,
                               -1, 0);
    X509_set_issuer_name(x509, wanted->issuer ? X509_get_subject_name(wanted->issuer->x509) : name);
    X509_set_pubkey(x509, key);
    extend(x509, wanted, NID_basic_constraints, wanted->authority ? "CA:TRUE" : "CA:FALSE");
    if (wanted->alternatives)
        extend(x509, wanted, NID_subject_alt_name, wanted->alternatives);
}

struct made_certificate certificate_make(const struct wanted_certificate *wanted)
{
    struct made_certificate made = { .x509 = X509_new(), .key = EVP_EC_gen("P-256") };
    require(made.x509 && made.key, "a key");
    fill(made.x509, made.key, wanted);
    require(X509_sign(made.x509, wanted->issuer ? wanted->issuer->key : made.key, EVP_sha256()) > 0,
            "a signature");
    BIO *bio = BIO_new(BIO_s_mem());
    require(PEM_write_bio_X509(bio, made.x509) == 1, "PEM");
    made.pem = text_of(bio);
    bio = BIO_new(BIO_s_mem());
    require(PEM_write_bio_PrivateKey(bio, made.key, NULL, NULL, 0, NULL, NULL) == 1, "PEM");
    made.key_pem = text_of(bio);
    return made;
}

struct made_certificate certificate_of(const char *name, const char *alternatives,
                                       const struct made_certificate *issuer)
{
    const struct wanted_certificate wanted = { .name = name,
                                               .alternatives = alternatives,
                                               .from_s = -3600,
                                               .until_s = 3600,
                                               .issuer = issuer,
                                               .authority = !issuer };
    return certificate_make(&wanted);
}

void certificate_free(struct made_certificate *certificate)
{
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
    free(certificate->pem);
    free(certificate->key_pem);
    *certificate = (struct made_certificate){ 0 };
}

char *certificate_encrypted_key(const struct made_certificate *certificate, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());
    require(PEM_write_bio_PrivateKey(bio, certificate->key, EVP_aes_128_cbc(),
                                     (const unsigned char *)password, (int)strlen(password), NULL,
                                     NULL) == 1,
            "an encrypted key");
    return text_of(bio);
}
