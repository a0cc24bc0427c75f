/* SPDX-License-Identifier: MIT */
#include "tls_context.h"

#include "error.h"
#include "socket_bio.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

/* Several records in one read of the socket. */
#define READ_AHEAD_BYTES ((size_t)64 << 10)

static BIO *text_bio(const char *pem)
{
    return BIO_new_mem_buf(pem, -1);
}

/* Every certificate of a PEM text, which may be a chain. @return how many; -1: `take` refused */
static int each_certificate(const char *pem, SSL_CTX *ssl, bool (*take)(SSL_CTX *, X509 *, int))
{
    int count = 0;
    BIO *bio = text_bio(pem);
    X509 *certificate;
    while (bio && count >= 0 && (certificate = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL))) {
        count = take(ssl, certificate, count) ? count + 1 : -1;
        X509_free(certificate);
    }
    BIO_free(bio);
    return count;
}

static bool trust(SSL_CTX *ssl, X509 *certificate, int index)
{
    (void)index;
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), certificate) == 1;
}

/* The first is the client's own, those behind it lead to its CA. */
static bool show(SSL_CTX *ssl, X509 *certificate, int index)
{
    if (index == 0)
        return SSL_CTX_use_certificate(ssl, certificate) == 1;
    return SSL_CTX_add1_chain_cert(ssl, certificate) == 1;
}

static kaffe_status set_trust(SSL_CTX *ssl, const struct kf_security_settings *settings,
                              kaffe_error *err)
{
    if (!settings->ca_pem) {
        if (SSL_CTX_set_default_verify_paths(ssl) == 1)
            return KAFFE_OK;
        return kf_error_set(err, KAFFE_INVALID,
                            "the system's store of CA certificates can not be used: name one");
    }
    if (each_certificate(settings->ca_pem, ssl, trust) > 0)
        return KAFFE_OK;
    return kf_error_set(err, KAFFE_INVALID,
                        "the CA to trust: no certificate in PEM form that can be used");
}

/* In place of OpenSSL's own, which asks at the terminal. */
static int give_password(char *out, int size, int writing, void *ctx)
{
    const char *password = ctx;
    (void)writing;
    if (!password || strlen(password) > (size_t)size)
        return -1;
    size_t length = strlen(password);
    memcpy(out, password, length);
    return (int)length;
}

static EVP_PKEY *read_key(const struct kf_security_settings *settings)
{
    union {
        const char *given;
        void *ctx;
    } password = { .given = settings->key_password };
    BIO *bio = text_bio(settings->key_pem);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_password, password.ctx) : NULL;
    BIO_free(bio);
    return key;
}

static kaffe_status set_key(SSL_CTX *ssl, const struct kf_security_settings *settings,
                            kaffe_error *err)
{
    EVP_PKEY *key = read_key(settings);
    if (!key)
        return kf_error_set(err, KAFFE_INVALID, "the client's key: %s",
                            !strstr(settings->key_pem, "ENCRYPTED")
                                ? "no private key in PEM form that can be used"
                            : settings->key_password ? "its password is wrong"
                                                     : "it is encrypted, and no password is given");
    bool fits = SSL_CTX_use_PrivateKey(ssl, key) == 1 && SSL_CTX_check_private_key(ssl) == 1;
    EVP_PKEY_free(key);
    if (fits)
        return KAFFE_OK;
    return kf_error_set(err, KAFFE_INVALID, "the client's certificate and its key are not a pair");
}

static kaffe_status set_identity(SSL_CTX *ssl, const struct kf_security_settings *settings,
                                 kaffe_error *err)
{
    if (!settings->certificate_pem)
        return KAFFE_OK;
    if (each_certificate(settings->certificate_pem, ssl, show) <= 0)
        return kf_error_set(
            err, KAFFE_INVALID,
            "the client's certificate: no certificate in PEM form that can be used");
    return set_key(ssl, settings, err);
}

/* What a program's environment or OpenSSL's configuration says otherwise does not lower it. */
static bool set_rules(SSL_CTX *ssl)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, kf_tls_on_verify);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ssl, kf_tls_on_session);
    SSL_CTX_set_read_ahead(ssl, 1);
    SSL_CTX_set_default_read_buffer_len(ssl, READ_AHEAD_BYTES);
    return SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1;
}

struct kf_tls_context *kf_tls_context_new(const struct kf_security_settings *settings,
                                          kaffe_error *err)
{
    struct kf_tls_context *context = calloc(1, sizeof *context);
    kf_error_no_memory(err);
    if (!context)
        return NULL;
    context->verify_host = settings->verify_host;
    context->has_certificate = settings->certificate_pem != NULL;
    context->ssl = SSL_CTX_new(TLS_client_method());
    context->socket = kf_socket_bio_method();
    if (context->ssl && context->socket && set_rules(context->ssl) &&
        set_trust(context->ssl, settings, err) == KAFFE_OK &&
        set_identity(context->ssl, settings, err) == KAFFE_OK) {
        ERR_clear_error(); /* the end of a PEM text is an error to OpenSSL */
        kf_error_ok(err);
        return context;
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE)
        kf_error_no_memory(err); /* it was not the text */
    ERR_clear_error();
    kf_tls_context_free(context);
    return NULL;
}

void kf_tls_context_free(struct kf_tls_context *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->socket);
    free(context);
}
