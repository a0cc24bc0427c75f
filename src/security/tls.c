/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include "tls_failure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

void kf_tls_memory_fini(struct kf_tls_memory *memory)
{
    SSL_SESSION_free(memory->session);
    memory->session = NULL;
}

/* --- OpenSSL's callbacks ------------------------------------------------------------------ */

int kf_tls_on_verify(int good, X509_STORE_CTX *chain)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (!good)
        kf_tls_failure_of_chain(SSL_get_app_data(ssl), chain);
    return good;
}

/* @return 1: the session is ours now */
int kf_tls_on_session(SSL *ssl, SSL_SESSION *session)
{
    const struct kf_tls *tls = SSL_get_app_data(ssl);
    kf_tls_memory_fini(tls->memory);
    tls->memory->session = session;
    return 1;
}

/* --- opening and closing ------------------------------------------------------------------ */

static bool is_address(const char *host)
{
    unsigned char address[16];
    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* A name is told to the broker, which may have several certificates; an address is not a name. */
static bool name_host(const struct kf_tls *tls)
{
    X509_VERIFY_PARAM *rules = SSL_get0_param(tls->ssl);
    bool address = is_address(tls->host);
    if (!address && SSL_set_tlsext_host_name(tls->ssl, tls->host) != 1)
        return false;
    if (!tls->context->verify_host)
        return true;
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (address)
        return X509_VERIFY_PARAM_set1_ip_asc(rules, tls->host) == 1;
    return X509_VERIFY_PARAM_set1_host(rules, tls->host, 0) == 1;
}

static bool set_up(struct kf_tls *tls)
{
    tls->ssl = SSL_new(tls->context->ssl);
    if (!tls->ssl)
        return false;
    BIO *bio = kf_socket_bio_new(tls->context->socket, &tls->socket);
    if (!bio)
        return false;
    SSL_set_bio(tls->ssl, bio, bio); /* its owner now */
    SSL_set_app_data(tls->ssl, tls);
    SSL_set_connect_state(tls->ssl);
    if (tls->memory->session)
        SSL_set_session(tls->ssl, tls->memory->session); /* if it can not be: a whole handshake */
    return name_host(tls);
}

struct kf_tls *kf_tls_open(const struct kf_tls_context *context, int fd, const char *host,
                           struct kf_tls_memory *memory)
{
    struct kf_tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        return NULL;
    *tls = (struct kf_tls){ .context = context, .memory = memory, .host = host };
    tls->socket.fd = fd;
    bool made = set_up(tls);
    ERR_clear_error();
    if (made)
        return tls;
    kf_tls_close(tls);
    return NULL;
}

void kf_tls_close(struct kf_tls *tls)
{
    if (!tls)
        return;
    if (tls->ssl && !tls->failed && !tls->ended && SSL_is_init_finished(tls->ssl))
        SSL_shutdown(tls->ssl);
    SSL_free(tls->ssl);
    ERR_clear_error();
    free(tls);
}

/* --- calls -------------------------------------------------------------------------------- */

static int broken(void)
{
    errno = EPROTO;
    return -1;
}

static int later(void)
{
    errno = EAGAIN;
    return -1;
}

int kf_tls_handshake(struct kf_tls *tls)
{
    if (tls->failed)
        return broken();
    ERR_clear_error();
    int done = SSL_do_handshake(tls->ssl);
    if (done == 1)
        return 1;
    int kind = SSL_get_error(tls->ssl, done);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return later();
    kf_tls_memory_fini(tls->memory); /* whatever it was, next time from the beginning */
    if (kind == SSL_ERROR_ZERO_RETURN || (ERR_peek_error() == 0 && tls->socket.failure == 0))
        kf_tls_failure_of_end(tls);
    kf_tls_failure_of_call(tls, true);
    return broken();
}

ssize_t kf_tls_read(struct kf_tls *tls, void *data, size_t size)
{
    size_t got;
    if (tls->failed)
        return broken();
    if (tls->ended)
        return 0;
    ERR_clear_error();
    int good = SSL_read_ex(tls->ssl, data, size, &got);
    if (good == 1)
        return (ssize_t)got;
    int kind = SSL_get_error(tls->ssl, good);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return later();
    if (kind == SSL_ERROR_ZERO_RETURN || (ERR_peek_error() == 0 && tls->socket.failure == 0)) {
        tls->ended = true;
        return 0;
    }
    kf_tls_failure_of_call(tls, false);
    return broken();
}

/* A broker that hangs up has often said why just before. */
static void listen_for_alert(struct kf_tls *tls)
{
    char byte;
    size_t got;
    ERR_clear_error();
    if (SSL_peek_ex(tls->ssl, &byte, 1, &got) != 1 && ERR_peek_error() != 0)
        kf_tls_failure_of_call(tls, false);
}

ssize_t kf_tls_write(struct kf_tls *tls, const void *data, size_t size)
{
    size_t sent;
    if (tls->failed)
        return broken();
    ERR_clear_error();
    int good = SSL_write_ex(tls->ssl, data, size, &sent);
    if (good == 1)
        return (ssize_t)sent;
    int kind = SSL_get_error(tls->ssl, good);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return later();
    if (kind == SSL_ERROR_SYSCALL)
        listen_for_alert(tls);
    kf_tls_failure_of_call(tls, false);
    return broken();
}

bool kf_tls_wants_write(const struct kf_tls *tls)
{
    return SSL_want_write(tls->ssl);
}
