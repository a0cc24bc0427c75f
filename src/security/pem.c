/* SPDX-License-Identifier: MIT */
#include "pem.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static BIO *open_text(const char *text)
{
    size_t size = strlen(text);
    return size < INT_MAX ? BIO_new_mem_buf(text, (int)size) : NULL;
}

static int no_password(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

/* --- certificates ------------------------------------------------------------------------- */

/** Reads all; the first is the caller's to free. @return how many; -1: one of them is broken */
static int read_certificates(const char *text, X509 **first)
{
    int count = 0;
    X509 *certificate;
    BIO *bio = open_text(text);
    if (!bio)
        return -1;
    *first = NULL;
    while ((certificate = PEM_read_bio_X509(bio, NULL, no_password, NULL))) {
        if (count++ == 0)
            *first = certificate;
        else
            X509_free(certificate);
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    return at_end ? count : -1;
}

static X509 *check_certificates(const struct kf_pem_text *pem, struct kf_problems *problems)
{
    X509 *first = NULL;
    int count = read_certificates(pem->text, &first);
    if (count > 0)
        return first;
    X509_free(first);
    if (count == 0 && strstr(pem->text, "PRIVATE KEY-----"))
        kf_problems_add(problems, "%s: has a key where a certificate should be", pem->name);
    else if (count == 0)
        kf_problems_add(problems,
                        "%s: has no certificate: a PEM text has a line -----BEGIN CERTIFICATE-----",
                        pem->name);
    else
        kf_problems_add(problems, "%s: a certificate in it can not be read", pem->name);
    return NULL;
}

void kf_pem_check_trusted(const struct kf_pem_text *trusted, struct kf_problems *problems)
{
    X509_free(check_certificates(trusted, problems));
}

/* "2026-11-24 01:50:37 UTC" */
static const char *time_text(const ASN1_TIME *when, char *out, size_t out_size)
{
    struct tm tm = { 0 };
    ASN1_TIME_to_tm(when, &tm);
    if (strftime(out, out_size, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
        *out = '\0';
    return out;
}

static void check_dates(const char *name, const X509 *certificate, time_t now,
                        struct kf_problems *problems)
{
    char when[64];
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *until = X509_get0_notAfter(certificate);
    if (ASN1_TIME_cmp_time_t(until, now) < 0)
        kf_problems_add(problems, "%s: the certificate has expired: it was valid until %s", name,
                        time_text(until, when, sizeof when));
    if (ASN1_TIME_cmp_time_t(from, now) > 0)
        kf_problems_add(problems, "%s: the certificate is not valid before %s", name,
                        time_text(from, when, sizeof when));
}

/* --- keys --------------------------------------------------------------------------------- */

/* What is asked for while a key is read. */
struct asked {
    const char *password;
    bool asked;
};

static int give_password(char *out, int size, int writing, void *ctx)
{
    (void)writing;
    struct asked *asked = ctx;
    asked->asked = true;
    size_t length = asked->password ? strlen(asked->password) : 0;
    if (!asked->password || size < 0 || length > (size_t)size)
        return -1;
    memcpy(out, asked->password, length);
    return (int)length;
}

static EVP_PKEY *check_key(const struct kf_pem_text *pem, const char *password,
                           struct kf_problems *problems)
{
    struct asked asked = { .password = password };
    BIO *bio = open_text(pem->text);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_password, &asked) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (key)
        return key;
    if (asked.asked && !password)
        kf_problems_add(problems, "ssl_key_password is required: %s is encrypted", pem->name);
    else if (asked.asked)
        kf_problems_add(problems, "ssl_key_password: does not decrypt %s", pem->name);
    else if (strstr(pem->text, "PRIVATE KEY-----"))
        kf_problems_add(problems, "%s: the key in it can not be read", pem->name);
    else
        kf_problems_add(problems,
                        "%s: has no key: a PEM text has a line -----BEGIN PRIVATE KEY-----, or "
                        "one with RSA, EC or ENCRYPTED in it",
                        pem->name);
    return NULL;
}

void kf_pem_check_identity(const struct kf_pem_text *certificate, const struct kf_pem_text *key,
                           const char *password, time_t now, struct kf_problems *problems)
{
    X509 *leaf = check_certificates(certificate, problems);
    EVP_PKEY *private = check_key(key, password, problems);
    if (leaf)
        check_dates(certificate->name, leaf, now, problems);
    if (leaf && private && X509_check_private_key(leaf, private) != 1)
        kf_problems_add(problems, "%s: is not the key of the certificate, which is %s", key->name,
                        certificate->name);
    ERR_clear_error();
    EVP_PKEY_free(private);
    X509_free(leaf);
}
