/* SPDX-License-Identifier: MIT */
#include "tls_echo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

SSL_CTX *tls_echo_context(const struct made_certificate *certificate,
                          const struct made_certificate *client_ca)
{
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(ssl, certificate->x509);
    SSL_CTX_use_PrivateKey(ssl, certificate->key);
    SSL_CTX_set_session_id_context(ssl, (const unsigned char *)"test", 4);
    if (client_ca) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), client_ca->x509);
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return ssl;
}

/* Until the client is gone. */
static void *serve(void *arg)
{
    struct tls_echo *echo = arg;
    SSL *ssl = SSL_new(echo->ssl);
    char bytes[8192];
    int got;
    SSL_set_fd(ssl, echo->fd);
    if (SSL_accept(ssl) == 1)
        while ((got = SSL_read(ssl, bytes, sizeof bytes)) > 0)
            SSL_write(ssl, bytes, got);
    SSL_free(ssl);
    shutdown(echo->fd, SHUT_RDWR);
    return NULL;
}

int tls_echo_start(struct tls_echo *echo, SSL_CTX *ssl)
{
    int ends[2];
    signal(SIGPIPE, SIG_IGN); /* the client's end may be gone */
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        abort();
    *echo = (struct tls_echo){ .ssl = ssl, .fd = ends[1] };
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    if (pthread_create(&echo->thread, NULL, serve, echo) != 0)
        abort();
    return ends[0];
}

void tls_echo_hang_up(struct tls_echo *echo)
{
    shutdown(echo->fd, SHUT_RDWR);
}

void tls_echo_end(struct tls_echo *echo)
{
    pthread_join(echo->thread, NULL);
    close(echo->fd);
}
