/* SPDX-License-Identifier: MIT */
#include "fake_tls.h"

#include "fake_broker_state.h"

SSL_CTX *fake_tls_context(const struct made_certificate *certificate,
                          const struct made_certificate *client_ca)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    fake_require(SSL_CTX_use_certificate(context, certificate->x509) == 1, "a certificate");
    fake_require(SSL_CTX_use_PrivateKey(context, certificate->key) == 1, "its key");
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"fake", 4);
    if (client_ca) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), client_ca->x509);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return context;
}

SSL *fake_tls_open(SSL_CTX *context)
{
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl);
    return ssl;
}

bool fake_tls_receive(SSL *ssl, const void *bytes, size_t size, struct kf_request *input)
{
    int8_t plain[16384];
    int got;
    BIO_write(SSL_get_rbio(ssl), bytes, (int)size);
    while ((got = SSL_read(ssl, plain, sizeof plain)) > 0)
        for (int i = 0; i < got; i++)
            kf_write_int8(input, plain[i]);
    return SSL_get_error(ssl, got) == SSL_ERROR_WANT_READ;
}

void fake_tls_send(SSL *ssl, const void *bytes, size_t size)
{
    if (size > 0)
        SSL_write(ssl, bytes, (int)size); /* memory takes it all */
}

size_t fake_tls_pending(SSL *ssl, void *out, size_t out_size)
{
    int got = BIO_read(SSL_get_wbio(ssl), out, (int)out_size);
    return got > 0 ? (size_t)got : 0;
}
