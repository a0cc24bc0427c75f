/* SPDX-License-Identifier: MIT */
#include "tls_echo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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
